import { z } from 'zod'
import { personNames } from '#adapters/identity/persons.ts'
import { changeSchedule, openSchedule } from '#capabilities/operation/environment/job-schedule.job.ts'
import { listSchedules } from '#capabilities/operation/environment/job-schedule.store.ts'
import type { JobSchedule, ScheduleRun } from '#capabilities/operation/environment/job-schedule.store.ts'
import type { Recurrence } from '#core/calendar/recurrence.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { Id } from '../wire/names.ts'
import { ScheduleBody, SchedulesView } from '../wire/schedules.ts'
import type { ScheduleView, SchedulesView as Shown } from '../wire/schedules.ts'

const RUNS_SHOWN = 5

/** Jobs that the platform repeats: set up, looked at, paused, resumed and ended by the operator's own persons. */
export const scheduleRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/schedules', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'listSchedules', summary: '本单位按计划重复运行的作业，新的在前', response: { 200: SchedulesView } },
    handler: async (request) => viewOf(parts, personOf(request).organization.id),
  })

  app.post('/api/environment/schedules', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'openSchedule', summary: '设立计划：由平台按日、按周或者按月重复运行作业，每次都经完整检查', body: ScheduleBody, response: { 201: SchedulesView } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const { parameters = {}, recurrence, runs_most: runsMost, ...body } = request.body
      const answer = await openSchedule(parts.operation.jobs, { actor: person.actor, ...body, parameters, recurrence: recurrenceOf(recurrence), runsMost })
      if (!answer.accepted) throw new Refused(answer.refusal, STATUS_OF_REFUSALS[answer.refusal.code] ?? (answer.refusal.basis === null ? 422 : 403), await parts.operation.jobs.lawOfAgreement(body.agreement))
      return reply.code(201).send(await viewOf(parts, person.organization.id))
    },
  })

  app.post('/api/environment/schedules/:id/:change', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'changeSchedule', summary: '暂停、恢复或者结束计划', params: z.strictObject({ id: Id, change: z.enum(['pause', 'resume', 'end']) }), response: { 200: SchedulesView } },
    handler: async (request) => {
      const person = personOf(request)
      const answer = await changeSchedule(parts.operation.jobs, person.actor, request.params.id, request.params.change)
      if (!answer.accepted) throw new Refused(answer.refusal, answer.refusal.code === 'schedule-must-exist' ? 404 : 409)
      return viewOf(parts, person.organization.id)
    },
  })
}

const STATUS_OF_REFUSALS: Readonly<Record<string, number>> = { 'agreement-must-exist': 404, 'schedules-must-not-pile-up': 429 }

function recurrenceOf({ working_days: workingDays, ...when }: ScheduleBody['recurrence']): Recurrence {
  return { ...when, workingDays }
}

async function viewOf(parts: ApiParts, organization: string): Promise<Shown> {
  return readingAsSystem(parts, async (tx) => {
    const found = await listSchedules(tx, organization, RUNS_SHOWN)
    const names = await personNames(tx, new Set(found.map(({ schedule }) => schedule.author)))
    return { schedules: found.map(({ schedule, runs }) => scheduleView(schedule, runs, names.get(schedule.author) ?? schedule.author)) }
  })
}

function scheduleView(schedule: JobSchedule, runs: readonly ScheduleRun[], author: string): ScheduleView {
  const { workingDays, ...when } = schedule.recurrence
  return {
    id: schedule.id, agreement: schedule.agreement, scenario: schedule.scenario, purpose: schedule.purpose, sql: schedule.sql, parameters: { ...schedule.parameters },
    author: { id: schedule.author, name: author }, recurrence: { ...when, working_days: workingDays }, runs_most: schedule.runsMost, runs_done: schedule.runsDone,
    state: schedule.state, stopped: schedule.stopped, next_on: schedule.state === 'active' ? schedule.runsOn : null,
    runs: runs.map((run) => ({ due_on: run.dueOn, job: run.state === 'submitted' ? run.job : null, refusal: run.refusal })),
  }
}
