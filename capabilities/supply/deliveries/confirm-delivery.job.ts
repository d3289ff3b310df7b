import { ZodError } from 'zod'
import { catalogDifferences, departures } from '#core/boundary/column-proposal.ts'
import type { ProposedColumn } from '#core/boundary/column-proposal.ts'
import type { ColumnRole, ColumnType, TableSchema } from '#core/boundary/table-schema.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { cataloguedTable } from './catalogued.facts.ts'
import { deliveryUnknown, moved, ownDelivery, refused } from './delivery-desk.job.ts'
import type { DeliveryAnswer, DeliveryParts } from './delivery-desk.job.ts'
import { confirmedSchema, schemaDigest } from './confirmed-schema.job.ts'

/** What the provider says of one column; what is not named here (header, unit, grade) stays as the catalog has it. */
export type ConfirmedColumn = {
  name: string
  title: string
  type: ColumnType
  scale: number | null
  nullable: boolean
  missing: string[]
  role: ColumnRole
  category: string | null
  /** Why an identifying content is called ordinary; null where nothing needs a reason. */
  reason: string | null
}

export type Confirmation = { columns: ConfirmedColumn[]; entity: TableSchema['entity'] }

/**
 * The provider's confirmation of every column, by a person and as an entry bound to the confirmed schema. Only then the file
 * is taken in. A column whose content identifies somebody is called ordinary only with a reason.
 */
export async function confirmDelivery(parts: DeliveryParts, actor: Actor, id: string, given: Confirmation): Promise<DeliveryAnswer> {
  const delivery = await ownDelivery(parts, actor, id)
  if (delivery === null) return deliveryUnknown()
  const { look } = delivery
  if (delivery.state !== 'awaiting-confirmation' || look === null || delivery.delta !== null) return refused('delivery-must-await-confirmation', '这一次提供现在没有待逐列确认的内容。', '请刷新页面查看其状态。')
  const proposed = look.proposal.columns
  const unsaid = proposed.filter(({ name }) => given.columns.filter((column) => column.name === name).length !== 1)
  if (unsaid.length > 0 || given.columns.length !== proposed.length) return refused('every-column-must-be-confirmed', `下列列没有逐一确认：${unsaid.map(({ title }) => title).join('、')}。`, '请对每一列作出确认或者更改。')
  const unexplained = departures(proposed, given.columns).filter(({ name }) => (given.columns.find((column) => column.name === name)?.reason ?? '').trim() === '')
  const [first] = unexplained
  if (first !== undefined) {
    return refused('departure-must-have-reason', `“${first.title}”列的内容看来是${first.contents[0]?.title ?? ''}，确认为一般列须说明理由。`, '请改为主体标识、准标识或者敏感列，或者写明理由。')
  }
  const { table, today } = await inTransaction(parts.db, { as: 'system' }, async (tx) => ({ table: await cataloguedTable(tx, delivery.entry, delivery.fields, parts.schemaOf), today: await parts.clock.today(tx) }))
  if (table === null) return refused('catalog-entry-must-exist', '目录中已没有这一条目。', '请先恢复目录条目，再确认。')
  const columns = proposed.flatMap((column) => given.columns.filter(({ name }) => name === column.name).map((said) => confirmedColumn(column, said)))
  let schema: TableSchema
  try {
    schema = confirmedSchema(table, columns, given.entity)
  } catch (error) {
    if (!(error instanceof ZodError)) throw error
    return refused('confirmation-must-be-sound', `${error.issues.map(({ message }) => message).join('；')}。`, '请更正后重新确认。')
  }
  const reasons = Object.fromEntries(given.columns.flatMap(({ name, reason }) => (reason === null || reason.trim() === '' ? [] : [[name, reason.trim()]])))
  const differences = catalogDifferences(table.columns, columns)
  return moved(parts, delivery, ['awaiting-confirmation'], { state: 'taking-in', confirmed: { schema, differences, reasons }, confirmedBy: actor.person, confirmedOn: today, failure: null }, {
    action: 'confirm-columns', by: actor.person, decision: 'done', bodyHash: `sha256:${schemaDigest(schema)}`,
    detail: { columns: columns.length, changed: columns.filter((column, index) => isChanged(proposed[index], column)).length, differences: differences.length, reasons: Object.keys(reasons).length },
  })
}

function confirmedColumn(proposed: ProposedColumn, said: ConfirmedColumn): ProposedColumn {
  const { header, contents, reasons, disagreements, grade, unit } = proposed
  const { name, title, type, nullable, missing, role } = said
  return {
    name, header, title, type, ...(said.scale === null ? {} : { scale: said.scale }), nullable, missing, role, contents, reasons, disagreements,
    ...(said.category === null ? {} : { category: said.category }), ...(grade === undefined ? {} : { grade }), ...(unit === undefined ? {} : { unit }),
  }
}

function isChanged(proposed: ProposedColumn | undefined, { type, role, nullable, category, title }: ProposedColumn): boolean {
  return proposed?.type !== type || proposed.role !== role || proposed.nullable !== nullable || proposed.category !== category || proposed.title !== title
}
