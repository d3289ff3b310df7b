import { Tag } from 'antd'
import type { JobView } from '#apps/api/wire/environment.ts'
import { roleTitle } from './column-titles.ts'

const texts = {
  none: '没有可以显示的来源：语句没有被受理，或者所用数据已经终止供给。',
  output: '结果字段',
  sources: '由哪些源字段算得',
  counted: '计数或者常量，不取自任何字段的值',
}

/** Where each column of the result comes from, with what the declared schema says of the source. */
export function ColumnLineage({ lineage }: { lineage: JobView['lineage'] }) {
  if (lineage.length === 0) return <p className="quiet">{texts.none}</p>
  return (
    <div className="value-table">
      <table className="row-lines">
        <thead><tr><th scope="col">{texts.output}</th><th scope="col">{texts.sources}</th></tr></thead>
        <tbody>
          {lineage.map(({ output, sources }, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- two columns may have one name; they never move
            <tr key={at}>
              <td><code>{output}</code></td>
              <td>{sources.length === 0 ? <span className="quiet">{texts.counted}</span> : sources.map(({ table, column, title, role }) => <div key={`${table}.${column}`}><code>{table}.{column}</code> {title} <Tag>{roleTitle(role)}</Tag></div>)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
