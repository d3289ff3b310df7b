import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { hashPassword } from '#adapters/identity/passwords.ts'
import { addHolding, addOrganization, addPerson } from '#adapters/identity/register.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { ConfigRefused } from './config.ts'
import type { ServerConfig } from './config.ts'

const date = z.iso.date()
const City = z.strictObject({
  city: z.string().min(1),
  region: z.string(),
  organizations: z.array(z.strictObject({
    id: z.string(),
    name: z.string(),
    credit_code: z.string().optional(),
    kind: z.enum(['government', 'public-institution', 'enterprise', 'partnership', 'other']),
    legal_person: z.boolean(),
    region: z.string(),
    sector: z.string().optional(),
    holds: z.strictObject({ offices: z.array(z.string()), for_region: z.string(), decision_number: z.string(), decided_on: date, from: date }),
  })),
})
const Persons = z.strictObject({
  persons: z.array(z.strictObject({ login: z.string(), name: z.string(), organization: z.string(), offices: z.array(z.string()) })),
})

export type DemonstrationCity = { city: string; region: string; organizations: z.infer<typeof City>['organizations']; persons: z.infer<typeof Persons>['persons'] }

/** The demonstration city as its files tell it. @throws ZodError naming the place. */
export async function readCity(folder: string): Promise<DemonstrationCity> {
  const { city, region, organizations } = City.parse(parse(await readFile(join(folder, 'organizations.yaml'), 'utf8')))
  const { persons } = Persons.parse(parse(await readFile(join(folder, 'persons.yaml'), 'utf8')))
  return { city, region, organizations, persons }
}

type SeedParts = { db: Kysely<Tables>; packs: PackLibrary; clock: LegalClock }

/** Makes the organisations and persons of the demonstration city, where there are none yet. */
export async function seedDemonstration({ db, packs, clock }: SeedParts, city: DemonstrationCity, demonstration: NonNullable<ServerConfig['demonstration']>): Promise<void> {
  // One hash for all: the password is shown on the login page, so that a salt for each would protect nothing.
  const passwordHash = await hashPassword(demonstration.password)
  const own = packs.all.filter((law) => law.pack.manifest.region === packs.region)
  const fixed = new Set(own.flatMap((law) => Object.entries(law.pack.offices).flatMap(([id, office]) => (office.holder === 'fixed' ? [id] : []))))
  await inTransaction(db, { as: 'system' }, async (tx) => {
    const real = await tx.selectFrom('person').select('id').where('demonstration', '=', false).limit(1).execute()
    if (real.length > 0) throw new ConfigRefused('该数据库中已有正式人员，不能以演示模式启动。请改用另一数据库，或者设 GONGSHU_MODE=production。')
    const seeded = await tx.selectFrom('organization').select('id').limit(1).execute()
    if (seeded.length > 0) {
      await tx.updateTable('credential').set({ password_hash: passwordHash }).execute()
      return
    }
    const act = { person: 'platform', organization: 'platform', today: await clock.today(tx), now: clock.now() }
    for (const { holds, ...organization } of city.organizations) {
      await addOrganization(tx, { ...organization, demonstration: true })
      const { offices, for_region: region, ...decision } = holds
      for (const office of offices) await addHolding(tx, { organization: organization.id, office, region, fixed: fixed.has(office), ...decision }, act)
    }
    for (const person of city.persons) await addPerson(tx, { ...person, id: person.login, password_hash: passwordHash, demonstration: true }, act)
  })
}

/** The city clock starts on its first day and is left where it stands at later starts. */
export async function startCityClock(db: Kysely<Tables>, startDate: string): Promise<void> {
  await inTransaction(db, { as: 'system' }, (tx) => tx.insertInto('city_clock').values({ today: startDate }).onConflict((conflict) => conflict.doNothing()).execute(), { isolation: 'read committed' })
}

/** Production refuses a database in which the demonstration was ever played. */
export async function refuseDemonstrationRemains(db: Kysely<Tables>): Promise<void> {
  const remains = await inTransaction(db, { as: 'system' }, async (tx) => ({
    clock: await tx.selectFrom('city_clock').select('today').executeTakeFirst(),
    person: await tx.selectFrom('person').select('login').where('demonstration', '=', true).executeTakeFirst(),
  }), { isolation: 'read committed' })
  if (remains.clock !== undefined) throw new ConfigRefused('该数据库由演示环境建立（有演示日期），正式环境拒绝启动。请改用新的数据库。')
  if (remains.person !== undefined) throw new ConfigRefused('该数据库中有演示账号，正式环境拒绝启动。请改用新的数据库。')
}
