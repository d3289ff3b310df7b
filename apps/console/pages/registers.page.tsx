import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Descriptions, Select, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { RegisterPage, RegisterRow } from '#apps/api/wire/rules.ts'
import { registerQuery, registersQuery } from '#apps/console/api/queries.ts'
import { recordName } from '#apps/console/contents/record-name.ts'
import { RecordValue } from '#apps/console/contents/record-value.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages, withQuery } from '#apps/console/paths.ts'
import { cellText } from '#apps/console/tables/cell-text.ts'
import { csvText } from '#core/csv-text.ts'
import { downloadText } from '#apps/console/tables/download.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

type Row = z.infer<typeof RegisterRow>
type Register = z.infer<typeof RegisterPage>

const texts = { title: '登记簿', sub: '各类登记的现行记录。与本单位无关的记录只显示依规定公开的内容。', choose: '选择登记簿', empty: '登记簿中还没有记录。记录由相应事项办结后产生。', csv: '导出 CSV', case: '来源事项', name: '名称', key: '编号', from: '起始日期', version: '版本', unnamed: '见来源事项' }

/** A record that has no number of its own lies under that of its case. */
const OF_CASE = 'case-'
/** Fields that say what a record without a name is about. */
const ABOUT: readonly string[] = ['entry', 'product', 'subject', 'agreement']

/** The registers that the rules in force keep. */
export function RegistersPage() {
  const { register } = useSearch({ strict: false })
  const navigate = useNavigate()
  const registers = useQuery(registersQuery).data ?? []
  const options = registers.map(({ register: value, title, count }) => ({ value, label: `${title}（${count}）` }))
  const chosen = register ?? (registers.find(({ count }) => count > 0) ?? registers[0])?.register
  return (
    <Page title={texts.title} sub={texts.sub}>
      <div className="filters no-print">
        <Select className="filter-select" aria-label={texts.choose} placeholder={texts.choose} value={options.some(({ value }) => value === chosen) ? (chosen ?? null) : null} options={options} onChange={(next: string | null) => void navigate({ href: withQuery(pages.registers, { register: next ?? undefined }) })} />
      </div>
      {chosen === undefined ? null : <Records key={chosen} register={chosen} />}
    </Page>
  )
}

function Records({ register }: { register: string }) {
  return <Loaded query={useQuery(registerQuery(register))}>{(data) => <RecordsTable data={data} />}</Loaded>
}

function RecordsTable({ data }: { data: Register }) {
  const shown = data.fields.filter(({ id }) => data.rows.some(({ record }) => record[id] !== undefined))
  const columns: TableColumnsType<Row> = [
    { title: texts.name, key: 'name', render: (_, row) => nameIn(shown, row) },
    { title: texts.key, key: 'key', render: (_, row) => (row.key.startsWith(OF_CASE) ? <span className="quiet">见来源事项</span> : <span className="mono">{row.key}</span>) },
    { title: texts.from, dataIndex: 'from', width: 120, className: 'numeric' },
    { title: texts.version, dataIndex: 'version', width: 70 },
    { title: texts.case, key: 'case', width: 90, render: (_, row) => (row.case_id === '' ? null : <PageLink href={pages.case(row.case_id)} aria-label={`${texts.case} ${row.key}`}>查看</PageLink>) },
  ]
  const save = (): void => downloadText(`${data.title}.csv`, csvText([texts.key, ...shown.map(({ title }) => title), texts.from], data.rows.map((row) => [row.key, ...shown.map(({ id }) => cellText(row.shown[id])), row.from])), 'text/csv')
  return (
    <section className="panel" aria-label={data.title}>
      <div className="filters"><strong>{data.title}</strong><Button size="small" className="no-print" onClick={save}>{texts.csv}</Button></div>
      <div className="value-table">
        <Table<Row> size="small" rowKey="key" columns={columns} dataSource={data.rows} expandable={{ expandedRowRender: wholeRecord(shown), defaultExpandedRowKeys: data.rows.slice(0, 1).map(({ key }) => key) }} pagination={{ pageSize: 50, hideOnSinglePage: true }} locale={{ emptyText: <ListEmpty text={texts.empty} /> }} />
      </div>
    </section>
  )
}

/** How people call a record; one that has neither name nor number by the thing that it is about. */
function nameIn(fields: Register['fields'], row: Row): string {
  const name = recordName(row)
  if (!name.startsWith(OF_CASE)) return name
  const about = fields.find(({ id }) => ABOUT.includes(id) && row.shown[id] !== undefined) ?? fields.find(({ id }) => row.shown[id] !== undefined)
  return about === undefined ? texts.unnamed : cellText(row.shown[about.id])
}

/** Draws every given field of a record below its row. */
function wholeRecord(fields: Register['fields']): (row: Row) => ReactNode {
  return ({ shown: record }) => {
    const given = fields.filter(({ id }) => record[id] !== undefined)
    return <Descriptions size="small" column={2} bordered items={given.map(({ id, title }) => ({ key: id, label: title, children: <RecordValue value={record[id]} /> }))} />
  }
}
