import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { dataReportQuery } from '#apps/console/api/queries.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { DataReportView } from '#apps/console/supply/data-report-view.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = { title: '质量报告和数据概况', print: '打印' }

/** Quality and profile of one version of a table. */
export function DataReportPage() {
  const { versionId = '' } = useParams({ strict: false })
  return (
    <Loaded query={useQuery(dataReportQuery(versionId))}>
      {(report) => (
        <Page title={`${report.title}：${texts.title}`} sub={`第 ${report.number} 版　${report.rows} 行　${momentText(report.taken_in_at)} 入库`} actions={<Button onClick={() => window.print()}>{texts.print}</Button>}>
          <DataReportView report={report} />
        </Page>
      )}
    </Loaded>
  )
}
