import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { JsonObject } from '#core/json.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import type { Port, PortMessage, PortReceipt } from '#adapters/ports/port.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { carryOutDestruction } from '#adapters/vault/destroy.ts'
import type { DestructionFailpoint } from '#adapters/vault/destroy.ts'
import type { Vault } from '#adapters/vault/vault.ts'

export type VaultPortParts = { db: Kysely<Tables>; vault: Vault; committer: Committer; now: () => Date; failpoint: (name: DestructionFailpoint) => void | Promise<void> }

/** The vault behind the outbox: the second phase of destruction, repeated until it is done and proven. */
export function vaultPort(parts: VaultPortParts): Port {
  return { send: (message) => destroy(parts, message) }
}

async function destroy(parts: VaultPortParts, message: PortMessage): Promise<PortReceipt> {
  const [versions, results] = [textsOf(message.payload, 'versions'), textsOf(message.payload, 'results')]
  const on = legalDate(String(message.payload['on']))
  const destroyed: JsonObject[] = []
  for (const version of versions) {
    await carryOutDestruction(parts.vault, parts.db, version, {
      failpoint: parts.failpoint,
      alongside: async (tx, found, proof) => {
        await addPending(tx, {
          type: 'destruction', legalDate: on, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'destroy-key',
          object: { kind: 'vault-version', id: found.id }, decision: 'done',
          detail: { case: message.caseId, unwrapping: proof.unwrapping, attempts: proof.attempts.length, filesAbsent: proof.filesAbsent },
        }, parts.now())
      },
    })
    destroyed.push({ copy: version, kind: 'vault-version' })
  }
  for (const job of results) {
    await destroyResult(parts, message, job, on)
    destroyed.push({ copy: job, kind: 'job-result' })
  }
  parts.committer.poke()
  return { outcome: 'destroyed', contents: { 'key-destruction': { 'destroyed-on': on, copies: destroyed.length, method: '销毁数据密钥并覆写删除密文，经解密尝试验证不可恢复' } } }
}

/** A sealed result goes the same way: its key first, then the file, then the record. */
async function destroyResult(parts: VaultPortParts, message: PortMessage, job: string, on: ReturnType<typeof legalDate>): Promise<void> {
  await parts.vault.masterKey.destroy(`result-${job}`)
  await rm(join(parts.vault.dataDirectory, 'results', `${job}.sealed`), { force: true })
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const changed = await tx.updateTable('job').set({ wrapped_key: null }).where('id', '=', job).where('wrapped_key', 'is not', null).executeTakeFirst()
    if (changed.numUpdatedRows === 0n) return
    await addPending(tx, {
      type: 'destruction', legalDate: on, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'destroy-key',
      object: { kind: 'job-result', id: job }, decision: 'done', detail: { case: message.caseId },
    }, parts.now())
  })
}

function textsOf(payload: JsonObject, key: string): string[] {
  const value = payload[key]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
