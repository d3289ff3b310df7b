import type { Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Json } from '#core/json.ts'
import type { Effect } from '#core/pack/procedure-format.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Actor, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { loadCase } from '#adapters/cases/case-store.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

/** An open step of a case at which an organisation provides data: for which entry, and which fields were agreed to. */
export type Opening = { caseId: string; number: string; caseTitle: string; task: string; stepTitle: string; due: string | null; entry: string; fields: string[] }

/** The port by which packs hand a provision over, and its two messages: what arrives from a provider, what goes to the platform. */
const PORT = 'integrated-platform'
const RECEIVES = 'receive'
const SUPPLIES = 'supply'

/**
 * Where this person's organisation may provide data now: its open tasks in an office of this person, whose step hands a
 * provision over. The pack says which step that is, by its effect, and which fields were approved, by the supply that follows.
 */
export async function openingsOf(tx: Transaction<Tables>, packs: PackLibrary, actor: Actor, today: LegalDate): Promise<Opening[]> {
  const rows = await tx.selectFrom('task as t').innerJoin('legal_case as c', 'c.id', 't.case_id')
    .select(['t.case_id', 't.task', 't.step', 't.due', 'c.number', 'c.title', 'c.pack', 'c.pack_digest', 'c.procedure'])
    .where('t.open', '=', true).where('t.organization', '=', actor.organization).where('t.office', 'in', [...actor.offices, '']).where('c.preview', '=', false)
    .orderBy('t.due').orderBy('t.case_id').orderBy('t.task').execute()
  const openings: Opening[] = []
  for (const row of rows) {
    const law = packs.lawOf({ id: row.pack, digest: row.pack_digest })
    // Only a step that hands data over is worth reading its whole case.
    if (handover(law, row.procedure, row.step) === undefined) continue
    const state = await loadCase(tx, row.case_id)
    const task = state?.tasks.find((one) => one.id === row.task)
    const found = state === null || task === undefined ? null : openingOf(law, state, task, actor, today)
    if (found !== null) openings.push({ ...found, caseId: row.case_id, number: row.number, caseTitle: row.title, task: row.task, due: row.due })
  }
  return openings
}

function handover(law: CaseLaw, procedure: string, step: string): Effect | undefined {
  const outcomes = Object.values(procedureOf(law, procedure).steps[step]?.outcomes ?? {})
  return outcomes.flatMap(({ effects }) => effects).find((effect) => sends(effect, RECEIVES))
}

function sends(effect: Effect, action: string): boolean {
  return effect.effect === 'port' && fixed(effect, 'port') === PORT && fixed(effect, 'action') === action
}

function fixed(effect: Effect, name: string): Json | undefined {
  const operand = effect.with[name]
  return typeof operand === 'object' ? operand.value : undefined
}

function openingOf(law: CaseLaw, state: CaseState, task: OpenTask, actor: Actor, today: LegalDate): Pick<Opening, 'entry' | 'fields' | 'stepTitle'> | null {
  const scope: Scope = {
    law, procedure: state.procedure, state, given: {}, facts: state.facts, links: {}, parties: state.parties, actor, act: { date: today, recorded: today }, branch: task.branch, task, read: {},
  }
  const valueOf = (effect: Effect | undefined, name: string): Json | undefined => {
    const operand = effect?.with[name]
    return operand === undefined ? undefined : resolve(operand, scope)
  }
  const steps = Object.values(procedureOf(law, state.procedure).steps)
  const supply = steps.flatMap(({ outcomes }) => Object.values(outcomes)).flatMap(({ effects }) => effects).find((effect) => sends(effect, SUPPLIES))
  const entry = valueOf(handover(law, state.procedure, task.step), 'entry')
  const fields = valueOf(supply, 'fields')
  if (typeof entry !== 'string' || !Array.isArray(fields)) return null
  return { entry, fields: fields.filter((one) => typeof one === 'string'), stepTitle: stepOf(procedureOf(law, state.procedure), task.step).title }
}
