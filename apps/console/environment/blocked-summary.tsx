import { Button } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import type { JobView } from '#apps/api/wire/environment.ts'
import { pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { LAYER_TITLES, guideOf } from './finding-guide.ts'
import { suggestedStatement } from './suggested-statement.ts'

const texts = {
  title: '为什么不得出域，先改什么',
  because: '不得出域的原因',
  first: '建议先这样改（改一处往往能一并解决几项）',
  example: '可以改成这样（示例，运行后仍须检查）',
  use: '用这条语句新建作业',
  withheld: '不得出域的结果不告知行数、个数等由数据得出的数值，以免据以推知个别主体的情况；审查人看得到全部数值。',
}

/** Rules that leaving out small groups cures, in most cases. */
const TOO_SMALL = ['too-few-entities', 'too-few-counted']

/** The statement that an analyst may try in place of one whose groups were too small; null where none can be told from its text. */
export function suggestionFor(job: Pick<JobView, 'sql' | 'layers' | 'entity_keys'>): string | null {
  const small = job.layers.find(({ title, verdict }) => verdict === 'block' && TOO_SMALL.includes(title))
  const [key, ...others] = job.entity_keys.flatMap(({ columns }) => columns)
  const { minimum, extent } = small?.evidence ?? {}
  if (typeof minimum !== 'number' || key === undefined || others.length > 0) return null
  return suggestedStatement(job.sql, key, minimum, extent === '全部')
}

/** Above the report of a blocked job: its causes in a line each, what to change first, and a statement to try. */
export function BlockedSummary({ job }: { job: JobView }) {
  const navigate = useNavigate()
  const mayRun = holdsAny(useSession(), ['operator'])
  const blocking = job.layers.filter(({ verdict }) => verdict === 'block')
  const changes = [...new Set(blocking.flatMap((layer) => guideOf(layer).change.slice(0, 1)))]
  const example = suggestionFor(job)
  return (
    <section className="blocked-summary" aria-label={texts.title}>
      <h3 className="task-title">{texts.title}</h3>
      <dl className="finding-parts">
        <div><dt>{texts.because}</dt><dd><ol>{blocking.map((layer) => <li key={`${layer.layer}/${layer.title}/${layer.explanation}`}>{LAYER_TITLES[layer.layer] ?? layer.layer}：{layer.explanation}</li>)}</ol></dd></div>
        <div><dt>{texts.first}</dt><dd><ol>{changes.map((one) => <li key={one}>{one}</li>)}</ol></dd></div>
        {example === null ? null : <div><dt>{texts.example}</dt><dd><pre className="code" aria-label={texts.example}>{example}</pre>{mayRun ? <Button size="small" className="no-print" onClick={() => void navigate({ href: pages.environmentFrom(job.id, true) })}>{texts.use}</Button> : null}</dd></div>}
      </dl>
      {job.row_count === null ? <p className="quiet">{texts.withheld}</p> : null}
    </section>
  )
}
