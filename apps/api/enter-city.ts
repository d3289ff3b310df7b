import type { Tx } from '#adapters/cases/case-store.ts'
import { ADMINISTRATORS } from '#adapters/identity/administrators.ts'
import { addHolding, addOrganization, addPerson } from '#adapters/identity/register.ts'
import type { RegisterAct } from '#adapters/identity/register.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { Enrolment, Offices, Registered } from '#capabilities/governance/organizations/enrolment.ts'
import type { CityFiles } from './city-files.ts'

type Organization = CityFiles['organizations'][number]
type Person = CityFiles['persons'][number]
export type CityEnrolment = Enrolment<Organization, Person>

/** How the persons of an enrolment come in: each with an id of its own choosing, or the register's, and a password's hash. */
export type Entrance = { demonstration: boolean; idOf: (login: string) => string | undefined; passwordHashOf: (login: string) => string }

/** The offices that the region's packs know, and those of the administrators. */
export function officesOf(packs: PackLibrary): Offices {
  const own = packs.all.filter((law) => law.pack.manifest.region === packs.region)
  const ofPacks = new Map(own.flatMap((law) => Object.entries(law.pack.offices)).map(([id, { holder }]) => [id, holder === 'fixed' ? 'fixed' as const : 'open' as const]))
  return { region: packs.region, ofPacks, administrators: ADMINISTRATORS, mayAdminister: 'security-administrator' }
}

/** What the register holds that an enrolment must fit. Offices that have ended do not count. */
export async function registeredCity(tx: Tx, today: string): Promise<Registered> {
  const offices = await tx.selectFrom('person_office').select(['person', 'office']).execute()
  const persons = await tx.selectFrom('person').select(['id', 'login', 'name', 'organization']).execute()
  return {
    organizations: await tx.selectFrom('organization').select(['id', 'name', 'credit_code']).execute(),
    holdings: await tx.selectFrom('office_holding').select(['organization', 'office', 'region']).where((where) => where.or([where('until_date', 'is', null), where('until_date', '>=', today)])).execute(),
    persons: persons.map(({ id, ...one }) => ({ ...one, offices: offices.filter(({ person }) => person === id).map(({ office }) => office) })),
  }
}

/** Writes an enrolment within the caller's transaction; each office and right given is an entry of `act`. */
export async function enterCity(tx: Tx, { organizations, holdings, persons }: CityEnrolment, entrance: Entrance, act: RegisterAct): Promise<void> {
  const { demonstration } = entrance
  for (const { holds: _, ...organization } of organizations) await addOrganization(tx, { ...organization, demonstration })
  for (const { organization: { id, holds }, office, fixed } of holdings) {
    const { offices: _, for_region: region, ...decision } = holds
    await addHolding(tx, { organization: id, office, region, fixed, ...decision }, act)
  }
  for (const person of persons) {
    await addPerson(tx, { ...person, id: entrance.idOf(person.login), password_hash: entrance.passwordHashOf(person.login), mustChangePassword: !demonstration, demonstration }, act)
  }
}
