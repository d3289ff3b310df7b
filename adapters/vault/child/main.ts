/**
 * Entry of the vault's child process: parsing, DuckDB and encryption happen here, so that neither a crash of the engine
 * nor a long file touches the server. It does one task and ends; it ends at once when its parent is gone.
 */
import { Buffer } from 'node:buffer'
import type { ChildAnswer, ChildTask } from '#adapters/vault/child/protocol.ts'
import { failureOf } from '#adapters/vault/child/protocol.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { lookAtTable } from '#adapters/vault/ingest/look-at-table.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import { materialiseTable } from '#adapters/vault/materialise-table.ts'

const onlyOwner = 0o077
process.umask(onlyOwner)
process.on('disconnect', () => process.exit(1))
process.once('message', (message) => void answer(message as ChildTask)) // only our own parent writes on this channel

async function answer(task: ChildTask): Promise<void> {
  const said = await perform(task)
  // Exits by itself only when told: standard input may still be open after a refusal.
  process.send?.(said, () => process.exit(0))
}

async function perform(task: ChildTask): Promise<ChildAnswer> {
  // A Buffer arrives as a plain Uint8Array.
  const dataKey = Buffer.from(task.request.dataKey)
  try {
    if (task.task === 'ingest') return { answer: 'ingested', result: await ingestTable({ ...task.request, dataKey }, process.stdin) }
    if (task.task === 'look') return { answer: 'looked', result: await lookAtTable({ ...task.request, dataKey }, process.stdin) }
    return { answer: 'materialised', result: await materialiseTable({ ...task.request, dataKey, protection: withKey(task.request.protection) }) }
  } catch (error) {
    return { answer: 'failed', failure: failureOf(error) }
  } finally {
    dataKey.fill(0)
  }
}

/** The key of the pseudonyms, too, arrives as a plain Uint8Array. */
function withKey(protection: Protection | null): Protection | null {
  return protection === null || protection.pseudonymKey === null ? protection : { ...protection, pseudonymKey: Buffer.from(protection.pseudonymKey) }
}
