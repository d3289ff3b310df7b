import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { OrganizationKind } from '#adapters/postgres/tables/identity.ts'

/** An organisation with the offices that it holds on a day. */
export type Organization = {
  id: string
  name: string
  credit_code: string | null
  kind: OrganizationKind
  legal_person: boolean
  region: string
  sector: string | null
  offices: string[]
}

/** One organisation, or null. */
export async function organizationOf(tx: Tx, id: string, on: LegalDate): Promise<Organization | null> {
  const row = await tx.selectFrom('organization').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : { ...described(row), offices: (await officesHeld(tx, [id], on)).get(id) ?? [] }
}

/** Every organisation in the order of its name; only those that hold `office` where one is given. */
export async function listOrganizations(tx: Tx, on: LegalDate, office?: string): Promise<Organization[]> {
  const rows = await tx.selectFrom('organization').selectAll().orderBy('name').execute()
  const offices = await officesHeld(tx, rows.map((row) => row.id), on)
  const all = rows.map((row) => ({ ...described(row), offices: offices.get(row.id) ?? [] }))
  return office === undefined ? all : all.filter((one) => one.offices.includes(office))
}

/** The offices that organisations hold on a day, by organisation, each once. */
export async function officesHeld(tx: Tx, organizations: readonly string[], on: LegalDate): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>()
  if (organizations.length === 0) return held
  const rows = await tx.selectFrom('office_holding').select(['organization', 'office']).distinct()
    .where('organization', 'in', [...organizations])
    .where('from_date', '<=', on)
    .where((where) => where.or([where('until_date', 'is', null), where('until_date', '>=', on)]))
    .orderBy('office').execute()
  for (const { organization, office } of rows) held.set(organization, [...(held.get(organization) ?? []), office])
  return held
}

/** Who holds each of the named offices with one holder for a region on a day. An office without a holder is left out. */
export async function fixedHolders(tx: Tx, region: string, offices: readonly string[], on: LegalDate): Promise<Record<string, string>> {
  if (offices.length === 0) return {}
  const rows = await tx.selectFrom('office_holding').select(['organization', 'office'])
    .where('fixed', '=', true).where('region', '=', region).where('office', 'in', [...offices])
    .where('from_date', '<=', on)
    .where((where) => where.or([where('until_date', 'is', null), where('until_date', '>=', on)]))
    .execute()
  return Object.fromEntries(rows.map((row) => [row.office, row.organization]))
}

/** The names of organisations by id; one that is not registered keeps its id. */
export async function organizationNames(tx: Tx, ids: Iterable<string>): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)]
  const names = new Map(wanted.map((id) => [id, id === 'platform' ? '平台' : id]))
  if (wanted.length === 0) return names
  for (const row of await tx.selectFrom('organization').select(['id', 'name']).where('id', 'in', wanted).execute()) names.set(row.id, row.name)
  return names
}

type Row = Omit<Organization, 'offices'> & { demonstration: boolean; created_at: Date }

function described({ demonstration: _demonstration, created_at: _createdAt, ...row }: Row): Omit<Organization, 'offices'> {
  return row
}
