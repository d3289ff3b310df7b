import type { CaseEvent } from '#core/procedure/case-event.ts'
import { officeTitle } from '#core/procedure/case-law.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
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
  for (const event of events) {
    if ('by' in event) {
      organizations.add(event.by.organization)
      persons.add(event.by.person)
    }
    if (event.type === 'task-opened') {
      organizations.add(event.organization)
      for (const part of event.branch) organizations.add(part.key)
    }
    if (event.type === 'task-handed-over' && event.to !== null) persons.add(event.to)
  }
  return namesOf(await organizationNames(tx, organizations), await personNames(tx, persons))
}

export function namesOf(organizations: ReadonlyMap<string, string>, persons: ReadonlyMap<string, string>): Names {
  return { organization: (id) => organizations.get(id) ?? id, person: (id) => persons.get(id) ?? id }
}

/** What the governing pack, else any other, or the platform calls an office. */
export function titleOfOffice(packs: PackLibrary, office: string): string {
  if (isAdministratorRole(office)) return ADMINISTRATORS[office]
  const law = [...governingLaws(packs), ...packs.all].find((one) => one.pack.offices[office] !== undefined)
  return law === undefined ? office : officeTitle(law, office)
}
