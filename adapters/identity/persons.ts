import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { isAdministratorRole } from './administrators.ts'
import { officesHeld } from './organizations.ts'

/** A person who may sign in, as an actor: with those offices that the organisation still holds on this day. */
export type Person = {
  id: string
  name: string
  organization: { id: string; name: string }
  actor: Actor
  /** Somebody else has seen this person's password: nothing but choosing another is open. */
  mustChangePassword: boolean
}

/** The person behind an id, or null where there is none or the person is disabled. */
export async function activePerson(tx: Tx, id: string, on: LegalDate): Promise<Person | null> {
  const row = await tx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization').leftJoin('credential', 'credential.person', 'person.id')
    .select(['person.id', 'person.name', 'credential.must_change', 'organization.id as organization', 'organization.name as organization_name'])
    .where('person.id', '=', id).where('person.disabled_at', 'is', null).executeTakeFirst()
  if (row === undefined) return null
  const own = await tx.selectFrom('person_office').select('office').where('person', '=', id).orderBy('office').execute()
  const held = (await officesHeld(tx, [row.organization], on)).get(row.organization) ?? []
  const offices = own.map(({ office }) => office).filter((office) => isAdministratorRole(office) || held.includes(office))
  return {
    id: row.id,
    name: row.name,
    organization: { id: row.organization, name: row.organization_name },
    actor: { person: row.id, organization: row.organization, offices },
    mustChangePassword: row.must_change === true,
  }
}

/** The active persons of an organisation in the order of their names, each with the offices held on this day. */
export async function activePersons(tx: Tx, organization: string, on: LegalDate): Promise<Person[]> {
  const rows = await tx.selectFrom('person').select('id').where('organization', '=', organization).where('disabled_at', 'is', null).orderBy('name').orderBy('id').execute()
  const persons = await Promise.all(rows.map(({ id }) => activePerson(tx, id, on)))
  return persons.filter((one) => one !== null)
}

/** Whether a person of this organisation may act as this office: who a task can be handed to. */
export async function mayActAs(tx: Tx, person: string, organization: string, office: string): Promise<boolean> {
  const row = await tx.selectFrom('person').innerJoin('person_office', 'person_office.person', 'person.id').select('person.id')
    .where('person.id', '=', person).where('person.organization', '=', organization).where('person.disabled_at', 'is', null)
    .where('person_office.office', '=', office).executeTakeFirst()
  return row !== undefined
}

/** The names of persons by id; the platform and unknown ids are named as such. */
export async function personNames(tx: Tx, ids: Iterable<string>): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)]
  const names = new Map(wanted.map((id) => [id, id === 'platform' ? '平台' : id]))
  if (wanted.length === 0) return names
  for (const row of await tx.selectFrom('person').select(['id', 'name']).where('id', 'in', wanted).execute()) names.set(row.id, row.name)
  return names
}

/** Takes a person's right to sign in; every session ends in the same transaction. */
export async function disablePerson(tx: Tx, person: string, at: Date): Promise<void> {
  await tx.updateTable('person').set({ disabled_at: at }).where('id', '=', person).execute()
}
