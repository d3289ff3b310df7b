import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { App, Button, Input, Select, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { CasePage, CaseRow } from '#apps/api/wire/case.ts'
import { casesQuery, openableQuery } from '#apps/console/api/queries.ts'
import { request } from '#apps/console/api/request.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import type { Query } from '#apps/console/paths.ts'
import { csvText } from '#core/csv-text.ts'
import { downloadText } from '#apps/console/tables/download.ts'
import { EXPORT_ROWS_MAX, everyRow } from '#apps/console/tables/every-row.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

const texts = {
  title: '事项列表',
  sub: '本单位参与或依职责可以查阅的全部事项。',
  search: '搜索编号、名称',
  searched: '编号从开头查起，查本单位全部事项；名称查最近的 2000 件。',
  procedure: '按程序筛选',
  over: '办理状态',
  overs: { false: '办理中', true: '已办结' },
  exportCsv: '导出 CSV',
  cut: `内容较多，文件只含前 ${EXPORT_ROWS_MAX} 条。请用筛选缩小范围。`,
  empty: '没有符合条件的事项。可以放宽筛选条件，或者发起新的事项。',
  columns: { number: '编号', title: '名称', procedure: '程序', status: '状态', opened: '发起日期', by: '发起单位', due: '最近期限' },
}
const { columns: c } = texts
const columns: TableColumnsType<CaseRow> = [
  { title: c.number, dataIndex: 'number', width: 180, className: 'numeric' },
  { title: c.title, key: 'title', render: (_, row) => <PageLink href={pages.case(row.id)}>{row.title}</PageLink> },
  { title: c.procedure, key: 'procedure', width: 180, render: (_, row) => row.procedure.title },
  { title: c.status, key: 'status', width: 120, render: (_, row) => <Tag color={row.over ? 'default' : 'blue'}>{row.status.title}</Tag> },
  { title: c.by, key: 'by', width: 170, render: (_, row) => row.opened_by.name },
  { title: c.opened, dataIndex: 'opened', width: 110, className: 'numeric' },
  { title: c.due, dataIndex: 'next_due', width: 110, className: 'numeric' },
]

/** Every case that the organisation takes part in or may read. */
export function CasesPage() {
  const { q, procedure, status, over } = useSearch({ strict: false })
  const filter: Query = { q, procedure, status, over }
  const query = useInfiniteQuery(casesQuery(filter))
  return (
    <Page title={texts.title} sub={texts.sub} actions={<ExportCases filter={filter} />}>
      <div className="panel">
        <CaseFilters filter={filter} rows={query.data?.pages.flatMap(({ rows }) => rows) ?? []} />
        <PagedTable label={texts.title} query={query} columns={columns} rowKey={(row) => row.id} empty={<ListEmpty text={texts.empty}><PageLink href={pages.opening}>发起事项</PageLink></ListEmpty>} />
      </div>
    </Page>
  )
}

function CaseFilters({ filter, rows }: { filter: Query; rows: CaseRow[] }) {
  const navigate = useNavigate()
  const openable = useQuery(openableQuery()).data ?? []
  const procedures = new Map([...openable.map((one): [string, string] => [one.procedure, one.title]), ...rows.map(({ procedure }): [string, string] => [procedure.id, procedure.title])])
  const go = (change: Query) => void navigate({ href: withQuery(pages.cases, { ...filter, ...change }) })
  return (
    <div className="filters no-print">
      <Input.Search className="filter-search" aria-label={texts.search} placeholder={texts.search} defaultValue={filter['q']?.toString() ?? ''} allowClear onSearch={(value) => go({ q: value.trim() })} />
      <Select className="filter-select" aria-label={texts.procedure} placeholder={texts.procedure} allowClear value={filter['procedure']?.toString() ?? null} options={[...procedures].map(([value, label]) => ({ value, label }))} onChange={(value: string | null | undefined) => go({ procedure: value ?? undefined })} />
      <Select className="filter-select" aria-label={texts.over} placeholder={texts.over} allowClear value={filter['over']?.toString() ?? null} options={Object.entries(texts.overs).map(([value, label]) => ({ value, label }))} onChange={(value: string | null | undefined) => go({ over: value ?? undefined })} />
      {filter['q'] === undefined ? null : <span className="quiet">{texts.searched}</span>}
    </div>
  )
}

function ExportCases({ filter }: { filter: Query }) {
  const { message } = App.useApp()
  const save = async (): Promise<void> => {
    const { rows, whole } = await everyRow((cursor) => request<CasePage>(api.cases({ ...filter, cursor })))
    if (!whole) message.warning(texts.cut)
    const cells = rows.map((r) => [r.number, r.title, r.procedure.title, r.status.title, r.opened_by.name, r.opened, r.next_due])
    downloadText(`${texts.title}.csv`, csvText([c.number, c.title, c.procedure, c.status, c.by, c.opened, c.due], cells), 'text/csv')
  }
  return <Button onClick={() => void save()}>{texts.exportCsv}</Button>
}
