import { Alert } from 'antd'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'
import type { ExplainView } from '#apps/api/wire/workspace.ts'
import { ColumnLineage } from './column-lineage.tsx'
import { failureGuideOf } from './failure-guide.ts'

const texts = {
  may: '语句可以运行。以下只是说明，没有读取数据；结果能否出域，须运行后经检查和审核。',
  cure: '怎么改：',
  place: (line: number, column: number | null) => `位置：第 ${line} 行${column === null ? '' : `第 ${column} 列`}`,
  reads: '读取的字段（含筛选、连接、排序所用）',
  plan: '执行计划',
  portable: '可在扩展引擎上运行：语句在可移植范围内，数据量超过单机时可改由扩展引擎（ClickHouse）运行，结果一致。',
  notPortable: '只能在基准引擎上运行：',
}

/** How to mend a statement that may not run, step by step where there is a guide. */
function Cure({ code, cure }: { code: string; cure: string }) {
  const guide = failureGuideOf(code)
  return guide === null ? <div>{texts.cure}{cure}</div> : <><div>{guide.why}</div><div>{texts.cure}</div><ol>{guide.change.map((one) => <li key={one}>{one}</li>)}</ol></>
}

/** What would become of a statement: whether it may run, what it reads, where its columns come from, how the engine would go about it. */
export function Explained({ explained, tables }: { explained: ExplainView; tables: readonly EnvironmentTable[] }) {
  const { refusal, reads, outputs, plan, portable } = explained
  if (refusal !== null) {
    return (
      <Alert role="alert" type="error" showIcon className="gap-below" title={refusal.message} description={
        <>
          {refusal.line === null ? null : <div>{texts.place(refusal.line, refusal.column)}</div>}
          <Cure {...refusal} />
          <div className="mono quiet">{refusal.code}</div>
        </>
      } />
    )
  }
  const declared = ({ table, column }: { table: string; column: string }) => tables.find((one) => one.table === table)?.columns.find(({ name }) => name === column)
  const lineage = outputs.map(({ name, sources }) => ({ output: name, sources: sources.map((source) => ({ ...source, title: declared(source)?.title ?? source.column, role: declared(source)?.role ?? 'ordinary' })) }))
  return (
    <>
      <Alert type="success" showIcon className="gap-below" title={texts.may} />
      <ColumnLineage lineage={lineage} />
      <p className="quiet">{texts.reads}：{reads.map((one) => `${declared(one)?.title ?? one.column}（${one.table}.${one.column}）`).join('、')}</p>
      {portable === null ? null : <p className="quiet">{portable.reason === null ? texts.portable : `${texts.notPortable}${portable.reason.message}${portable.reason.cure}`}</p>}
      {plan === null ? null : <details><summary>{texts.plan}</summary><pre className="code" aria-label={texts.plan}>{plan}</pre></details>}
    </>
  )
}
