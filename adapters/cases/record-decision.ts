import { toHex } from '#core/evidence/hash-function.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { Json } from '#core/json.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Act, Actor, Branch, CaseState } from '#core/procedure/case-state.ts'
import type { CaseCommand, Decision } from '#core/procedure/decision-input.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Accepted, CaseOfficeParts } from './case-office.ts'
import { appendEvents, encodeEvent, project } from './case-store.ts'
import type { Tx } from './case-store.ts'

type Recorded = { tx: Tx; law: CaseLaw; before: CaseState | null; decision: Extract<Decision, { accepted: true }>; actor: Actor; act: Act }

/** How an effect reaches other cases: within the same transaction, as the platform. */
type OtherCases = {
  partyOf(role: string): string | undefined
  openCase(procedure: string, links: Record<string, string>, contents: Record<string, Json>): Promise<Accepted>
  onCase(caseId: string, command: CaseCommand): Promise<Accepted>
}

/** What a preview does: only cases of the preview change; nothing else is written, told, published or sent. */
export const PREVIEWED_EFFECTS: ReadonlySet<string> = new Set(['case.open', 'case.status', 'clock.suspend', 'clock.resume'])

/** Writes events, their pending evidence and the read tables, then runs the effects; all in the given transaction. */
export async function recordDecision(parts: Pick<CaseOfficeParts, 'offered' | 'clock'>, step: Recorded, others: OtherCases): Promise<Accepted> {
  const { tx, law, before, decision, actor, act } = step
  const { state, events } = decision
  const now = parts.clock.now()
  const after = before?.seq ?? 0
  const encoded = []
  for (const [index, event] of events.entries()) {
    const { bytes, digest } = encodeEvent(event)
    const entryId = await addPending(tx, {
      type: 'case-step',
      legalDate: act.date,
      actor: actor.person,
      onBehalfOf: actor.organization,
      office: officeOf(event, actor),
      action: actionOf(event),
      object: { kind: 'case', id: state.id, seq: after + 1 + index },
      decision: 'done',
      ...provisionField(event),
      pack: { id: law.ref.id, version: String(law.ref.version), digest: `sha256:${law.ref.digest}` },
      bodyHash: `sha256:${toHex(digest)}`,
      detail: { recorded: act.recorded, ...(actor.acting_for === undefined ? {} : { acting_for: actor.acting_for.person, delegation: actor.acting_for.delegation }) },
    }, now)
    encoded.push({ event, bytes, digest, entryId })
  }
  // The case's row comes before its events, which refer to it.
  await project(tx, law, before, state, events)
  await appendEvents(tx, state, after, encoded, actor.person)
  const entries = encoded.map((one) => one.entryId)
  const intended = events.flatMap((event) => (event.type !== 'effect-intended' || (state.preview === true && !PREVIEWED_EFFECTS.has(event.effect)) ? [] : [event]))
  for (const event of intended) {
    const runner = parts.offered.effects[event.effect]
    if (!runner) throw new Error(`no capability offers the effect ${event.effect}`)
    await runner(event.args, {
      tx, law, state, branch: branchOf(events, event), handle: event.handle, basis: event.basis, act, person: actor.person, now,
      partyOf: others.partyOf,
      openCase: async (procedure, links, contents) => {
        const opened = await others.openCase(procedure, links, contents)
        entries.push(...opened.entries)
        return opened.caseId
      },
      onCase: async (caseId, command) => {
        entries.push(...(await others.onCase(caseId, command)).entries)
      },
    })
  }
  if (intended.length > 0) await parts.offered.afterEffects?.({ tx, law, state, act, organization: actor.organization, intended })
  return { accepted: true, caseId: state.id, number: state.number, seq: state.seq, status: state.status, entries }
}

function officeOf(event: CaseEvent, actor: Actor): string {
  return 'by' in event ? event.by.office : (actor.offices[0] ?? 'none')
}

/** `case-opened/data-demand`, `step-concluded/formal-review/pass`: what the entry is found by. */
function actionOf(event: CaseEvent): string {
  if (event.type === 'case-opened') return `${event.type}/${event.procedure}`
  if (event.type === 'step-concluded') return `${event.type}/${event.step}/${event.outcome}`
  if (event.type === 'task-opened') return `${event.type}/${event.step}`
  if (event.type === 'effect-intended') return `${event.type}/${event.effect}`
  return event.type
}

function provisionField(event: CaseEvent): { provision: string } | Record<string, never> {
  const provision = 'basis' in event ? provisionOf(event.basis) : null
  return provision === null ? {} : { provision }
}

function branchOf(events: readonly CaseEvent[], effect: Extract<CaseEvent, { type: 'effect-intended' }>): Branch {
  const task = effect.handle.slice(0, effect.handle.lastIndexOf('/')) // a nested branch has slashes of its own
  const concluded = events.find((event) => event.type === 'step-concluded' && event.task === task)
  return concluded?.type === 'step-concluded' ? concluded.branch : []
}
