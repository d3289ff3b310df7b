import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { ClientConfig } from 'pg'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { openCaseOffice } from '#adapters/cases/case-office.ts'
import { demonstrationClock, productionClock } from '#adapters/clock/legal-clock.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { signReport } from '#adapters/evidence/signed-report.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import { compiledPacks } from '#adapters/packs/compiled-packs.ts'
import { closeHandle, openDatabase, openHandle } from '#adapters/postgres/database.ts'
import type { Database, DatabaseSource } from '#adapters/postgres/database.ts'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { officeHolders } from '#capabilities/governance/organizations/organizations.facts.ts'
import { embeddedDataDir } from './config.ts'
import type { ServerConfig } from './config.ts'
import { readCity } from './city-files.ts'
import type { CityFiles } from './city-files.ts'
import { refuseDemonstrationRemains, seedDemonstration, startCityClock } from './demonstration.ts'
import { keepEditions } from './editions.ts'
import { OFFERED } from './offered.ts'
import { openOperation } from './operation.ts'
import type { ApiParts } from './parts.ts'

/** What a caller may put in place of the platform's own: the database of a test, its clock, a point at which it is killed. */
export type PlatformOptions = {
  log: StorageLog
  now?: () => Date
  /** An open database that the caller closes; else the platform opens its own and closes it. */
  database?: Database
  /** The platform's own database where it comes up already; closed by the platform, and again by whoever began it. */
  embedded?: Promise<EmbeddedPostgres>
  failpoint?: (name: string) => Promise<void> | void
}

export type Platform = ApiParts & { close(): Promise<void> }

const OWNER_ONLY_DIRECTORY = 0o700

/**
 * Wires the platform: database, evidence with its keys and checkpoints, packs with every edition on record, calendar,
 * clock, what the capabilities offer, the case office, and the data side. What was opened is closed again where a
 * later part fails.
 *
 * @throws StorageError, EvidenceError, PackRefused, ConfigRefused: each says what to do.
 */
export async function openPlatform(config: ServerConfig, options: PlatformOptions): Promise<Platform> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    return { ...(await openParts(config, options, opened)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openParts(config: ServerConfig, options: PlatformOptions, opened: (() => Promise<unknown>)[]): Promise<ApiParts> {
  const { log, now = () => new Date() } = options
  const temporaryDir = join(config.dataDir, 'temporary')
  await mkdir(temporaryDir, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
  // The database's process comes up while calendar and packs are read; it is touched only when they are found right.
  const [{ calendar, packs, demonstrated }, source] = await bothDone(readLaw(config), databaseSource(config, options, opened))
  const database = 'app' in source ? source : await ownDatabase(source, log, opened)
  const { db } = database.app
  const clock = config.mode === 'production' ? productionClock(now) : demonstrationClock(now)
  const city = await settleMode(config, demonstrated, { db, packs, clock })
  const keys = await openSigningKeys(join(config.dataDir, 'evidence-keys'), config.evidenceOrigin)
  const evidence = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log, now })
  opened.push(() => evidence.stop())
  await enterStart(evidence, clock, database)
  await keepEditions({ db, packs, clock, evidence })
  const holders = officeHolders(clock)
  const cases = openCaseOffice({ db, packs, offered: OFFERED, clock, committer: evidence, holders, failpoint: options.failpoint ?? (() => undefined), preview: config.preview === true })
  const desk = openHandle(deskConnection(database.connections.gongshu_app), DESK_CONNECTIONS, log)
  opened.push(() => closeHandle(desk))
  const operation = await openOperation({ dataDir: join(config.dataDir, 'vault'), demonstration: config.demonstration !== null, masterKeyPath: config.masterKeyPath, schemaDirs: config.schemaDirs }, { db, deskPool: desk.pool, packs, calendar, clock, evidence, signReport: (job, report) => signReport(keys, job, report), complain: (error) => log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)) })
  opened.push(() => operation.close())
  return { config, db, packs, calendar, clock, evidence, keys, offered: OFFERED, cases, holders, operation, city, temporaryDir }
}

/** One that reads grants, one that counts, one in reserve. */
const DESK_CONNECTIONS = 3

/**
 * How the service desk connects. Its counts are committed without waiting for the disk: the entry of the same call is
 * committed after them with the wait, and what it flushes holds everything before it, so that no answer leaves uncounted.
 * Its two statements are planned once for each connection: to plan the many joins behind a grant costs ten times their run.
 */
function deskConnection(app: ClientConfig): ClientConfig {
  return { ...app, options: `${app.options ?? ''} -c gongshu.reader=system -c synchronous_commit=off -c plan_cache_mode=force_generic_plan` }
}

/** The calendar and the packs that govern under it, in the demonstration those of its city. */
async function readLaw(config: ServerConfig): Promise<{ calendar: WorkingCalendar; packs: PackLibrary; demonstrated: CityFiles | null }> {
  const calendar = await readWorkingCalendar(config.calendarDir)
  const demonstrated = config.demonstration === null ? null : await readCity(config.demonstration.cityDir)
  const packs = new PackLibrary(calendar, config.region ?? demonstrated?.region ?? '')
  packs.loadCompiled((await compiledPacks(config.packsDir, config.calendarDir, calendar, join(config.dataDir, 'compiled-packs'))).editions)
  return { calendar, packs, demonstrated }
}

/** What both gave; where one fails, the other is waited for before the failure rises, so that what it opened can be closed. */
async function bothDone<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}

async function databaseSource(config: ServerConfig, { database, embedded: coming, log }: PlatformOptions, opened: (() => Promise<unknown>)[]): Promise<Database | DatabaseSource> {
  if (database !== undefined) return database
  if (config.databaseUrl !== null) return { url: config.databaseUrl }
  const embedded = await (coming ?? startEmbeddedPostgres({ dataDir: embeddedDataDir(config), log }))
  opened.push(() => embedded.stop())
  return { embedded }
}

async function ownDatabase(source: DatabaseSource, log: StorageLog, opened: (() => Promise<unknown>)[]): Promise<Database> {
  const database = await openDatabase(source, log)
  opened.push(() => database.close())
  return database
}

/** Makes the demonstration's city, or refuses what is left of one; answers the city's name. */
async function settleMode(config: ServerConfig, demonstrated: CityFiles | null, parts: { db: Kysely<Tables>; packs: PackLibrary; clock: LegalClock }): Promise<string> {
  if (config.demonstration === null || demonstrated === null) {
    await refuseDemonstrationRemains(parts.db)
    return config.city ?? ''
  }
  await startCityClock(parts.db, config.demonstration.startDate)
  await seedDemonstration(parts, demonstrated, config.demonstration)
  return config.city ?? demonstrated.city
}

async function enterStart(evidence: EvidenceLog, clock: LegalClock, database: Database): Promise<void> {
  const legalDate = await inTransaction(database.app.db, { as: 'system' }, (tx) => clock.today(tx), { isolation: 'read committed' })
  await evidence.append({
    type: 'server-started', legalDate, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'start',
    object: { kind: 'server', id: clock.mode }, decision: 'done', detail: { self_test: evidence.selfTest },
  })
}
