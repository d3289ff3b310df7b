import { Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { Standing } from '#apps/console/services/standing.tsx'
import { cellText } from '#apps/console/tables/cell-text.ts'
import { roleTitle, typeTitle } from './column-titles.ts'

const texts = {
  samples: '合成样例（仅按数据提供单位申报的类型、代码表和取值范围生成，不读取真实数据）',
  report: '质量报告和数据概况',
  authorized: '已授权',
  notAuthorized: '未授权',
  mayBeMissing: '可能缺失',
  entities: { person: '个人', enterprise: '企业', none: '' } satisfies Record<string, string> as Record<string, string>, // any kind may be asked for
  about: (entity: string, key: string) => `每行说的是：${entity}，主体标识为 ${key}。平台按主体标识核算结果的每一行背后有多少${entity}，不足规定数的不能出域。`,
  noEntity: '本表不涉及个人和企业，结果不核算主体数。',
}

export function TableLabel({ table }: { table: EnvironmentTable }) {
  return (
    <span>
      <strong>{table.title}</strong> <code>{table.table}</code> <span className="quiet">{table.provider.name}　{table.rows} 行　{table.supplied_on} 供给　场景：{table.scenario}</span>
      <Standing standing={table.standing} />
    </span>
  )
}

type Column = EnvironmentTable['columns'][number]
const schemaColumns: TableColumnsType<Column> = [
  { title: '字段', key: 'name', render: (_, column) => <code>{column.name}</code> },
  { title: '名称', key: 'title', render: (_, column) => `${column.title}${column.unit === null ? '' : `（${column.unit}）`}` },
  { title: '类型', key: 'type', width: 170, render: (_, column) => <>{typeTitle(column.type)}{column.nullable ? <span className="quiet">　{texts.mayBeMissing}</span> : null}</> },
  { title: '申报的取值', key: 'domain', render: (_, column) => domainText(column) },
  { title: '作用', key: 'role', width: 100, render: (_, column) => <Tag>{roleTitle(column.role)}</Tag> },
  { title: '分类', key: 'category', width: 140, render: (_, column) => column.category },
  { title: '分级', key: 'grade', width: 110, render: (_, column) => (column.grade === null ? null : <Tag color="purple">{column.grade}</Tag>) },
  { title: '授权', key: 'authorized', width: 80, render: (_, column) => (column.authorized ? texts.authorized : <span className="quiet">{texts.notAuthorized}</span>) },
]

/** Codes that a cell of the documentation names before it says how many there are. */
const CODES_SHOWN = 8

function domainText({ domain: { one_of, from, to } }: Column): string {
  if (one_of.length > 0) return one_of.length <= CODES_SHOWN ? one_of.join('、') : `${one_of.slice(0, CODES_SHOWN).join('、')}等 ${one_of.length} 项`
  if (from !== null && to !== null) return `${from} 至 ${to}`
  if (from !== null) return `不小于 ${from}`
  return to === null ? '' : `不大于 ${to}`
}

/** What a table says of itself: whose data, column by column, and made-up rows in their shape. */
export function TableDocumentation({ table }: { table: EnvironmentTable }) {
  const entity = texts.entities[table.entity] ?? table.entity
  return (
    <>
      {table.notice === null ? null : <p><strong>{table.notice}</strong></p>}
      <p className="quiet">{table.entity === 'none' ? texts.noEntity : texts.about(entity, table.entity_key.join('、'))}</p>
      <p className="no-print"><PageLink href={pages.dataReport(table.version)}>{texts.report}</PageLink></p>
      <Table<Column> size="small" rowKey="name" columns={schemaColumns} dataSource={table.columns} pagination={false} />
      <h3 className="task-title gap-above">{texts.samples}</h3>
      <div className="value-table rows-stay">
        <table className="row-lines">
          <thead><tr>{table.columns.filter(({ authorized }) => authorized).map((column) => <th key={column.name} scope="col">{column.name}</th>)}</tr></thead>
          <tbody>
            {/* oxlint-disable-next-line react/no-array-index-key -- samples have no names and never move */}
            {table.samples.map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index}>{cellText(cell)}</td>)}</tr>)}
          </tbody>
        </table>
      </div>
    </>
  )
}
