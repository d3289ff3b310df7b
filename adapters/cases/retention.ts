import { sql } from '#adapters/postgres/kysely.ts'
import type { Json } from '#core/json.ts'
import { isObject } from '#core/json.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { keepingOf, keepingRules, keepingSteps } from '#core/procedure/retention-rules.ts'
import type { Keeping, KeepingRule } from '#core/procedure/retention-rules.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { loadEvents } from './case-store.ts'
import type { Tx } from './case-store.ts'

type Packs = Pick<PackLibrary, 'all' | 'lawOf'>
/** One thing that is kept: the case that it belongs to, and what keeps it. */
export type Kept = { subject: string; keeping: Keeping }

const CASE = /^case-[0-9a-f-]{36}$/
/** unit: cases; a city ends far fewer supplies and agreements in the years for which their records are kept */
const KEEPING_MAX = 5_000

/** A case as its page has it at hand. */
type AtHand = { id: string; law: CaseLaw; procedure: string; events: readonly CaseEvent[] }

/**
 * What keeps the records of one case: its own steps, and the cases that it opened to keep something of it. Only where its
 * events say that it opened such a case is anything looked for.
 */
export async function keepingOfCase(tx: Tx, packs: Packs, { id, law, procedure, events }: AtHand): Promise<Keeping> {
  const own: Keeper = { caseId: id, subject: id, rules: keepingRules(law, id, procedure, events), over: false, law }
  const keep = new Set(proceduresThatKeep(packs))
  const opened = events.flatMap((event) => (event.type === 'effect-intended' && event.effect === 'case.open' ? [event.args['procedure']] : []))
  const wanted = [...new Set(opened)].filter((one) => typeof one === 'string').filter((one) => keep.has(one))
  if (wanted.length === 0) return joined(law, [own])
  const { rows } = await sql<Row>`
    select c.id, c.procedure, c.pack, c.pack_digest, c.over from legal_case c join case_event e on e.case_id = c.id and e.seq = 1
     where c.procedure = any(${wanted}::text[]) and not c.preview and c.opened >= (select opened from legal_case where id = ${id}) and position(convert_to(${id}, 'UTF8') in e.bytes) > 0
     order by c.id limit ${KEEPING_MAX}`.execute(tx)
  const found: Keeper[] = []
  for (const row of rows) {
    // oxlint-disable-next-line no-await-in-loop -- one connection answers one question after the other
    found.push(await keeperOf(tx, packs, row))
  }
  return joined(law, [own, ...found.filter(({ subject }) => subject === id)])
}

/** Everything that cases keep, by the case that it belongs to. The caller's reach decides which cases are looked at. */
export async function everythingKept(tx: Tx, packs: Packs): Promise<Kept[]> {
  const rows = await tx.selectFrom('legal_case').select(['id', 'procedure', 'pack', 'pack_digest', 'over'])
    .where('procedure', 'in', proceduresThatKeep(packs)).where('preview', '=', false).orderBy('opened').orderBy('id').limit(KEEPING_MAX).execute()
  const bySubject = new Map<string, Keeper[]>()
  for (const row of rows) {
    // oxlint-disable-next-line no-await-in-loop -- one connection answers one question after the other
    const keeper = await keeperOf(tx, packs, row)
    if (keeper.rules.length > 0) bySubject.set(keeper.subject, [...(bySubject.get(keeper.subject) ?? []), keeper])
  }
  return [...bySubject].flatMap(([subject, keepers]) => {
    const [first] = keepers
    return first === undefined ? [] : [{ subject, keeping: joined(first.law, keepers) }]
  })
}

type Row = { id: string; procedure: string; pack: string; pack_digest: string; over: boolean }
type Keeper = { caseId: string; subject: string; rules: KeepingRule[]; over: boolean; law: CaseLaw }

async function keeperOf(tx: Tx, packs: Packs, row: Row): Promise<Keeper> {
  const law = packs.lawOf({ id: row.pack, digest: row.pack_digest })
  const events = ((await loadEvents(tx, row.id)) ?? []).map(({ event }) => event)
  const [opening] = events
  const subject = opening?.type === 'case-opened' ? Object.values(opening.contents).flatMap(textsIn).find((text) => CASE.test(text)) : undefined
  return { caseId: row.id, subject: subject ?? row.id, rules: keepingRules(law, row.id, row.procedure, events), over: row.over, law }
}

function joined(law: CaseLaw, keepers: readonly Keeper[]): Keeping {
  const keeping = keepers.filter(({ rules }) => rules.length > 0)
  return keepingOf(law, keeping.flatMap(({ rules }) => rules), keeping.length > 0 && keeping.every(({ over }) => over))
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isObject(value) ? Object.values(value).flatMap(textsIn) : []
}

const KEEPING_PROCEDURES = new WeakMap<CaseLaw, string[]>()

/** The procedures of all packs in which some step keeps something; found once for each edition. */
function proceduresThatKeep(packs: Packs): string[] {
  return [...new Set(packs.all.flatMap((law) => {
    const known = KEEPING_PROCEDURES.get(law) ?? Object.keys(law.pack.procedures).filter((id) => keepingSteps(law, id).size > 0)
    KEEPING_PROCEDURES.set(law, known)
    return known
  }))]
}
