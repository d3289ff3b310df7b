import { dueDateOf } from '#core/calendar/due-date.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { Story } from './story.ts'

/** What every story needs before its own subject begins; told by the scenarios of those procedures themselves. */
const GROUNDWORK: ReadonlySet<string> = new Set([
  'implementation-plan', 'operator-selection', 'operation-agreement', 'catalog-entry', 'data-demand', 'registration', 'output-release', 'product', 'product-service', 'agreement-expiry',
])

/**
 * What a story caused, one line each: who may act next and until when, what was concluded by whom, who was told, what
 * was recorded and on which provision. Cases of the groundwork are left out, unless `also` names them.
 */
export function accountOf(story: Story, also: readonly string[] = []): string[] {
  return [...story.cases.values()]
    .filter((one) => !GROUNDWORK.has(one.state.procedure) || also.includes(one.state.procedure))
    .flatMap((one) => one.events.flatMap((event) => lineOf(event, story)).map((line) => `${one.id}: ${line}`))
}

function lineOf(event: CaseEvent, { law }: Story): string[] {
  switch (event.type) {
    case 'case-opened':
      return [`${event.act.date} opened by ${event.by.office} → ${event.status} (${provisionOf(event.basis) ?? 'platform default'})`]
    case 'task-opened': {
      const due = event.clock === null ? '' : `, due ${dueDateOf(event.clock, law.calendar).due ?? 'later'}`
      return [`${event.on} open ${event.task}: ${event.office} ${event.organization}${due}`]
    }
    case 'step-concluded':
      return [`${event.act.date} ${event.task} ${event.outcome} by ${event.by.office} (${provisionOf(event.basis) ?? 'platform default'})`]
    case 'status-changed':
      return [`${event.date} → ${event.status}`]
    case 'task-closed':
      return [`closed ${event.task}: ${event.because}`]
    case 'task-overdue':
      return [`${event.on} overdue ${event.task}: ${event.told.join(', ')} (${provisionOf(event.basis) ?? 'platform default'})`]
    case 'effect-intended':
      return [`${event.effect} ${JSON.stringify(event.args)} (${provisionOf(event.basis) ?? 'platform default'})`]
    default:
      return []
  }
}
