import type { Kysely } from 'kysely'
import type { ResultColumn, Row } from '#core/disclosure-control/typed-result.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readJob } from '#capabilities/operation/environment/environment.facts.ts'
import { openResult } from '#capabilities/operation/environment/environment.facts.ts'

export type ReleasedTable = { release: string; columns: readonly ResultColumn[]; rows: readonly Row[] }

/** unit: released tables kept in memory, the least recently used goes first; source: platform's own bound */
const KEPT = 64

/** Released tables, opened once from their sealed files and kept while they are used. Destroyed ones are refused anew. */
export class ReleasedTables {
  readonly #db: Kysely<Tables>
  readonly #vault: Vault
  readonly #kept = new Map<string, Promise<ReleasedTable>>()

  constructor(db: Kysely<Tables>, vault: Vault) {
    this.#db = db
    this.#vault = vault
  }

  async table(release: string): Promise<ReleasedTable> {
    const known = this.#kept.get(release)
    this.#kept.delete(release)
    const table = known ?? this.#open(release)
    this.#kept.set(release, table)
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '')
    try {
      return await table
    } catch (error) {
      this.#kept.delete(release)
      throw error
    }
  }

  /** After an exit nothing of a release stays in memory. */
  forget(release: string): void {
    this.#kept.delete(release)
  }

  async #open(release: string): Promise<ReleasedTable> {
    const job = await inTransaction(this.#db, { as: 'system' }, async (tx) => {
      const row = await tx.selectFrom('release').select('job').where('id', '=', release).executeTakeFirst()
      return row === undefined ? null : readJob(tx, row.job)
    })
    if (job === null || job.wrappedKey === null) throw new Error(`release ${release} holds no rows any more`)
    return { release, columns: job.columns, rows: await openResult(this.#vault, job.id, job.wrappedKey) }
  }
}
