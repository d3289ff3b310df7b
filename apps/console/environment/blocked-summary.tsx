import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { JobView } from '#apps/api/wire/environment.ts'
import { environmentQuery } from '#apps/console/api/queries.ts'
import { pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { blocking, mainCauses } from './finding-causes.ts'
import { aboutJob, guideOf } from './finding-guide.ts'
import { LAYER_TITLES } from './finding-words.ts'
import { suggestionFor } from './suggestion.ts'

const texts = {
  title: '为什么不得出域，先改什么',
  because: '主要原因',
  follows: '连带的原因',
  followsNote: '多半由上面的主要原因引起，改好之后一般不再出现：',
  first: '先这样改',
  example: '可以试这条语句',
  exampleNote: '示例，运行后仍须检查。与原语句的不同：',
  none: '这一情形没有现成的语句可试，请按上面所列修改。',
  use: '用这条语句新建作业',
  withheld: '不得出域的结果不告知行数、个数等由数据得出的数值，以免据以推知个别主体的情况；审查人看得到全部数值。',
}

/** Above the report of a blocked job: its causes in a line each, what to change first, and a statement to try. */
export function BlockedSummary({ job }: { job: JobView }) {
  const main = mainCauses(job.layers)
  const others = blocking(job.layers).filter((layer) => !main.includes(layer))
  const about = aboutJob(job)
  const changes = [...new Set(main.flatMap((layer) => guideOf(layer, about).change.slice(0, 1)))]
  return (
    <section className="blocked-summary" aria-label={texts.title}>
      <h3 className="task-title">{texts.title}</h3>
      <dl className="finding-parts">
        <div><dt>{texts.because}</dt><dd><ol>{main.map((layer) => <li key={`${layer.layer}/${layer.title}/${layer.explanation}`}>{LAYER_TITLES[layer.layer] ?? layer.layer}：{layer.explanation}</li>)}</ol></dd></div>
        {others.length === 0 ? null : <div><dt>{texts.follows}</dt><dd>{texts.followsNote}{[...new Set(others.map(({ layer }) => LAYER_TITLES[layer] ?? layer))].join('、')}。</dd></div>}
        <div><dt>{texts.first}</dt><dd>{changes.length === 1 ? changes[0] : <ol>{changes.map((one) => <li key={one}>{one}</li>)}</ol>}</dd></div>
        <ToTry job={job} />
      </dl>
      {job.row_count === null ? <p className="quiet">{texts.withheld}</p> : null}
    </section>
  )
}

/** A statement to try, for those who may run one; a reviewer has no tables to suggest one from. */
function ToTry({ job }: { job: JobView }) {
  const navigate = useNavigate()
  const mayRun = holdsAny(useSession(), ['operator'])
  const tables = useQuery({ ...environmentQuery, enabled: mayRun })
  const suggestion = suggestionFor(job, tables.data?.tables ?? [])
  if (suggestion === null) return mayRun && !tables.isPending ? <div><dt>{texts.example}</dt><dd className="quiet">{texts.none}</dd></div> : null
  return (
    <div>
      <dt>{texts.example}</dt>
      <dd>
        <div className="quiet">{texts.exampleNote}{suggestion.says.join('；')}。</div>
        <pre className="code" aria-label={texts.example}>{suggestion.sql}</pre>
        {mayRun ? <Button size="small" className="no-print" onClick={() => void navigate({ href: pages.environmentFrom(job.id, true) })}>{texts.use}</Button> : null}
      </dd>
    </div>
  )
}
