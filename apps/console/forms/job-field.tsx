import { queryOptions, useQuery } from '@tanstack/react-query'
import { AutoComplete } from 'antd'
import type { JobRow } from '#apps/api/wire/environment.ts'
import type { TextContent } from '#core/pack/content-format.ts'
import { request } from '#apps/console/api/request.ts'
import { Verdict } from '#apps/console/environment/verdict.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { momentText } from '#apps/console/tables/moment-text.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

const texts = { choose: '从本单位已完成的作业中选择，或者粘贴作业编号', none: '没有相符的作业。请先在“开发利用环境”运行作业。', chosen: '所选作业：', open: '打开作业查看检查报告' }

/** unit: jobs offered to choose from */
const OFFERED_MAX = 100

/** The newest jobs that have a result: what a case may be about. */
const finishedJobsQuery = queryOptions({ queryKey: ['jobs', 'finished'], queryFn: () => request<{ rows: JobRow[] }>(api.jobs({ status: 'succeeded', limit: OFFERED_MAX })) })

/** The number of a job, chosen among those that the organisation has finished by what they were for; a number may also be pasted. */
export function JobField(props: LeafProps<TextContent>) {
  const { value, set } = props
  const jobs = useQuery(finishedJobsQuery).data?.rows ?? []
  const chosen = jobs.find(({ id }) => id === value)
  return (
    <>
      <AutoComplete
        {...tied(props)}
        className="wide"
        value={typeof value === 'string' ? value : ''}
        options={jobs.map((job) => ({ value: job.id, label: <JobLine job={job} /> }))}
        showSearch={{ filterOption: (typed, option) => isLike(jobs.find(({ id }) => id === option?.value), typed) }}
        defaultActiveFirstOption={false}
        allowClear
        placeholder={texts.choose}
        notFoundContent={texts.none}
        onChange={(next: string | undefined) => set(next === undefined || next === '' ? undefined : next.trim())}
      />
      {chosen === undefined ? null : <div className="field-note">{texts.chosen}<JobLine job={chosen} />　<PageLink href={pages.job(chosen.id)}>{texts.open}</PageLink></div>}
    </>
  )
}

function JobLine({ job }: { job: JobRow }) {
  return <span>{job.purpose}　<Verdict verdict={job.verdict} /><span className="quiet">{job.row_count === null ? '' : `${job.row_count}行　`}{momentText(job.started_at)}</span></span>
}

/** Whether a job's purpose, scenario or number has what was typed; all are offered while nothing was. */
function isLike(job: JobRow | undefined, typed: string): boolean {
  return job !== undefined && [job.id, job.purpose, job.scenario].some((text) => text.includes(typed))
}
