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
export type NewPerson = { id?: string | undefined; organization: string; name: string; login: string; offices: readonly string[]; password_hash: string; demonstration: boolean }

/** Who changes the register, and when. Each change of an office or a right is an entry in the same transaction. */
export type RegisterAct = { person: string; organization: string; today: LegalDate; now: Date }

export async function addOrganization(tx: Tx, one: NewOrganization): Promise<void> {
  await tx.insertInto('organization').values({ ...one, credit_code: one.credit_code ?? null, sector: one.sector ?? null }).execute()
}

/** An organisation receives an office. The database refuses a second holder of an office that has one. */
export async function addHolding(tx: Tx, { from, until, ...one }: NewHolding, act: RegisterAct): Promise<void> {
  await tx.insertInto('office_holding').values({ ...one, from_date: from, until_date: until ?? null }).execute()
  await enterChange(tx, act, 'office-given', { kind: 'organization', id: one.organization }, { office: one.office, region: one.region, from })
}

/** A person with login, password and what the person may act as. The database refuses an administrator with another office. */
export async function addPerson(tx: Tx, { offices, password_hash: passwordHash, ...one }: NewPerson, act: RegisterAct): Promise<string> {
  const id = one.id ?? `person-${randomUUID()}`
  await tx.insertInto('person').values({ ...one, id, disabled_at: null }).execute()
  if (offices.length > 0) await tx.insertInto('person_office').values(offices.map((office) => ({ person: id, office }))).execute()
  await tx.insertInto('credential').values({ person: id, password_hash: passwordHash }).execute()
  await enterChange(tx, act, 'rights-given', { kind: 'person', id }, { organization: one.organization, offices: [...offices] })
  return id
}

async function enterChange(tx: Tx, act: RegisterAct, action: string, object: { kind: string; id: string }, detail: Record<string, Json>): Promise<void> {
  await addPending(tx, { type: 'role-changed', legalDate: act.today, actor: act.person, onBehalfOf: act.organization, office: 'none', action, object, decision: 'done', detail }, act.now)
}
