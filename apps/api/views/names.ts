import type { JsonObject } from '#core/json.ts'
import { personsBehind } from '#core/procedure/actor.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { officeTitle } from '#core/procedure/case-law.ts'
import type { Branch, CaseState } from '#core/procedure/case-state.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { ADMINISTRATORS, isAdministratorRole } from '#adapters/identity/administrators.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { governingLaws } from './governing-laws.ts'

/** Turns ids into what people call them. */
export type Names = { organization(id: string): string; person(id: string): string }

/** The names of everybody who occurs in a case. */
export async function namesIn(tx: Tx, state: CaseState, events: readonly CaseEvent[]): Promise<Names> {
  const organizations = new Set([...Object.values(state.parties), state.opened_by.organization, ...state.tasks.map((task) => task.organization)])
  const persons = new Set(state.tasks.flatMap((task) => (task.assignee === null ? [] : [task.assignee])))
  for (const branch of branchesIn(events)) for (const part of branch) organizations.add(part.key)
  for (const event of events) {
    if ('by' in event) {
      organizations.add(event.by.organization)
      for (const person of personsBehind(event.by)) persons.add(person)
    }
    if (event.type === 'person-recused') persons.add(event.person)
    if (event.type === 'task-opened') organizations.add(event.organization)
    if ((event.type === 'task-handed-over' || event.type === 'person-recused') && event.to !== null) persons.add(event.to)
  }
  const parts = new Set(branchesIn(events).flatMap((branch) => branch.map(({ key }) => key)))
  const named = await organizationNames(tx, organizations)
  const entries = await entryTitles(tx, [...parts].filter((key) => (named.get(key) ?? key) === key))
  return namesOf(new Map([...named, ...entries]), await personNames(tx, persons))
}

/** Every branch in which something happened. */
export function branchesIn(events: readonly CaseEvent[]): Branch[] {
  return events.flatMap((event) => ('branch' in event && typeof event.branch !== 'string' && event.branch.length > 0 ? [event.branch] : []))
}

/** The last record of entries of the catalogue, by key; a key that is none of theirs is left out. */
export async function entryRecords(tx: Tx, keys: readonly string[]): Promise<Map<string, JsonObject>> {
  if (keys.length === 0) return new Map()
  const rows = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', CATALOG).where('key', 'in', [...new Set(keys)]).orderBy('version').execute()
  return new Map(rows.map(({ key, record }) => [key, record]))
}

async function entryTitles(tx: Tx, keys: readonly string[]): Promise<Map<string, string>> {
  return new Map([...(await entryRecords(tx, keys))].flatMap(([key, { title }]) => (typeof title === 'string' ? [[key, title] as const] : [])))
}

const CATALOG = 'catalog'

export function namesOf(organizations: ReadonlyMap<string, string>, persons: ReadonlyMap<string, string>): Names {
  return { organization: (id) => organizations.get(id) ?? id, person: (id) => persons.get(id) ?? id }
}

/** What the governing pack, else any other, or the platform calls an office. */
export function titleOfOffice(packs: PackLibrary, office: string): string {
  if (isAdministratorRole(office)) return ADMINISTRATORS[office]
  const law = [...governingLaws(packs), ...packs.all].find((one) => one.pack.offices[office] !== undefined)
  return law === undefined ? office : officeTitle(law, office)
}
