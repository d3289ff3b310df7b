import { Tag } from 'antd'
import type { JobView, ThresholdView } from '#apps/api/wire/environment.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { pages } from '#apps/console/paths.ts'
import { BlockedSummary } from './blocked-summary.tsx'
import { thresholdsOfRule } from './rule-thresholds.ts'
import { aboutJob, guideOf } from './finding-guide.ts'
import type { About } from './guide-parts.ts'
import { EVIDENCE_TITLES, LAYER_TITLES } from './finding-words.ts'
import { Verdict } from './verdict.tsx'

const texts = {
  none: '没有检查报告。作业未能完成的，没有结果可以检查。',
  counts: (block: number, review: number, pass: number) => `不得出域 ${block} 项，需人工判断 ${review} 项，通过 ${pass} 项。`,
  told: (block: number) => `不得出域 ${block} 项；其余检查不逐项告知。`,
  nothing: '本作业没有这一方面的检查。',
  nothingTold: '这一方面没有须修改的事项。',
  found: '发现了什么',
  why: '为什么要紧',
  example: '打个比方',
  change: '怎么改',
  measured: '测得的数值',
  thresholds: '判断所依的阈值及其来源',
  rule: '规则代码：',
  headings: '按三个方面列出。',
  ofProvider: (version: number) => `数据提供单位提出的更严阈值（第${version}版）`,
  passed: (count: number) => `已通过的检查（${count}）`,
}

type Layer = JobView['layers'][number]
const GRAVEST_FIRST: readonly Layer['verdict'][] = ['block', 'review', 'pass']

/** The report of the automatic checks for people who read no SQL: what was found, why it matters, what to change, by which threshold. */
export function JobReport({ job }: { job: JobView }) {
  const { layers, summary } = job
  if (layers.length === 0) return <p className="quiet">{texts.none}</p>
  // Who asked for a job that was held back is told what held it back, and nothing of the rest.
  const isTold = job.verdict === 'block' && job.row_count === null
  const count = (verdict: Layer['verdict']): number => layers.filter((layer) => layer.verdict === verdict).length
  return (
    <>
      <p><Verdict verdict={job.verdict} /> {summary} <span className="quiet">{isTold ? texts.told(count('block')) : texts.counts(count('block'), count('review'), count('pass'))}</span></p>
      {job.verdict === 'block' ? <BlockedSummary job={job} /> : null}
      {job.headings_basis === null ? null : <p className="quiet">{texts.headings} <BasisTag basis={job.headings_basis} /> {job.headings_basis.because ?? job.headings_basis.says}</p>}
      {job.headings.map(({ title, verdict }, at) => (
        <section key={title} aria-label={title} className="report-heading">
          <h3 className="task-title">{CHINESE_ORDER[at] ?? ''}{title} <Verdict verdict={verdict} /></h3>
          <Heading layers={layers.filter((layer) => layer.heading === title)} thresholds={job.thresholds} named={titlesOf(job)} about={aboutJob(job)} none={isTold ? texts.nothingTold : texts.nothing} />
        </section>
      ))}
    </>
  )
}

const CHINESE_ORDER = ['（一）', '（二）', '（三）']

function Heading({ layers, thresholds, named, about, none }: { layers: Layer[]; thresholds: ThresholdView[]; named: Named; about: About; none: string }) {
  if (layers.length === 0) return <p className="quiet">{none}</p>
  const open = layers.filter(({ verdict }) => verdict !== 'pass').toSorted((a, b) => GRAVEST_FIRST.indexOf(a.verdict) - GRAVEST_FIRST.indexOf(b.verdict))
  const passed = layers.filter(({ verdict }) => verdict === 'pass')
  return (
    <>
      {open.map((layer) => <Finding key={keyOf(layer)} layer={layer} thresholds={thresholdsOfRule(layer.title, layer.layer, thresholds)} named={named} about={about} />)}
      {passed.length === 0 ? null : (
        <details open={open.length === 0}>
          <summary>{texts.passed(passed.length)}</summary>
          <ul className="plain">{passed.map((layer) => <li key={keyOf(layer)}><Tag color="green">{LAYER_TITLES[layer.layer] ?? layer.layer}</Tag> {layer.explanation}{layer.layer === 'noisy-statistics' ? <Measured evidence={layer.evidence} /> : null}</li>)}</ul>
        </details>
      )}
    </>
  )
}

function keyOf({ layer, title, explanation }: Layer): string {
  return `${layer}/${title}/${explanation}`
}

/** The titles of columns in Chinese, by their names in tables and in the result. */
type Named = (name: string) => string

function titlesOf({ lineage }: JobView): Named {
  const sources = lineage.flatMap((one) => one.sources)
  return (name) => {
    const source = sources.find(({ table, column }) => `${table}.${column}` === name)
    if (source !== undefined) return `${source.title}（${name}）`
    const own = lineage.find(({ output }) => output === name)?.sources ?? []
    return own.length === 0 ? name : `${name}（来自${own.map(({ title }) => title).join('、')}）`
  }
}

function Finding({ layer: plain, thresholds, named, about }: { layer: Layer; thresholds: ThresholdView[]; named: Named; about: About }) {
  const layer = { ...plain, evidence: withTitles(plain.evidence, named) }
  const { why, example, change } = guideOf(layer, about)
  return (
    <article className={`finding finding-${layer.verdict}`}>
      <h4><Verdict verdict={layer.verdict} /> {LAYER_TITLES[layer.layer] ?? layer.layer}</h4>
      <dl className="finding-parts">
        <Part title={texts.found}>{layer.explanation}</Part>
        {why === '' ? null : <Part title={texts.why}>{why}</Part>}
        {example === null ? null : <Part title={texts.example}>{example}</Part>}
        {change.length === 0 ? null : <Part title={texts.change}>{change.length === 1 ? change[0] : <ol>{change.map((one) => <li key={one}>{one}</li>)}</ol>}</Part>}
      </dl>
      <Measured evidence={layer.evidence} />
      <Thresholds thresholds={thresholds} />
      <div className="quiet">{texts.rule}<span className="mono">{layer.title}</span></div>
    </article>
  )
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return <div><dt>{title}</dt><dd>{children}</dd></div>
}

/** Evidence whose names of columns are told with their titles. */
function withTitles(evidence: Layer['evidence'], named: Named): Layer['evidence'] {
  const titled = (value: Layer['evidence'][string]): Layer['evidence'][string] => (typeof value === 'string' ? value.split('、').map(named).join('、') : value)
  return Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, COLUMN_NAMES.includes(name) && value !== undefined ? titled(value) : value]))
}

const COLUMN_NAMES: readonly string[] = ['column', 'source', 'quasi', 'sensitive']

/** The figures behind a verdict, by their names; counts and names of columns, never a value of a row. */
function Measured({ evidence }: { evidence: Layer['evidence'] }) {
  const known = Object.entries(evidence).filter(([name, value]) => EVIDENCE_TITLES[name] !== undefined && (typeof value === 'number' || (typeof value === 'string' && value !== '')))
  if (known.length === 0) return null
  return <div className="quiet">{texts.measured}：{known.map(([name, value]) => `${EVIDENCE_TITLES[name]} ${String(value)}`).join('；')}</div>
}

/** So few thresholds are shown without a click. */
const SHOWN_OPEN = 3

function Thresholds({ thresholds }: { thresholds: ThresholdView[] }) {
  if (thresholds.length === 0) return null
  return (
    <details open={thresholds.length <= SHOWN_OPEN}>
      <summary>{texts.thresholds}（{thresholds.length}）</summary>
      <table className="row-lines">
        <thead><tr><th scope="col">阈值</th><th scope="col">现行取值</th><th scope="col">来源</th></tr></thead>
        <tbody>
          {thresholds.map(({ id, title, value, basis, provider }) => (
            <tr key={id}>
              <td>{title}</td>
              <td className="numeric">{value}</td>
              <td>{provider === null ? <><BasisTag basis={basis} /> {basis.because ?? basis.says}</> : <PageLink href={pages.thresholds(provider.entry)}>{texts.ofProvider(provider.version)}</PageLink>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
