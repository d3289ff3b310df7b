import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Select } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { JobRow } from '#apps/api/wire/environment.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'
import { narrowedJobsQuery, schedulesQuery } from './schedule-queries.ts'
import type { JobFilter } from './schedule-queries.ts'
import { JobStatus, Verdict, isUnfinished } from './verdict.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = {
  jobs: '作业',
  noJobs: '还没有作业。运营机构写明用途、运行 SQL 后，检查结论和修改办法列在这里。',
  nothingFound: '没有符合条件的作业。',
  place: (position: number) => `第 ${position} 位`,
  status: '运行情况',
  verdict: '检查结论',
  scenario: '应用场景',
  schedule: '计划',
  words: '用途或语句中的用语',
  mine: '只看本人的',
  noisy: '带噪声的统计',
}

const STATUSES = [
  { value: 'queued', label: '排队中' }, { value: 'running', label: '运行中' }, { value: 'succeeded', label: '已完成' }, { value: 'failed', label: '未完成' }, { value: 'cancelled', label: '已取消' }, { value: 'withheld', label: '待查看' },
]
const VERDICTS = [{ value: 'pass', label: '自动检查通过' }, { value: 'review', label: '需人工审核' }, { value: 'block', label: '不得出域' }]

/** unit: ms; how often a list with unfinished jobs is asked for anew */
const JOBS_LOOK_MS = 2_000

const columns: TableColumnsType<JobRow> = [
  { title: '时间', key: 'started', width: 170, render: (_, job) => <span className="numeric">{momentText(job.started_at)}</span> },
  { title: '用途', key: 'purpose', render: (_, job) => <><PageLink href={pages.job(job.id)}>{job.purpose}</PageLink>{job.kind === 'noisy-statistic' ? <span className="quiet">　{texts.noisy}</span> : null}</> },
  { title: '场景', dataIndex: 'scenario', width: 200 },
  { title: '运行', key: 'status', width: 100, render: (_, job) => <><JobStatus status={job.status} />{job.queue_position === null ? null : <div className="quiet">{texts.place(job.queue_position)}</div>}</> },
  { title: '检查结论', key: 'verdict', width: 120, render: (_, job) => <Verdict verdict={job.verdict} /> },
  { title: '结果行数', dataIndex: 'row_count', width: 90, className: 'numeric' },
  { title: '出域', key: 'release', width: 90, render: (_, job) => (job.release === null ? null : '已出域') },
]

/** The organisation's jobs, newest first, and what narrows the list. */
export function JobHistory({ scenarios }: { scenarios: readonly string[] }) {
  const [filter, setFilter] = useState<JobFilter>({})
  const isNarrowed = Object.values(filter).some((value) => value !== undefined && value !== '')
  const query = useInfiniteQuery({
    ...narrowedJobsQuery(filter),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ rows }) => rows.some(({ status }) => isUnfinished(status))) === true ? JOBS_LOOK_MS : false),
  })
  const schedules = useQuery(schedulesQuery).data?.schedules ?? []
  const choice = (name: 'status' | 'verdict' | 'scenario' | 'schedule', label: string, options: { value: string; label: string }[]) => (
    <Select allowClear aria-label={label} placeholder={label} options={options} onChange={(value: string | undefined) => setFilter((before) => ({ ...before, [name]: value }))} />
  )
  return (
    <section aria-label={texts.jobs}>
      <h2 className="part">{texts.jobs}</h2>
      <div className="panel">
        <div className="job-head job-filters no-print">
          {choice('status', texts.status, STATUSES)}
          {choice('verdict', texts.verdict, VERDICTS)}
          {choice('scenario', texts.scenario, scenarios.map((value) => ({ value, label: value })))}
          {schedules.length === 0 ? null : choice('schedule', texts.schedule, schedules.map(({ id, purpose }) => ({ value: id, label: purpose })))}
          <Input.Search allowClear aria-label={texts.words} placeholder={texts.words} maxLength={100} onSearch={(words) => setFilter((before) => ({ ...before, words: words.trim() === '' ? undefined : words.trim() }))} />
          <Checkbox onChange={(event) => setFilter((before) => ({ ...before, mine: event.target.checked ? 'true' : undefined }))}>{texts.mine}</Checkbox>
        </div>
        <PagedTable label={texts.jobs} query={query} columns={columns} rowKey={(job) => job.id} empty={<ListEmpty text={isNarrowed ? texts.nothingFound : texts.noJobs} />} />
      </div>
    </section>
  )
}
