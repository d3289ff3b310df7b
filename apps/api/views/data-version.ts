import type { DestructionProof } from '#adapters/vault/destroy.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { versionsOf } from '#adapters/vault/versions.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { DataReport } from '../wire/deliveries.ts'

type Row = DataReport['history'][number]

/** All versions of a table, newest first: how each came to be, of which, and whether it still stands. */
export async function versionHistory(tx: Tx, datasetId: string): Promise<Row[]> {
  const versions = await versionsOf(tx, datasetId)
  const numbers = new Map(versions.map(({ id, number }) => [id, number]))
  return versions.map((one) => ({ version: one.id, number: one.number, ...lineageOf(one, numbers), rows: one.rows, state: one.state, taken_in_at: one.createdAt.toISOString() }))
}

function lineageOf({ mode, baseVersion, changes }: VaultVersion, numbers: ReadonlyMap<string, number>): Pick<Row, 'mode' | 'base_number' | 'changes'> {
  return { mode, base_number: baseVersion === null ? null : (numbers.get(baseVersion) ?? null), changes }
}

/** What became of a version's key and files, and what was tried on them; null for a version that nobody destroys. */
export async function destructionView(tx: Tx, version: string): Promise<DataReport['destruction']> {
  const row = await tx.selectFrom('vault_key_destruction').selectAll().where('version_id', '=', version).executeTakeFirst()
  if (row === undefined) return null
  const proof = row.proof as DestructionProof | null // written by `carryOutDestruction` from this very type
  return { case_id: row.ordered_by, number: row.ground, intended_at: row.intended_at.toISOString(), done_at: row.done_at?.toISOString() ?? null, proof: proof === null ? [] : proofSentences(proof) }
}

const UNWRAPPING: Readonly<Record<DestructionProof['unwrapping'], string>> = {
  'version-key-destroyed': '以平台主密钥解封本版本的数据密钥：失败，本版本的密钥已不存在。',
  'wrapped-key-gone': '以平台主密钥解封本版本的数据密钥：失败，封存的数据密钥已不存在。',
}
const KEYS: Readonly<Record<string, string>> = { zero: '以全零密钥解密密文', random: '以随机密钥解密密文', 'wrapped-key-bytes': '以封存密钥的原始字节解密密文' }
const OUTCOMES: Readonly<Record<DestructionProof['attempts'][number]['outcome'], string>> = { opened: '打开', 'seal-broken': '失败，不能打开', 'file-absent': '密文已不存在' }

function proofSentences({ unwrapping, attempts }: DestructionProof): string[] {
  return [UNWRAPPING[unwrapping], ...attempts.map(({ key, outcome }) => `${KEYS[key] ?? key}：${OUTCOMES[outcome]}。`), '密文文件经覆写后删除，并逐一核对已不存在。']
}
