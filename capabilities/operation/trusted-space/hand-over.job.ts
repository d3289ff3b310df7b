import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { JsonObject } from '#core/json.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Port, PortMessage, PortReceipt } from '#adapters/ports/port.ts'
import { announce, checkReceipt, discard, sealFor, sendFile } from '#adapters/ports/trusted-space.ts'
import type { HandedOver, SpaceReceipt, TrustedSpace } from '#adapters/ports/trusted-space.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { VaultError, readVersion } from '#adapters/vault/versions.ts'
import { standingOf } from '#capabilities/operation/environment/supplies.facts.ts'
import { keepReceipt, keepRefusal, readSpaceSupply } from './space-supply.store.ts'
import type { SpaceSupply } from './space-supply.store.ts'

export type HandOverParts = { db: Kysely<Tables>; vault: Vault; committer: Pick<Committer, 'poke'>; clock: LegalClock; space: TrustedSpace; failpoint: (name: string) => Promise<void> | void }

const MAY_BE_HANDED_OVER = 'supply'
const SUSPENDED: ReadonlySet<string> = new Set(['suspended', 'revoked', 'ended'])

/**
 * The door to the city's trusted data space. Only a message with a consented supply of its own goes through it, with the
 * fields and rows that the provider named, while supply and entry stand and the consent lasts; both are asked anew at
 * every try. Sent again after a crash, the same table goes under the same id, and a space that has it whole answers with
 * the receipt it gave before. A wrong receipt is refused, entered, and the space is asked to discard what it got.
 */
export function trustedSpacePort(parts: HandOverParts): Port {
  return { send: (message) => handOver(parts, message) }
}

async function handOver(parts: HandOverParts, message: PortMessage): Promise<PortReceipt> {
  const supply = await inTransaction(parts.db, { as: 'system' }, (tx) => readSpaceSupply(tx, message.id))
  if (supply === null || message.action !== MAY_BE_HANDED_OVER || supply.caseId !== message.caseId) {
    throw new PortRefused('supply-must-be-consented', '这一报文没有对应的、经提供单位同意的供给，不能送出。')
  }
  try {
    if (supply.state === 'received' && supply.receipt !== null) return receiptOf(supply.receipt, parts.space)
    await refuseUnlessStanding(parts, supply)
    return await withPrivateDirectory(parts.vault.temporary, (directory) => sent(parts, supply, directory))
  } catch (error) {
    const refused = error instanceof VaultError && error.code === 'version-not-active' ? new PortRefused('version-must-not-be-destroyed', error.message) : error
    if (refused instanceof PortRefused) await entered(parts, supply, 'deny', { code: refused.code }, (tx) => keepRefusal(tx, supply.id, `${refused.code}：${refused.message}`))
    throw refused
  }
}

async function refuseUnlessStanding(parts: HandOverParts, supply: SpaceSupply): Promise<void> {
  if (supply.space !== parts.space.space) throw new PortRefused('space-must-be-the-approved', `提供单位同意供给至“${supply.space}”，本接口对接的是“${parts.space.space}”。`)
  const { ofSupply, ofEntry, today } = await inTransaction(parts.db, { as: 'system' }, async (tx) => ({
    ofSupply: await standingOf(tx, 'supply', supply.supply), ofEntry: await standingOf(tx, 'catalog-entry', supply.entry), today: await parts.clock.today(tx),
  }))
  if (ofSupply !== 'granted' || SUSPENDED.has(ofEntry)) throw new PortRefused('supply-must-stand', '该供给或者所属资源已经暂停或者终止，不能供给至可信数据空间。')
  if (today > supply.ends) throw new PortRefused('approval-must-not-have-ended', `提供单位同意的使用期限已于${supply.ends}届满。`)
}

async function sent(parts: HandOverParts, supply: SpaceSupply, directory: string): Promise<PortReceipt> {
  const version = await inTransaction(parts.db, { as: 'system' }, (tx) => readVersion(tx, supply.version))
  // Raw, as the provider consented: the boundary of this door are the fields and rows that it named.
  const made = await materialise(parts.vault, version, { columns: supply.fields, filter: supply.rows }, directory, `${version.schema.name}.parquet`)
  const sealed = await sealFor(parts.space, made.path, join(directory, 'sealed'))
  const order: JsonObject = {
    case: supply.caseId, space: supply.space, entry: supply.entry, provider: supply.provider, fields: supply.fields, rows: JSON.parse(JSON.stringify(supply.rows)), purpose: supply.purpose, users: supply.users, uses: supply.uses,
    ends: supply.ends, approved_on: supply.approvedOn, format: 'parquet', row_count: made.rows, bytes: made.bytes, sha256: made.sha256, sm3: made.sm3,
    seal: { suite: 'sm4-ctr-hmac-sm3', wrapped: sealed.wrapped, iv: sealed.iv, mac: sealed.mac, sha256: sealed.sha256 },
  }
  const known = await announce(parts.space, supply.id, order)
  await parts.failpoint('space.announced')
  const receipt = known ?? (await sendFile(parts.space, supply.id, sealed.path))
  await parts.failpoint('space.received')
  await accepted(parts, supply, made, receipt)
  return receiptOf(receipt, parts.space)
}

async function accepted(parts: HandOverParts, supply: SpaceSupply, made: HandedOver, receipt: SpaceReceipt): Promise<void> {
  try {
    checkReceipt(parts.space, supply.id, made, receipt)
  } catch (error) {
    await discard(parts.space, supply.id)
    throw error
  }
  await entered(parts, supply, 'done', { rows: made.rows, sm3: `sm3:${made.sm3}`, receipt: receipt.number, signature: receipt.signature }, (tx) => keepReceipt(tx, supply.id, made, receipt))
}

/** Keeps what became of a supply, with its entry, in one transaction; nothing is entered where it was kept before. */
async function entered(parts: HandOverParts, supply: SpaceSupply, decision: 'done' | 'deny', detail: JsonObject, keep: (tx: Parameters<typeof keepReceipt>[0]) => Promise<boolean | void>): Promise<void> {
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    if ((await keep(tx)) === false) return
    await addPending(tx, {
      type: 'delivery', legalDate: await parts.clock.today(tx), actor: 'platform', onBehalfOf: supply.provider, office: 'platform', action: 'supply-to-trusted-space',
      object: { kind: 'space-supply', id: supply.id }, purpose: supply.purpose, decision,
      detail: { case: supply.caseId, supply: supply.supply, version: supply.version, fields: supply.fields, ends: supply.ends, ...detail },
    }, parts.clock.now())
  })
  parts.committer.poke()
}

function receiptOf(receipt: SpaceReceipt, space: TrustedSpace): PortReceipt {
  return {
    outcome: 'received',
    contents: { 'raw-data-receipt': { number: receipt.number, 'received-on': dayOf(receipt.received_at), source: `${space.space}（接口回执，签名已核验）`, rows: receipt.rows, sm3: receipt.sm3 } },
  }
}

/** The day in the city on which a space received something. */
function dayOf(instant: string): string {
  return new Date(instant).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
}
