import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Alert, Button, Descriptions } from 'antd'
import type { JobView } from '#apps/api/wire/environment.ts'
import { jobQuery, openableQuery } from '#apps/console/api/queries.ts'
import { CaseNumber } from '#apps/console/cases/case-number.tsx'
import { ColumnLineage } from '#apps/console/environment/column-lineage.tsx'
import { JobDifference } from '#apps/console/environment/job-difference.tsx'
import { JobReport } from '#apps/console/environment/job-report.tsx'
import { failureGuideOf } from '#apps/console/environment/failure-guide.ts'
import { ReleaseBinding } from '#apps/console/environment/release-binding.tsx'
import { TriesBeside } from '#apps/console/environment/held-back-tries.tsx'
import { JobUnderWay } from '#apps/console/environment/job-under-way.tsx'
import { JobStatus, Verdict, isUnfinished } from '#apps/console/environment/verdict.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages, withQuery } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { cellText } from '#apps/console/tables/cell-text.ts'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = {
  title: '作业',
  ask: '申请结果出域',
  change: '怎么改：',
  code: '原因代码：',
  waive: '申请豁免检查结论',
  report: '检查报告',
  difference: '与上一次出域的差别',
  lineage: '字段来源',
  print: '打印',
  again: '修改后重新运行',
  noisy: '本作业是一次带噪声的统计。下面是平台据所提问题生成、在加噪声之前用来计算的语句；加噪声之前的数值没有保存，任何人看不到。',
  result: '结果',
  hidden: '自动检查不通过，结果不予显示。请按检查报告修改后重新运行。',
  held: '这一结果出域之后存疑，正在核查，暂停查看和使用。',
  revoked: '这一结果的出域已经撤销，不得再查看和使用。',
  awaiting: '自动检查认为须由人判断，待审查后可见：请申请出域，审查同意后即可查看。',
  withheld: '作业已经运行，结论待实施机构查看后显示。',
  whyWithheld: '本单位近期因数据本身被拦的作业较多。通过与否本身也是一条消息，故此后的结论（无论通过与否）由实施机构查看被拦作业后一并显示，无需重新提交。',
  hiddenPlain: '没有可以显示的结果。',
  shown: (rows: number, all: number | null) => `共 ${all ?? rows} 行，显示 ${Math.min(rows, ROWS_SHOWN)} 行。结果仅供在环境内查看，出域须经申请和审核。`,
}
const ROWS_SHOWN = 200 // rows drawn; the whole result leaves only as a release
const RELEASE_PROCEDURE = 'output-release'
const WAIVER_PROCEDURE = 'finding-waiver'

/** A job: what was asked, what the checks found under their three headings, and the result where it may be seen. */
export function JobPage() {
  const { jobId = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(jobQuery(jobId))}>{(job) => <Job job={job} />}</Loaded>
}

function Job({ job }: { job: JobView }) {
  const { failure } = job
  return (
    <Page title={`${texts.title}：${job.purpose}`} sub={<><JobStatus status={job.status} /><Verdict verdict={job.verdict} /></>} actions={<><Button onClick={() => window.print()}>{texts.print}</Button><Again job={job} /><AskRelease job={job} /></>}>
      {failure === null ? null : <Failed failure={failure} />}
      <div className="panel">
        <Descriptions
          size="small"
          column={2}
          items={[
            { key: 'id', label: '作业编号', children: <span className="mono">{job.id}</span> },
            { key: 'author', label: '提交人', children: job.author.name },
            { key: 'agreement', label: '授权运营协议', children: <CaseNumber id={job.agreement} /> },
            { key: 'scenario', label: '应用场景', children: job.scenario },
            { key: 'started', label: '提交', children: <Moment at={job.started_at} /> },
            ...(job.ended_at === null ? [] : [{ key: 'ended', label: '结束', children: <Moment at={job.ended_at} /> }]),
            ...(job.elapsed_ms === null ? [] : [{ key: 'elapsed', label: '运行用时', children: elapsedText(job.elapsed_ms) }]),
            ...(job.digest === null ? [] : [{ key: 'digest', label: '结果摘要', children: <span className="mono">{job.digest}</span> }]),
          ]}
        />
        {job.kind === 'noisy-statistic' ? <p className="quiet">{texts.noisy}</p> : null}
        <pre className="code" aria-label="SQL">{job.sql}</pre>
      </div>
      {isUnfinished(job.status) ? <JobUnderWay job={job} /> : null}
      {job.status === 'withheld' ? <Alert className="gap-below" type="warning" showIcon title={texts.withheld} description={texts.whyWithheld} /> : null}
      {job.tries === null ? null : <TriesBeside tries={job.tries} />}
      {job.status === 'succeeded' ? <><Report job={job} /><Result job={job} /></> : null}
      {job.release === null ? null : <ReleaseBinding release={job.release} />}
    </Page>
  )
}

/** Why there is no result: what happened, why it matters, what to change. */
function Failed({ failure: { code, message, cure } }: { failure: NonNullable<JobView['failure']> }) {
  const guide = failureGuideOf(code)
  return (
    <Alert role="alert" type="error" showIcon className="gap-below" title={message} description={
      <>
        {guide === null ? <div>{texts.change}{cure}</div> : <><div>{guide.why}</div><div>{texts.change}</div><ol>{[...guide.change].map((one) => <li key={one}>{one}</li>)}</ol></>}
        <div className="quiet">{texts.code}<span className="mono">{code}</span></div>
      </>
    } />
  )
}

/** unit: milliseconds; from so many on people are told seconds */
const SECOND_MS = 1_000

function elapsedText(elapsed: number): string {
  return elapsed < SECOND_MS ? `${elapsed} 毫秒` : `${Math.round(elapsed / SECOND_MS)} 秒`
}

function Moment({ at }: { at: string }) {
  return <span className="numeric">{momentText(at)}</span>
}

function Again({ job }: { job: JobView }) {
  const navigate = useNavigate()
  return holdsAny(useSession(), ['operator']) && job.kind === 'statement' ? <Button onClick={() => void navigate({ href: pages.environmentFrom(job.id) })}>{texts.again}</Button> : null
}

function AskRelease({ job }: { job: JobView }) {
  const navigate = useNavigate()
  const openable = useQuery(openableQuery()).data ?? []
  if (job.status !== 'succeeded' || job.release !== null) return null
  const ask = (procedure: string, title: string, type: 'default' | 'primary') => {
    const row = openable.find((one) => one.procedure === procedure && one.own)
    return row === undefined ? null : <Button type={type} onClick={() => void navigate({ href: withQuery(pages.openForm(row.pack, row.procedure), { job: job.id, agreement: job.agreement }) })}>{title}</Button>
  }
  const blocked = job.verdict === 'block'
  return <>{blocked ? ask(WAIVER_PROCEDURE, texts.waive, 'default') : null}{ask(RELEASE_PROCEDURE, texts.ask, blocked ? 'default' : 'primary')}</>
}

function Report({ job }: { job: JobView }) {
  return (
    <>
      <section className="panel" aria-label={texts.report}>
        <h2 className="part">{texts.report}</h2>
        <JobReport job={job} />
      </section>
      <section className="panel" aria-label={texts.difference}>
        <h2 className="part">{texts.difference}</h2>
        <JobDifference previous={job.previous} rowCount={job.row_count} />
      </section>
      {job.kind === 'noisy-statistic' ? null : (
        <section className="panel" aria-label={texts.lineage}>
          <h2 className="part">{texts.lineage}</h2>
          <ColumnLineage lineage={job.lineage} />
        </section>
      )}
    </>
  )
}

function Result({ job }: { job: JobView }) {
  const { rows } = job
  return (
    <section className="panel" aria-label={texts.result}>
      <h2 className="part">{texts.result}</h2>
      {rows === null ? (
        <p className="quiet">{job.held === 'suspended' ? texts.held : job.held !== null ? texts.revoked : job.verdict === 'block' ? texts.hidden : job.verdict === 'review' ? texts.awaiting : texts.hiddenPlain}</p>
      ) : (
        <>
          <p className="quiet">{texts.shown(rows.length, job.row_count)}</p>
          <div className="value-table rows-stay">
            <table className="row-lines">
              <thead><tr>{job.columns.map(({ name, type }) => <th key={name} scope="col" title={type}>{name}</th>)}</tr></thead>
              <tbody>
                {/* oxlint-disable-next-line react/no-array-index-key -- a fixed result: rows and cells never move */}
                {rows.slice(0, ROWS_SHOWN).map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index} className="numeric">{cellText(cell)}</td>)}</tr>)}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  )
}
