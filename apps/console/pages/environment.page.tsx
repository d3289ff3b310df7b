import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Collapse, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { EnvironmentView, JobRow } from '#apps/api/wire/environment.ts'
import { environmentQuery, jobQuery, jobsQuery } from '#apps/console/api/queries.ts'
import { NewJob } from '#apps/console/environment/new-job.tsx'
import { TableDocumentation, TableLabel } from '#apps/console/environment/table-documentation.tsx'
import { JobStatus, Verdict, isUnfinished } from '#apps/console/environment/verdict.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

const texts = {
  title: '开发利用环境',
  sub: '可用不可见：这里只显示数据结构和合成样例，原始数据不展示、不出环境。结果经检查和审核后方可出域。',
  tables: '可以使用的数据表',
  noTables: '还没有可以使用的数据表。签订授权运营协议、提出数据需求并获得供给后，数据表会出现在这里。',
  jobs: '作业',
  noJobs: '还没有作业。运营机构写明用途、运行 SQL 后，检查结论和修改办法列在这里。',
  place: (position: number) => `第 ${position} 位`,
  posture: '隔离状况',
  inForce: '已生效',
  missing: '未具备',
}

/** The analyst's room: what may be used, a job to run, and what came of the earlier ones. */
export function EnvironmentPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(environmentQuery)}>{(view) => <Environment view={view} />}</Loaded>
    </Page>
  )
}

function Environment({ view }: { view: EnvironmentView }) {
  const { job } = useSearch({ strict: false })
  const before = useQuery({ ...jobQuery(job ?? ''), enabled: job !== undefined })
  const isReady = job === undefined || !before.isPending
  return (
    <>
      <section aria-label={texts.tables}>
        <h2 className="part">{texts.tables}</h2>
        {view.tables.length === 0 ? <div className="panel"><ListEmpty text={texts.noTables} /></div> : <Collapse items={view.tables.map((table) => ({ key: table.table, label: <TableLabel table={table} />, children: <TableDocumentation table={table} /> }))} />}
      </section>
      {view.tables.length === 0 || !isReady ? null : <NewJob key={job ?? ''} tables={view.tables} before={before.data ?? null} />}
      <Jobs />
      <section aria-label={texts.posture} className="panel">
        <h2 className="part">{texts.posture}</h2>
        <ul className="posture">
          {view.posture.map(({ title, in_force, text }) => <li key={`${title}${text}`}><Tag color={in_force ? 'green' : 'gold'}>{in_force ? texts.inForce : texts.missing}</Tag>{text}</li>)}
        </ul>
      </section>
    </>
  )
}

/** unit: ms; how often a list with unfinished jobs is asked for anew */
const JOBS_LOOK_MS = 2_000

const jobColumns: TableColumnsType<JobRow> = [
  { title: '时间', key: 'started', width: 170, render: (_, job) => <span className="numeric">{new Date(job.started_at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })}</span> },
  { title: '用途', key: 'purpose', render: (_, job) => <PageLink href={pages.job(job.id)}>{job.purpose}</PageLink> },
  { title: '场景', dataIndex: 'scenario', width: 200 },
  { title: '运行', key: 'status', width: 100, render: (_, job) => <><JobStatus status={job.status} />{job.queue_position === null ? null : <div className="quiet">{texts.place(job.queue_position)}</div>}</> },
  { title: '检查结论', key: 'verdict', width: 120, render: (_, job) => <Verdict verdict={job.verdict} /> },
  { title: '结果行数', dataIndex: 'row_count', width: 90, className: 'numeric' },
  { title: '出域', key: 'release', width: 90, render: (_, job) => (job.release === null ? null : '已出域') },
]

function Jobs() {
  const query = useInfiniteQuery({ ...jobsQuery, refetchInterval: ({ state }) => (state.data?.pages.some(({ rows }) => rows.some(({ status }) => isUnfinished(status))) === true ? JOBS_LOOK_MS : false) })
  return (
    <section aria-label={texts.jobs}>
      <h2 className="part">{texts.jobs}</h2>
      <div className="panel"><PagedTable label={texts.jobs} query={query} columns={jobColumns} rowKey={(job) => job.id} empty={<ListEmpty text={texts.noJobs} />} /></div>
    </section>
  )
}
