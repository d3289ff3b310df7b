import { join } from 'node:path'
import { readdir } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { withNewThresholds } from '#core/disclosure-control/effective-thresholds.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openParseGate } from '#adapters/sandbox/parse.ts'
import { openJobQueue, queueOptionsFor } from '#adapters/sandbox/job-queue.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'
import { readDeclaredSchema } from '#adapters/vault/declared-schema.ts'
import { UploadStore } from '#adapters/vault/uploads/upload-store.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { openVault } from '#adapters/vault/vault.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { ReleasedTables } from '#capabilities/offering/services/released-rows.store.ts'
import { ServiceDesk } from '#capabilities/offering/services/service-desk.job.ts'
import { KEEP_EVERY_MS, keepAndRecover } from '#capabilities/operation/environment/end-job.job.ts'
import { KEEP_DELIVERIES_EVERY_MS, keepDeliveries, recoverDeliveries, sweepVersions } from '#capabilities/supply/deliveries/keep-deliveries.job.ts'
import type { DeliveryParts } from '#capabilities/supply/deliveries/delivery-desk.job.ts'
import { RUN_DUE_EVERY_MS, runDueSchedules } from '#capabilities/operation/environment/job-schedule.job.ts'
import type { ScheduleParts } from '#capabilities/operation/environment/job-schedule.job.ts'

/** The data side of the platform: vault, isolated jobs, and the desk that answers service calls. */
export type Operation = { vault: Vault; jobs: ScheduleParts; desk: ServiceDesk; schemas: ReadonlyMap<string, TableSchema>; deliveries: DeliveryParts; close(): Promise<void> }

type OperationConfig = { dataDir: string; demonstration: boolean; masterKeyPath: string | null; schemaDirs: readonly string[] }
type OperationParts = { db: Kysely<Tables>; deskPool: Pool; packs: PackLibrary; calendar: WorkingCalendar; clock: LegalClock; evidence: EvidenceLog; signReport(job: string, report: unknown): Promise<string>; complain(error: unknown): void }

const WARM_WORKERS = 1

/** Opens vault, sandbox and service desk; sweeps what a killed process left. The master key lies beside the data directory, never in it. */
export async function openOperation(config: OperationConfig, parts: OperationParts): Promise<Operation> {
  const masterKey = await openFileMasterKey({ path: config.masterKeyPath ?? masterKeyPathBeside(config.dataDir), dataDirectory: config.dataDir, suite: 'aes-256-gcm', create: true })
  const vault = await openVault({ dataDirectory: config.dataDir, masterKey, suite: 'aes-256-gcm' })
  await sweepVersions(parts.db, vault)
  const gate = openParseGate()
  const sandbox = openSandbox({ warm: WARM_WORKERS, limits: DEFAULT_JOB_LIMITS, stagingDirectory: null, sparesProcessor: true })
  const queue = openJobQueue(queueOptionsFor(DEFAULT_JOB_LIMITS))
  const jobs: ScheduleParts = { signReport: parts.signReport, db: parts.db, calendar: parts.calendar, vault, gate, sandbox, queue, complain: parts.complain, committer: parts.evidence, clock: parts.clock, lawOfAgreement: (agreement) => lawOfCase(parts, agreement) }
  const keeping = repeated(KEEP_EVERY_MS, () => keepAndRecover(jobs), parts.complain)
  const repeating = repeated(RUN_DUE_EVERY_MS, () => runDueSchedules(jobs), parts.complain)
  const desk = new ServiceDesk({ ...parts, pool: parts.deskPool, tables: new ReleasedTables(parts.db, vault) })
  const schemas = await declaredSchemas(config.schemaDirs)
  const deliveries: DeliveryParts = {
    db: parts.db, vault, uploads: await UploadStore.open(vault), packs: parts.packs, clock: parts.clock, committer: parts.evidence, demonstration: config.demonstration,
    schemaOf: (dataset) => schemas.get(dataset), underway: new Map(), complain: parts.complain,
  }
  await recoverDeliveries(deliveries)
  const keepingDeliveries = repeated(KEEP_DELIVERIES_EVERY_MS, () => keepDeliveries(deliveries, parts.clock.now()), parts.complain)
  return {
    vault,
    jobs,
    desk,
    schemas,
    deliveries,
    close: async () => {
      await keepingDeliveries.stop()
      await repeating.stop()
      await queue.close()
      await keeping.stop()
      await sandbox.close()
      await gate.close()
    },
  }
}

/** Does something now and then until it is stopped. A database that is away for a moment is met again at the next turn. */
function repeated(everyMs: number, work: () => Promise<unknown>, complain: (error: unknown) => void): { stop(): Promise<void> } {
  let turn: Promise<unknown> = Promise.resolve()
  const keep = (): void => { turn = turn.then(work).catch(complain) }
  keep()
  const timer = setInterval(keep, everyMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await turn
    },
  }
}

/** The law under which a case runs, with the thresholds of checks that are newer than its edition; null where there is no such case. */
async function lawOfCase(parts: OperationParts, id: string): Promise<CaseLaw | null> {
  const row = await inTransaction(parts.db, { as: 'system' }, (tx) => tx.selectFrom('legal_case').select(['pack', 'pack_digest']).where('id', '=', id).executeTakeFirst(), { isolation: 'read committed' })
  if (row === undefined) return null
  const law = parts.packs.lawOf({ id: row.pack, digest: row.pack_digest })
  const current = parts.packs.current(row.pack) ?? law
  return { ...law, pack: { ...law.pack, thresholds: withNewThresholds(law.pack.thresholds, current.pack.thresholds) } }
}

/** The declared schemas by data set name; a directory that is not there declares none. */
async function declaredSchemas(directories: readonly string[]): Promise<Map<string, TableSchema>> {
  const schemas = new Map<string, TableSchema>()
  for (const directory of directories) {
    for (const name of (await readdir(directory)).filter((file) => file.endsWith('.yaml') && !file.startsWith('vocabulary'))) {
      const schema = await readDeclaredSchema(join(directory, name))
      schemas.set(schema.name, schema)
    }
  }
  return schemas
}
