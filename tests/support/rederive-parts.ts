import { join } from 'node:path'
import { productionClock } from '#adapters/clock/legal-clock.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openParseGate } from '#adapters/sandbox/parse.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'
import type { RederiveParts } from '#capabilities/operation/environment/rederive.job.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { openTestVault } from '#tests/support/vault.ts'

/** What deriving anew works with: a database, a vault in a folder, real workers, a fixed day. @param warm workers that wait for jobs */
export async function openRederiveParts(database: FreshDatabase, folder: string, warm: number): Promise<RederiveParts> {
  return {
    db: database.app.db, vault: await openTestVault(join(folder, 'data'), 'aes-256-gcm'), gate: openParseGate(),
    sandbox: openSandbox({ warm, limits: DEFAULT_JOB_LIMITS, stagingDirectory: null }),
    clock: productionClock(() => new Date('2026-11-22T02:00:00Z')),
    // Entries are read where they wait: the log's own order is shown elsewhere.
    committer: { poke: () => undefined, waitFor: async () => undefined } as unknown as RederiveParts['committer'], // the two that are called
  }
}
