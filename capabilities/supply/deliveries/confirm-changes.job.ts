import { createHash } from 'node:crypto'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { DeltaChanges } from '#core/boundary/supply-mode.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import { schemaOfDelta } from './base-version.facts.ts'
import { cataloguedTable } from './catalogued.facts.ts'
import { deliveryUnknown, moved, ownDelivery, refused } from './delivery-desk.job.ts'
import type { DeliveryAnswer, DeliveryParts } from './delivery-desk.job.ts'
import { deliveryOfVersion } from './delivery.store.ts'

/** What a person saw of an increment when confirming it. */
export type ConfirmedChanges = { base: string; changes: DeltaChanges }

/**
 * The provider's confirmation of what a file does to the version before, by a person who saw these very counts and as an
 * entry bound to them. Only then the new version is made.
 */
export async function confirmChanges(parts: DeliveryParts, actor: Actor, id: string, given: ConfirmedChanges): Promise<DeliveryAnswer> {
  const delivery = await ownDelivery(parts, actor, id)
  if (delivery === null) return deliveryUnknown()
  const { look, delta } = delivery
  if (delivery.state !== 'awaiting-confirmation' || look?.delta === undefined || delta === null) return refused('delivery-must-await-confirmation', '这一次提供现在没有待确认的增量变化。', '请刷新页面查看其状态。')
  const seen = look.delta
  if (given.base !== seen.base || canonicalJson(given.changes) !== canonicalJson(seen.changes)) return refused('changes-must-be-as-shown', '所确认的变化与平台核对的变化不一致，本次操作没有生效。', '请刷新页面，看清变化后再确认。')
  const { base, table, before, today } = await inTransaction(parts.db, { as: 'system' }, async (tx) => ({
    base: await readVersion(tx, seen.base), table: await cataloguedTable(tx, delivery.entry, delivery.fields, parts.schemaOf), before: await deliveryOfVersion(tx, seen.base), today: await parts.clock.today(tx),
  }))
  if (table === null) return refused('catalog-entry-must-exist', '目录中已没有这一条目。', '请先恢复目录条目，再确认。')
  const schema = schemaOfDelta(base, table, new Map(look.proposal.columns.map(({ name, header }) => [name, header])))
  // What a person once gave as a reason holds for the columns as long as they are the same.
  const confirmed = { schema, differences: [], reasons: before?.confirmed?.reasons ?? {}, delta: seen }
  const { rows, added, replaced, removed } = seen.changes
  return moved(parts, delivery, ['awaiting-confirmation'], { state: 'taking-in', confirmed, confirmedBy: actor.person, confirmedOn: today, failure: null }, {
    action: 'confirm-changes', by: actor.person, decision: 'done', bodyHash: `sha256:${createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify({ delta, seen, schema })))).digest('hex')}`,
    detail: { mode: delta.mode, base: seen.base, rows, added, replaced, removed },
  })
}
