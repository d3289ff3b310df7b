import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { z } from 'zod'
import type { NoticeRow } from '#apps/api/wire/task.ts'
import { freshKey } from '#apps/console/api/idempotency-key.ts'
import { noticesQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

type Row = z.infer<typeof NoticeRow>
const texts = { title: '通知', sub: '依规定送达本单位的通知。点“收悉”即记录收到，并留下存证。', empty: '没有通知。', received: '已收悉', receive: '收悉' }
const columns: TableColumnsType<Row> = [
  { title: '日期', dataIndex: 'legal_date', width: 110, className: 'numeric' },
  { title: '内容', key: 'text', render: (_, row) => <Words notice={row} /> },
  { title: '事项', key: 'case', width: 200, render: (_, row) => <PageLink href={pages.case(row.case_id)}>{row.number}</PageLink> },
  { title: '状态', key: 'received', width: 110, render: (_, row) => (row.received ? <Tag>{texts.received}</Tag> : <Receive notice={row} />) },
]

/** What was served on the organisation. */
export function NoticesPage() {
  const query = useInfiniteQuery(noticesQuery)
  return (
    <Page title={texts.title} sub={texts.sub}>
      <div className="panel"><PagedTable label={texts.title} query={query} columns={columns} rowKey={(row) => row.id} empty={<ListEmpty text={texts.empty} />} /></div>
    </Page>
  )
}

/** What it is called, and below what it says where that is more. */
function Words({ notice }: { notice: Row }) {
  return (
    <div>
      <strong>{notice.notice}</strong>
      {notice.text === notice.notice ? null : <div className="value-text">{notice.text}</div>}
    </div>
  )
}

function Receive({ notice }: { notice: Row }) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { message } = App.useApp()
  const receive = async (): Promise<void> => {
    try {
      await send('POST', api.received(notice.id), undefined, csrf_token, freshKey())
      await client.invalidateQueries({ queryKey: noticesQuery.queryKey })
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error))
    }
  }
  return <Button size="small" aria-label={`${texts.receive} ${notice.notice}（${notice.number}）`} onClick={() => void receive()}>{texts.receive}</Button>
}
