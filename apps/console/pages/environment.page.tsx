import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Collapse, Tag } from 'antd'
import type { EnvironmentView, JobView } from '#apps/api/wire/environment.ts'
import { environmentQuery, jobQuery } from '#apps/console/api/queries.ts'
import { suggestionFor } from '#apps/console/environment/suggestion.ts'
import { HeldBackTries } from '#apps/console/environment/held-back-tries.tsx'
import { JobHistory } from '#apps/console/environment/job-history.tsx'
import { NewJob } from '#apps/console/environment/new-job.tsx'
import { Schedules } from '#apps/console/environment/schedules.tsx'
import { TableDocumentation, TableLabel } from '#apps/console/environment/table-documentation.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { NoisyStatistics } from '#apps/console/protection/noisy-statistics.tsx'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '开发利用环境',
  sub: '可用不可见：这里只显示数据结构和合成样例，原始数据不展示、不出环境。结果经检查和审核后方可出域。',
  tables: '可以使用的数据表',
  noTables: '还没有可以使用的数据表。签订授权运营协议、提出数据需求并获得供给后，数据表会出现在这里。',
  posture: '隔离状况',
  inForce: '已生效',
  missing: '未具备',
}

/** Those who look at what others run, and those who run jobs of their own. */
const [REVIEWERS, ANALYSTS] = [['implementing-agency', 'data-provider'], ['operator', 'developer']]

/** The analyst's room: what may be used, a job to run, and what came of the earlier ones. */
export function EnvironmentPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(environmentQuery)}>{(view) => <Environment view={view} />}</Loaded>
    </Page>
  )
}

/** A job to start from: as it was, or as its report suggests to change it. */
function from(job: JobView | undefined, suggested: boolean, tables: EnvironmentView['tables']): JobView | null {
  return job === undefined ? null : suggested ? { ...job, sql: suggestionFor(job, tables)?.sql ?? job.sql } : job
}

function Environment({ view }: { view: EnvironmentView }) {
  const { job, suggested } = useSearch({ strict: false })
  const before = useQuery({ ...jobQuery(job ?? ''), enabled: job !== undefined })
  const session = useSession()
  const isReviewer = holdsAny(session, REVIEWERS) && !holdsAny(session, ANALYSTS)
  const isReady = job === undefined || !before.isPending
  return (
    <>
      {view.tables.length === 0 && isReviewer ? null : <section aria-label={texts.tables}>
        <h2 className="part">{texts.tables}</h2>
        {view.tables.length === 0 ? <div className="panel"><ListEmpty text={texts.noTables} /></div> : <Collapse items={view.tables.map((table) => ({ key: table.table, label: <TableLabel table={table} />, children: <TableDocumentation table={table} /> }))} />}
      </section>}
      {view.tables.length === 0 || !isReady ? null : <NewJob key={`${job ?? ''}${suggested ?? ''}`} tables={view.tables} before={from(before.data, suggested !== undefined, view.tables)} />}
      <HeldBackTries />
      <NoisyStatistics tables={view.tables} />
      <Schedules mayRun={view.tables.length > 0} />
      {isReviewer ? null : <JobHistory scenarios={[...new Set(view.tables.map(({ scenario }) => scenario))]} />}
      <section aria-label={texts.posture} className="panel">
        <h2 className="part">{texts.posture}</h2>
        <ul className="posture">
          {view.posture.map(({ title, in_force, text }) => <li key={`${title}${text}`}><Tag color={in_force ? 'green' : 'gold'}>{in_force ? texts.inForce : texts.missing}</Tag>{text}</li>)}
        </ul>
      </section>
    </>
  )
}
