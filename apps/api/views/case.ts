import type { LegalDate } from '#core/calendar/legal-date.ts'
import { officeTitle, procedureOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { branchKey, isOver } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import { loadCase, loadEvents } from '#adapters/cases/case-store.ts'
import { keepingOfCase } from '#adapters/cases/retention.ts'
import type { StoredEvent, Tx } from '#adapters/cases/case-store.ts'
import type { Branch, CaseState } from '#core/procedure/case-state.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'
import { replay } from '#core/procedure/evolve.ts'
import type { Person } from '#adapters/identity/persons.ts'
import type { ApiParts } from '../parts.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import { basisView, refusalView } from './basis.ts'
import { blindFor } from './blind.ts'
import { keepingView } from './keeping.ts'
import { lawBeside } from './law.ts'
import { branchesIn, namesIn } from './names.ts'
import { branchTitles, taskView } from './task.ts'
import type { Sight } from './task.ts'
import { timelineOf } from './timeline.ts'
import type { CaseView } from '../wire/case.ts'

type Row = { title: string }
type LinkRow = { id: string; number: string; title: string; status: string }

/** A case as this person may see it, or null where there is none that the person's organisation is a party of. */
export async function viewCase(parts: ApiParts, person: Person, id: string): Promise<CaseView | null> {
  const found = await readingAs(parts, person, async (tx) => {
    const row = await tx.selectFrom('legal_case').select(['title']).where('id', '=', id).executeTakeFirst()
    const events = row === undefined ? null : await loadEvents(tx, id)
    if (row === undefined || events === null) return null
    const state = replay(events.map((one) => one.event))
    const linkIds = Object.values(state.links)
    const links = linkIds.length === 0 ? [] : await tx.selectFrom('legal_case').select(['id', 'number', 'title', 'status']).where('id', 'in', linkIds).execute()
    return { row, events, state, links, entries: await entriesOf(tx, id) }
  })
  if (found === null) return null
  const { state, events } = found
  const law = parts.packs.lawOf(state.pack)
  const rest = await readingAsSystem(parts, async (tx) => ({
    today: await parts.clock.today(tx),
    links: await linkedStates(tx, state),
    keeping: await keepingOfCase(tx, parts.packs, { id, law, procedure: state.procedure, events: events.map((one) => one.event) }),
    names: await namesIn(tx, state, events.map((one) => one.event)),
  }))
  const blind = blindFor(events, procedureOf(law, state.procedure), person.id)
  const sight: Sight = { law, state, links: rest.links, actor: person.actor, act: { date: rest.today, recorded: rest.today }, blind, names: rest.names }
  return assembled(sight, found.row, events, found.entries, { links: found.links, retention: keepingView(rest.keeping, law, rest.today) })
}

/** The cases that a case is linked with, read as the decision reads them. */
export async function linkedStates(tx: Tx, state: CaseState): Promise<Record<string, CaseState>> {
  const states: Record<string, CaseState> = {}
  for (const [name, id] of Object.entries(state.links)) {
    const linked = await loadCase(tx, id)
    if (linked !== null) states[name] = linked
  }
  return states
}

async function entriesOf(tx: Tx, id: string): Promise<Map<number, string>> {
  const rows = await tx.selectFrom('case_event').select(['seq', 'entry_id']).where('case_id', '=', id).execute()
  return new Map(rows.map((row) => [row.seq, row.entry_id]))
}

function assembled(sight: Sight, row: Row, events: readonly StoredEvent[], entries: ReadonlyMap<number, string>, { links, retention }: { links: readonly LinkRow[]; retention: CaseView['retention'] }): CaseView {
  const { law, state, names, blind } = sight
  const procedure = procedureOf(law, state.procedure)
  return {
    id: state.id,
    number: state.number,
    title: row.title,
    seq: state.seq,
    procedure: { id: procedure.procedure, title: procedure.title, capability: procedure.capability },
    pack: { id: law.ref.id, version: law.ref.version, title: law.pack.manifest.title, digest: law.ref.digest },
    status: { id: state.status, title: procedure.statuses[state.status] ?? state.status },
    over: isOver(state),
    opened: state.opened,
    opened_by: {
      person: names.person(state.opened_by.person),
      organization: { id: state.opened_by.organization, name: names.organization(state.opened_by.organization) },
      office: { id: state.opened_by.office, title: officeTitle(law, state.opened_by.office) },
    },
    preview: state.preview === true,
    retention,
    recused: state.recused.map((id) => ({ id, name: names.person(id) })),
    recusal_basis: law.pack.manifest.recusal === undefined ? null : basisView(law.pack.manifest.recusal.basis, law),
    parties: Object.entries(state.parties).map(([office, organization]) => ({ office: { id: office, title: officeTitle(law, office) }, organization: { id: organization, name: names.organization(organization) } })),
    links: linkViews(law, state, links),
    contents: contentViews(sight, branchesIn(events.map((one) => one.event))),
    tasks: state.tasks.map((task) => taskView(sight, task)),
    timeline: timelineOf(law, state.procedure, events.map(({ seq, event }) => ({ seq, event, entry: entries.get(seq) ?? '' })), names, blind),
    law: lawBeside(law, procedure),
    withdrawal: withdrawalView(sight),
  }
}

function linkViews(law: CaseLaw, state: CaseState, rows: readonly LinkRow[]): CaseView['links'] {
  const declared = procedureOf(law, state.procedure).links
  return Object.entries(state.links).flatMap(([name, id]) => {
    const row = rows.find((one) => one.id === id)
    const status = law.pack.procedures[declared[name]?.procedure ?? '']?.statuses[row?.status ?? '']
    return row === undefined ? [] : [{ name, title: declared[name]?.title ?? name, case_id: id, number: row.number, case_title: row.title, status: status ?? row.status }]
  })
}

function contentViews({ law, state, names, blind }: Sight, branches: readonly Branch[]): CaseView['contents'] {
  const procedure = procedureOf(law, state.procedure)
  const titled = new Map(branches.map((branch) => [branchKey(branch), branchTitles(branch, names)]))
  const order = contentsInOrder(procedure)
  const placed = Object.entries(state.contents).map(([place, recorded]) => ({ place, recorded, parts: place.split(/@(.*)/s) }))
  return placed.toSorted((a, b) => order.indexOf(a.parts[0] ?? '') - order.indexOf(b.parts[0] ?? '')).flatMap(({ place, recorded, parts: [key = '', branch = ''] }) => {
    const content = law.pack.contents[key]
    if (content === undefined || blind.contents.has(place)) return []
    return [...(recorded.beside ?? []), recorded].map(({ step, value, hash, person, on }) => ({
      key, branch: titled.get(branch) ?? [], title: content.title, content, value, hash, step_title: procedure.steps[step]?.title ?? procedure.open.title, person: names.person(person), on,
    }))
  })
}

/** Contents in the order in which the procedure asks for them: what a case is about comes first. */
function contentsInOrder({ open, steps }: Procedure): string[] {
  return [open, ...Object.values(steps).flatMap(({ outcomes }) => Object.values(outcomes))].flatMap(({ requires, optional }) => [...requires, ...optional])
}

/** Whether the case could be withdrawn now, asked of the decision itself. */
function withdrawalView({ law, state, links, actor, act }: Sight): CaseView['withdrawal'] {
  const decision = decide({ law, state, command: { type: 'withdraw', reason: '撤回' }, actor, act, links, facts: {}, opening: null })
  return { enabled: decision.accepted, disabled_reason: decision.accepted ? null : refusalView(decision.refusal, law) }
}

/** Today by the platform's clock. */
export function todayOf(parts: ApiParts): Promise<LegalDate> {
  return readingAsSystem(parts, (tx) => parts.clock.today(tx))
}
