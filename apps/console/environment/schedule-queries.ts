import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { JobRow } from '#apps/api/wire/environment.ts'
import type { SchedulesView } from '#apps/api/wire/schedules.ts'
import { request } from '#apps/console/api/request.ts'
import { api } from '#apps/console/paths.ts'

const SCHEDULES = '/api/environment/schedules'
export const scheduleUrls = { all: SCHEDULES, change: (id: string, what: 'pause' | 'resume' | 'end') => `${SCHEDULES}/${encodeURIComponent(id)}/${what}` }

const SCHEDULES_LOOK_MS = 30_000 // a run of a schedule begins on its day; half a minute is soon enough

export const schedulesQuery = queryOptions({ queryKey: ['schedules'], queryFn: () => request<SchedulesView>(scheduleUrls.all), refetchInterval: SCHEDULES_LOOK_MS })

/** What the list of jobs is narrowed to; absent: no matter. */
export type JobFilter = Partial<Record<'status' | 'verdict' | 'scenario' | 'schedule' | 'words' | 'mine', string | undefined>>

export const narrowedJobsQuery = (filter: JobFilter) => infiniteQueryOptions({
  queryKey: ['jobs', filter],
  queryFn: ({ pageParam }) => request<{ rows: JobRow[]; next: string | null }>(api.jobs({ ...filter, cursor: pageParam })),
  initialPageParam: undefined as string | undefined, // the first page has no cursor; the type cannot be told otherwise
  getNextPageParam: (last) => last.next ?? undefined,
})
