import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { IsolationLevel, Kysely, Transaction } from 'kysely'
import { sql } from '#adapters/postgres/kysely.ts'
import { DatabaseError } from 'pg'
import type { Tables } from './tables.ts'

/** In whose eyes a transaction reads; row-level security shows it the rows of that reader only. */
export type Reader = { as: 'system' } | { as: 'actor'; actorOrganization: string }

export type TransactionOptions = {
  /** Serializable unless a caller knows why less is enough: facts must not change between reading and writing. */
  isolation?: IsolationLevel
  /** unit: milliseconds; how long it is tried again beyond the sixteen attempts */
  patienceMs?: number
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
/** Sixteen officers who open cases of one kind at the same moment were seen to need ten. */
const ATTEMPTS = 16
/** unit: milliseconds. On a machine that is busy, attempts are lost to others for longer; a person waits at most this long. */
const PATIENCE_MS = 15_000
const PERCENT = 100
const FIRST_PAUSE_MS = 5
const LAST_PAUSE_MS = 160

/**
 * Runs `work` in one transaction as `reader`. Where PostgreSQL gives the transaction up in favour of another one
 * (serialization failure, deadlock), it is run again from the start, sixteen times and as often as fifteen seconds allow: `work` must have no
 * effect outside the transaction. Any other error rolls back and is passed on.
 */
export async function inTransaction<T>(
  db: Kysely<Tables>,
  reader: Reader,
  work: (transaction: Transaction<Tables>) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const value = readerSetting(reader)
  const until = performance.now() + (options.patienceMs ?? PATIENCE_MS)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(options.isolation ?? 'serializable')
        .execute(async (transaction) => {
          await sql`select set_config('gongshu.reader', ${value}, true)`.execute(transaction)
          return work(transaction)
        })
    } catch (error) {
      if (!isGivenUp(error) || (attempt >= ATTEMPTS && performance.now() > until)) throw error
      // A random part keeps two that met from meeting again.
      await delay(Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (1 + randomInt(PERCENT) / PERCENT))
    }
  }
}

function readerSetting(reader: Reader): string {
  if (reader.as === 'system') return 'system'
  if (reader.actorOrganization === '') throw new TypeError('a transaction as an actor needs the organization')
  return `organization:${reader.actorOrganization}`
}

function isGivenUp(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === SERIALIZATION_FAILURE || error.code === DEADLOCK_DETECTED)
}
