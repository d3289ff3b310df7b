import { useQuery } from '@tanstack/react-query'
import { Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { z } from 'zod'
import type { PackRow } from '#apps/api/wire/rules.ts'
import { packsQuery } from '#apps/console/api/queries.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'

type Row = z.infer<typeof PackRow>

const texts = {
  title: '规则库',
  sub: '平台按这些法规文本运行。每条规则都注明所依据的条款，或者标明是解读、平台默认。',
  statuses: { 'in-force': '施行', draft: '草案', expired: '失效' } satisfies Record<string, string> as Record<string, string>, // a pack may state another
}
const NATIONAL = 'national'
const columns: TableColumnsType<Row> = [
  { title: '规则', key: 'title', render: (_, row) => <PageLink href={pages.pack(row.pack)}>{row.title}</PageLink> },
  { title: '文号', dataIndex: 'document_number', width: 210 },
  { title: '适用地区', key: 'region', width: 130, render: (_, { region }) => (region === NATIONAL ? '全国' : <span title="行政区划代码">{region}</span>) },
  { title: '状态', key: 'status', width: 90, render: (_, row) => <Tag color={row.status === 'draft' ? 'gold' : 'blue'}>{texts.statuses[row.status] ?? row.status}</Tag> },
  { title: '施行日期', dataIndex: 'in_force', width: 120, className: 'numeric' },
  { title: '有效期至', dataIndex: 'last_day', width: 120, className: 'numeric' },
  { title: '版本', dataIndex: 'version', width: 70 },
]

/** The regulations that the platform runs on. */
export function RulesPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(packsQuery)}>{(rows) => <div className="panel"><Table<Row> size="small" rowKey={(row) => `${row.pack}/${row.version}`} columns={columns} dataSource={rows} pagination={false} /></div>}</Loaded>
    </Page>
  )
}
