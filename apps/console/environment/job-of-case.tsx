import { useQuery } from '@tanstack/react-query'
import { isObject } from '#core/json.ts'
import type { CaseView } from '#apps/api/wire/case.ts'
import { jobQuery } from '#apps/console/api/queries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { ColumnLineage } from './column-lineage.tsx'
import { TriesBeside } from './held-back-tries.tsx'
import { JobDifference } from './job-difference.tsx'
import { JobReport } from './job-report.tsx'

const texts = { title: '所申请结果的检查报告', sql: '作业语句', difference: '与上一次出域的差别', lineage: '字段来源', whole: '打开作业，查看结果和打印报告' }
const JOB = /^job-[0-9a-f-]{36}$/
/** Whose pages jobs are; the server's table of permissions says the same. */
const READERS = ['operator', 'implementing-agency', 'data-provider', 'data-authority']

/** In a case about a job's result: the report, the statement and the difference to the last release, for those who decide. */
export function JobOfCase({ view }: { view: CaseView }) {
  const session = useSession()
  const id = jobIn(view)
  const job = useQuery({ ...jobQuery(id ?? ''), enabled: id !== null && holdsAny(session, READERS), retry: false }).data
  if (job === undefined) return null
  return (
    <section aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <div className="panel">
        {job.tries === null ? null : <TriesBeside tries={job.tries} />}
        <JobReport job={job} />
        <details><summary>{texts.sql}</summary><pre className="code" aria-label={texts.sql}>{job.sql}</pre></details>
        <details open><summary>{texts.difference}</summary><JobDifference previous={job.previous} rowCount={job.row_count} /></details>
        <details><summary>{texts.lineage}</summary><ColumnLineage lineage={job.lineage} /></details>
        <p className="no-print"><PageLink href={pages.job(job.id)}>{texts.whole}</PageLink></p>
      </div>
    </section>
  )
}

/** The job that a case's contents name, the latest first; null where it is about none. */
function jobIn({ contents }: CaseView): string | null {
  const named = contents.toReversed().flatMap(({ value }) => (isObject(value) ? Object.values(value) : [value]))
  const found = named.find((value) => typeof value === 'string' && JOB.test(value))
  return typeof found === 'string' ? found : null
}
