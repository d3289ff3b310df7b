import { useQuery } from '@tanstack/react-query'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { Content, FigureContent, GroupContent, TableContent } from '#core/pack/content-format.ts'
import { organizationsQuery, registerQuery } from '#apps/console/api/queries.ts'
import { FileValue } from './file-value.tsx'
import { recordName } from './record-name.ts'

/** A value of the case, read as its content is declared. */
export function ContentValue({ content, value }: { content: Content; value: Json | undefined }) {
  if (value === undefined || value === null || value === '') return <span className="quiet">（未填）</span>
  switch (content.type) {
    case 'group':
      return <GroupValue content={content} value={value} />
    case 'table':
      return <TableValue content={content} value={value} />
    case 'file':
      return isObject(value) ? <FileValue file={value} /> : null
    case 'figure':
      return <FigureValue content={content} value={value} />
    case 'organization':
      return <OrganizationName id={String(value)} />
    case 'reference':
      return <RecordName register={content.to} id={String(value)} />
    case 'references':
      return Array.isArray(value) ? value.map((one) => <div key={String(one)}><RecordName register={content.to} id={String(one)} /></div>) : null
    case 'text-hash':
      return <span className="mono">{String(value)}</span>
    default:
      return <span className="value-text">{plainValue(content, value)}</span>
  }
}

/** The simple contents as text. */
export function plainValue(content: Content, value: Json): string {
  if (content.type === 'choice') return content.of[String(value)] ?? String(value)
  if (content.type === 'flag') return value === true ? '是' : '否'
  if (content.type === 'texts' && Array.isArray(value)) return value.map(String).join('、')
  if (content.type === 'number') return content.unit === undefined ? String(value) : `${String(value)} ${content.unit}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function GroupValue({ content, value }: { content: GroupContent; value: Json }) {
  const group = isObject(value) ? value : {}
  const given = Object.entries(content.items).filter(([key, item]) => group[key] !== undefined || item.optional !== true)
  return (
    <dl className="values">
      {given.map(([key, item]) => (
        <div key={key} className={item.type === 'group' || item.type === 'table' ? 'value-block' : 'value-line'}>
          <dt>{item.no}{item.title}</dt>
          <dd><ContentValue content={item} value={group[key]} /></dd>
        </div>
      ))}
    </dl>
  )
}

function TableValue({ content, value }: { content: TableContent; value: Json }) {
  const rows = Array.isArray(value) ? value : []
  if (rows.length === 0) return <span className="quiet">（无）</span>
  const columns = Object.entries(content.columns).filter(([key]) => rows.some((row) => isObject(row) && row[key] !== undefined))
  return (
    <div className="value-table">
      <table className="row-lines">
        <thead>
          <tr>
            <th scope="col" className="row-number">序号</th>
            {columns.map(([key, column]) => <th key={key} scope="col">{column.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a row has no name of its own; its place is its identity
            <tr key={index}>
              <td className="row-number">{index + 1}</td>
              {columns.map(([key, column]) => <td key={key}><ContentValue content={column} value={isObject(row) ? row[key] : undefined} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FigureValue({ content, value }: { content: FigureContent; value: Json }) {
  if (!isObject(value)) return null
  const { source, method, year } = value
  const about = [year === undefined ? null : `${String(year)}年`, source === undefined ? null : `来源：${String(source)}`, method === undefined ? null : `方法：${String(method)}`]
  return (
    <span>
      <span className="numeric">{String(value['value'])} {content.unit}</span> <span className="quiet">{about.filter((part) => part !== null).join('；')}</span>
    </span>
  )
}

export function OrganizationName({ id }: { id: string }) {
  const organization = useQuery(organizationsQuery).data?.find((one) => one.id === id)
  return <span title={organization?.credit_code ?? id}>{organization?.name ?? id}</span>
}

/** A record of a register as people call it. */
export function RecordName({ register, id }: { register: string; id: string }) {
  const row = useQuery(registerQuery(register)).data?.rows.find((one) => one.key === id)
  return <span title={id}>{row === undefined ? id : recordName(row)}</span>
}
