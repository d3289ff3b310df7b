import { randomUUID } from 'node:crypto'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Json } from '#core/json.ts'
import type { OrganizationKind } from '#adapters/postgres/tables/identity.ts'

export type NewOrganization = {
  id: string
  name: string
  credit_code?: string | undefined
  kind: OrganizationKind
  legal_person: boolean
  region: string
  sector?: string | undefined
  demonstration: boolean
}
export type NewHolding = { organization: string; office: string; region: string; fixed: boolean; decision_number: string; decided_on: string; from: string; until?: string | undefined }
export type NewPerson = { id?: string | undefined; organization: string; name: string; login: string; offices: readonly string[]; password_hash: string; demonstration: boolean; mustChangePassword?: boolean }

/** Who changes the register, and when. Each change of an office or a right is an entry in the same transaction. */
export type RegisterAct = {
  person: string
  organization: string
  today: LegalDate
  now: Date
  /** Is told of each entry that was written, so that the caller can wait for it. */
  entered?: (entry: string) => void
}

export async function addOrganization(tx: Tx, one: NewOrganization): Promise<void> {
  await tx.insertInto('organization').values({ ...one, credit_code: one.credit_code ?? null, sector: one.sector ?? null }).execute()
}

/** An organisation receives an office. The database refuses a second holder of an office that has one. */
export async function addHolding(tx: Tx, { from, until, ...one }: NewHolding, act: RegisterAct): Promise<void> {
  await tx.insertInto('office_holding').values({ ...one, from_date: from, until_date: until ?? null }).execute()
  await enterChange(tx, act, 'office-given', { kind: 'organization', id: one.organization }, { office: one.office, region: one.region, from })
}

/** A person with login, password and what the person may act as. The database refuses an administrator with another office. */
export async function addPerson(tx: Tx, { offices, password_hash: passwordHash, mustChangePassword = false, ...one }: NewPerson, act: RegisterAct): Promise<string> {
  const id = one.id ?? `person-${randomUUID()}`
  await tx.insertInto('person').values({ ...one, id, disabled_at: null }).execute()
  if (offices.length > 0) await tx.insertInto('person_office').values(offices.map((office) => ({ person: id, office }))).execute()
  await tx.insertInto('credential').values({ person: id, password_hash: passwordHash, must_change: mustChangePassword }).execute()
  await enterChange(tx, act, 'rights-given', { kind: 'person', id }, { organization: one.organization, offices: [...offices] })
  return id
}

/** What a person may act as from now on. Each change in either direction is an entry; answers whether there was any. */
export async function setOffices(tx: Tx, person: string, offices: readonly string[], act: RegisterAct): Promise<boolean> {
  const held = (await tx.selectFrom('person_office').select('office').where('person', '=', person).orderBy('office').execute()).map((row) => row.office)
  const [given, taken] = [offices.filter((one) => !held.includes(one)), held.filter((one) => !offices.includes(one))]
  if (taken.length > 0) {
    await tx.deleteFrom('person_office').where('person', '=', person).where('office', 'in', taken).execute()
    await enterChange(tx, act, 'rights-taken', { kind: 'person', id: person }, { offices: taken })
  }
  if (given.length > 0) {
    await tx.insertInto('person_office').values(given.map((office) => ({ person, office }))).execute()
    await enterChange(tx, act, 'rights-given', { kind: 'person', id: person }, { offices: given })
  }
  return given.length + taken.length > 0
}

/** Takes or gives back a person's right to sign in, as an entry; with the right every session ends. */
export async function setActive(tx: Tx, person: string, active: boolean, act: RegisterAct): Promise<void> {
  await tx.updateTable('person').set({ disabled_at: active ? null : act.now }).where('id', '=', person).execute()
  await enterChange(tx, act, active ? 'person-enabled' : 'person-disabled', { kind: 'person', id: person }, {})
}

/** A first password, by which a person can do nothing but choose another. Every session ends; an entry. */
export async function setFirstPassword(tx: Tx, person: string, passwordHash: string, act: RegisterAct): Promise<void> {
  await tx.updateTable('credential').set({ password_hash: passwordHash, must_change: true, changed_at: act.now }).where('person', '=', person).execute()
  await tx.deleteFrom('session').where('person', '=', person).execute()
  const entry = await addPending(tx, { type: 'key-changed', legalDate: act.today, actor: act.person, onBehalfOf: act.organization, office: 'none', action: 'password-reset', object: { kind: 'person', id: person }, decision: 'done', detail: {} }, act.now)
  act.entered?.(entry)
}

async function enterChange(tx: Tx, act: RegisterAct, action: string, object: { kind: string; id: string }, detail: Record<string, Json>): Promise<void> {
  const entry = await addPending(tx, { type: 'role-changed', legalDate: act.today, actor: act.person, onBehalfOf: act.organization, office: 'none', action, object, decision: 'done', detail }, act.now)
  act.entered?.(entry)
}
