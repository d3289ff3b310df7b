import type { Kysely } from 'kysely'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { hashPassword } from '#adapters/identity/passwords.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { holdingsOf } from '#capabilities/governance/organizations/enrolment.ts'
import type { CityFiles } from './city-files.ts'
import { ConfigRefused } from './config.ts'
import type { ServerConfig } from './config.ts'
import { enterCity, officesOf } from './enter-city.ts'

type SeedParts = { db: Kysely<Tables>; packs: PackLibrary; clock: LegalClock }

/** Makes the organisations and persons of the demonstration city, where there are none yet. */
export async function seedDemonstration({ db, packs, clock }: SeedParts, city: CityFiles, demonstration: NonNullable<ServerConfig['demonstration']>): Promise<void> {
  // One hash for all: the password is shown on the login page, so that a salt for each would protect nothing.
  const passwordHash = await hashPassword(demonstration.password)
  await inTransaction(db, { as: 'system' }, async (tx) => {
    const real = await tx.selectFrom('person').select('id').where('demonstration', '=', false).limit(1).execute()
    if (real.length > 0) throw new ConfigRefused('该数据库中已有正式人员，不能以演示模式启动。请改用另一数据库，或者设 GONGSHU_MODE=production。')
    const seeded = await tx.selectFrom('organization').select('id').limit(1).execute()
    if (seeded.length > 0) {
      await tx.updateTable('credential').set({ password_hash: passwordHash }).execute()
      return
    }
    const plan = { ...city, holdings: holdingsOf(city.organizations, officesOf(packs)), there: 0 }
    await enterCity(tx, plan, { demonstration: true, idOf: (login) => login, passwordHashOf: () => passwordHash }, { person: 'platform', organization: 'platform', today: await clock.today(tx), now: clock.now() })
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
