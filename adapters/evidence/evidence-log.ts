import type { ClientConfig, Pool } from 'pg'
import { closeHandle, openHandle } from '#adapters/postgres/database.ts'
import { lastCheckpoint, makeCheckpoint, startCheckpoints, statedBy } from './checkpoint-log.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import { startCommitter } from './committer.ts'
import type { Committer, CommitterOptions } from './committer.ts'
import { consistencyProof, inclusionProof, refuseUnlessConsistent } from './log-reader.ts'
import type { BothProofs, InclusionProof } from './log-reader.ts'
import { runCryptoSelfTest } from './self-test.ts'
import type { SigningKeys } from './signing-keys.ts'

export type EvidenceLogOptions = Omit<CommitterOptions, 'pool'> & {
  /** How gongshu_app connects; the log keeps a few connections of its own, apart from those of requests. */
  readonly connection: ClientConfig
  readonly keys: SigningKeys
  /** How often new entries get a checkpoint, ms; a second where nothing is said. */
  readonly checkpointMs?: number | undefined
}

/** The evidence log of a running platform. */
export type EvidenceLog = Committer & {
  /** Over which the log is read; sees it as the system does. */
  readonly pool: Pool
  /** What the self-test of the cryptography saw at start, for the entry `server-started`. */
  readonly selfTest: ReturnType<typeof runCryptoSelfTest>
  /** Signs a checkpoint of everything that is committed now. */
  checkpoint(): Promise<SignedCheckpoint>
  inclusionProof(seq: number, size: number): Promise<InclusionProof>
  consistencyProof(oldSize: number, newSize: number): Promise<BothProofs>
}

/** One for the committer, one for checkpoints, the others for proofs and bundles. */
const CONNECTIONS = 4

/**
 * Opens the evidence log: tests the cryptography, compares the log with its last checkpoint, starts the committer
 * and a checkpoint for each second with new entries.
 * @throws CryptoSelfTestError, EvidenceError `evidence-log-inconsistent`; then nothing is left open.
 */
export async function openEvidenceLog({ connection, keys, log, checkpointMs, ...options }: EvidenceLogOptions): Promise<EvidenceLog> {
  const selfTest = runCryptoSelfTest()
  const { pool, db } = openHandle({ ...connection, options: `${connection.options ?? ''} -c gongshu.reader=system` }, CONNECTIONS, log)
  try {
    const signed = await lastCheckpoint(pool)
    await refuseUnlessConsistent(pool, signed === undefined ? undefined : statedBy(signed))
  } catch (error) {
    await closeHandle({ pool, db })
    throw error
  }
  const committer = startCommitter({ ...options, pool, log })
  const checkpoints = startCheckpoints(pool, keys, log, checkpointMs)
  return {
    ...committer,
    pool,
    selfTest,
    checkpoint: () => makeCheckpoint(pool, keys),
    inclusionProof: (seq, size) => inclusionProof(pool, seq, size),
    consistencyProof: (oldSize, newSize) => consistencyProof(pool, oldSize, newSize),
    stop: async () => {
      await committer.stop()
      await checkpoints.stop()
      await makeCheckpoint(pool, keys)
      await closeHandle({ pool, db })
    },
  }
}
