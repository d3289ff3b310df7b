import { randomUUID } from 'node:crypto'
import type { Tx } from '#adapters/cases/case-store.ts'
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

export async function addOrganization(tx: Tx, one: NewOrganization): Promise<void> {
  await tx.insertInto('organization').values({ ...one, credit_code: one.credit_code ?? null, sector: one.sector ?? null }).execute()
}

/** An organisation receives an office. The database refuses a second holder of an office that has one. */
export async function addHolding(tx: Tx, { from, until, ...one }: NewHolding): Promise<void> {
  await tx.insertInto('office_holding').values({ ...one, from_date: from, until_date: until ?? null }).execute()
}

/** A person with login, password and what the person may act as. The database refuses an administrator with another office. */
export async function addPerson(tx: Tx, { offices, password_hash: passwordHash, ...one }: NewPerson): Promise<string> {
  const id = one.id ?? `person-${randomUUID()}`
  await tx.insertInto('person').values({ ...one, id, disabled_at: null }).execute()
  if (offices.length > 0) await tx.insertInto('person_office').values(offices.map((office) => ({ person: id, office }))).execute()
  await tx.insertInto('credential').values({ person: id, password_hash: passwordHash }).execute()
  return id
}
