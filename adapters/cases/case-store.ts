import type { Transaction } from 'kysely'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import { branchKey, isOver } from '#core/procedure/case-state.ts'
import type { CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { replay } from '#core/procedure/evolve.ts'
import { remindersAhead } from '#core/procedure/reminders.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { caseTitle } from './case-title.ts'

export type Tx = Transaction<Tables>

/** One stored event: the bytes that were hashed are the bytes that are stored. */
export type StoredEvent = { seq: number; event: CaseEvent; bytes: Uint8Array; digest: Uint8Array }

/** Reads a case's events in order and checks each against its hash. Null where there is no such case, or none this reader may see. */
export async function loadEvents(tx: Tx, id: string): Promise<StoredEvent[] | null> {
  const rows = await tx.selectFrom('case_event').select(['seq', 'bytes', 'sha256']).where('case_id', '=', id).orderBy('seq').execute()
  if (rows.length === 0) return null
  return rows.map((row) => {
    const digest = sha256.digest(row.bytes)
    if (!Buffer.from(digest).equals(Buffer.from(row.sha256))) throw new Error(`event ${row.seq} of case ${id} is not what its hash says: restore it from a backup`)
    return { seq: row.seq, event: JSON.parse(Buffer.from(row.bytes).toString('utf8')) as CaseEvent, bytes: row.bytes, digest } // written by encodeEvent
  })
}

/** The present state of a case, or null. */
export async function loadCase(tx: Tx, id: string): Promise<CaseState | null> {
  const events = await loadEvents(tx, id)
  return events === null ? null : replay(events.map((one) => one.event))
}

export function encodeEvent(event: CaseEvent): { bytes: Uint8Array; digest: Uint8Array } {
  const bytes = canonicalBytes(event)
  return { bytes, digest: sha256.digest(bytes) }
}

/** Adds events after `after`; a lost race is refused by the primary key. */
export async function appendEvents(tx: Tx, state: CaseState, after: number, events: readonly { event: CaseEvent; bytes: Uint8Array; digest: Uint8Array; entryId: string }[], person: string): Promise<void> {
  await tx
    .insertInto('case_event')
    .values(events.map((one, index) => ({
      case_id: state.id, seq: after + 1 + index, type: one.event.type, bytes: Buffer.from(one.bytes),
      sha256: Buffer.from(one.digest), entry_id: one.entryId, person,
    })))
    .execute()
}

/** Writes what screens read: the case's row, its parties, its open and closed tasks. */
export async function project(tx: Tx, law: CaseLaw, before: CaseState | null, state: CaseState, events: readonly CaseEvent[]): Promise<void> {
  const procedure = procedureOf(law, state.procedure)
  const row = {
    title: await titleOf(tx, law, state), seq: state.seq, status: state.status, over: isOver(state), parties: JSON.stringify(state.parties), links: JSON.stringify(state.links),
  }
  if (before === null) {
    await tx.insertInto('legal_case').values({
      id: state.id, number: state.number, procedure: state.procedure, capability: procedure.capability,
      pack: state.pack.id, pack_version: state.pack.version, pack_digest: state.pack.digest,
      opened: state.opened, opened_by: state.opened_by.organization, preview: state.preview === true, ...row,
    }).execute()
  } else {
    await tx.updateTable('legal_case').set({ ...row, changed_at: new Date() }).where('id', '=', state.id).execute()
  }
  await projectTasks(tx, law, before, state, events)
  await projectParties(tx, state)
}

async function projectParties(tx: Tx, state: CaseState): Promise<void> {
  const organizations = new Set([...Object.values(state.parties), ...state.tasks.map((task) => task.organization), state.opened_by.organization])
  organizations.delete('platform')
  if (organizations.size === 0) return
  await tx.insertInto('case_party')
    .values([...organizations].map((organization) => ({ organization, case_id: state.id, opened: state.opened })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function projectTasks(tx: Tx, law: CaseLaw, before: CaseState | null, state: CaseState, events: readonly CaseEvent[]): Promise<void> {
  for (const task of state.tasks) {
    const old = before?.tasks.find((one) => one.id === task.id)
    if (old === task) continue
    await tx.insertInto('task').values({ case_id: state.id, ...taskRow(law, state, task) })
      .onConflict((conflict) => conflict.columns(['case_id', 'task']).doUpdateSet(taskRow(law, state, task)))
      .execute()
  }
  const opened = events.flatMap((event) => (event.type === 'task-opened' ? [event.task] : []))
  const gone = [...(before?.tasks.map((task) => task.id) ?? []), ...opened].filter((id) => !state.tasks.some((task) => task.id === id))
  for (const id of gone) {
    const concluded = events.find((event) => event.type === 'step-concluded' && event.task === id)
    const by = concluded?.type === 'step-concluded' ? { outcome: concluded.outcome, closed_on: concluded.act.date, closed_by: concluded.by.person } : {}
    await tx.updateTable('task').set({ open: false, ...by }).where('case_id', '=', state.id).where('task', '=', id).execute()
  }
}

function taskRow(law: CaseLaw, state: CaseState, task: OpenTask) {
  const step = stepOf(procedureOf(law, state.procedure), task.step)
  const due = task.clock === null ? null : dueDateOf(task.clock, law.calendar)
  return {
    task: task.id, step: task.step, title: step.title, branch: branchKey(task.branch), office: task.office, organization: task.organization,
    assignee: task.assignee, opened_on: task.opened_on, due: due?.due ?? null, provisional: due?.provisional ?? false, open: true, overdue_fired: task.overdue_fired,
    remind_on: remindersAhead(law, procedureOf(law, state.procedure), task)[0]?.on ?? null,
  }
}

/** The title as the case stands now; it follows the contents as they grow. */
async function titleOf(tx: Tx, law: CaseLaw, state: CaseState): Promise<string> {
  const [link] = Object.values(state.links)
  const linked = link === undefined ? undefined : await tx.selectFrom('legal_case').select('title').where('id', '=', link).executeTakeFirst()
  return caseTitle(law, state, linked?.title ?? null)
}
