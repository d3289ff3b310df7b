import type { Generated } from 'kysely'

/** Migration 0063: jobs that the platform repeats. */
export type JobScheduleTable = {
  id: string
  agreement: string
  organization: string
  author: string
  scenario: string
  purpose: string
  sql: string
  parameters: unknown
  every: string
  on_day: number | null
  working_days: boolean
  runs_most: number
  runs_done: Generated<number>
  state: string
  stopped: unknown
  due_on: string
  runs_on: string
  made_at: Generated<Date>
}

export type JobScheduleRunTable = {
  schedule: string
  due_on: string
  job: string
  state: string
  refusal: unknown
  claimed_at: Generated<Date>
}

export type ScheduleTables = { job_schedule: JobScheduleTable; job_schedule_run: JobScheduleRunTable }
