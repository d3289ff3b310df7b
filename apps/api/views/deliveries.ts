import { personNames } from '#adapters/identity/persons.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { ProposedColumn } from '#core/boundary/column-proposal.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { cataloguedTable } from '#capabilities/supply/deliveries/catalogued.facts.ts'
import { isUnfinished } from '#capabilities/supply/deliveries/delivery-desk.job.ts'
import type { DeliveryParts } from '#capabilities/supply/deliveries/delivery-desk.job.ts'
import type { Delivery } from '#capabilities/supply/deliveries/delivery.store.ts'
import type { AllowedHost } from '#capabilities/supply/deliveries/allowed-hosts.store.ts'
import type { DataSource } from '#capabilities/supply/deliveries/source.store.ts'
import type { DeliveryColumn, DeliveryRow, DeliveryView, HostList, SourceView } from '../wire/deliveries.ts'

type Names = { numbers: ReadonlyMap<string, string>; titles: ReadonlyMap<string, string> }

/** Rows of a list of deliveries with the numbers of their cases and the titles of their entries. */
export async function deliveryRows(tx: Tx, deliveries: readonly Delivery[]): Promise<DeliveryRow[]> {
  const names = await namesOf(tx, deliveries)
  return deliveries.map((delivery) => rowOf(delivery, names))
}

async function namesOf(tx: Tx, deliveries: readonly Delivery[]): Promise<Names> {
  const cases = [...new Set(deliveries.map(({ caseId }) => caseId)), '']
  const entries = [...new Set(deliveries.map(({ entry }) => entry)), '']
  const numbers = await tx.selectFrom('legal_case').select(['id', 'number']).where('id', 'in', cases).execute()
  const titles = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', 'catalog').where('current', '=', true).where('key', 'in', entries).execute()
  return { numbers: new Map(numbers.map(({ id, number }) => [id, number])), titles: new Map(titles.map(({ key, record }) => [key, typeof record['title'] === 'string' ? record['title'] : key])) }
}

function rowOf(one: Delivery, { numbers, titles }: Names): DeliveryRow {
  return {
    id: one.id, case_id: one.caseId, number: numbers.get(one.caseId) ?? one.caseId, task: one.task, entry: one.entry, title: titles.get(one.entry) ?? one.entry, name: one.name, bytes: one.bytes,
    origin: one.source === null ? 'upload' : 'source', mode: one.delta?.mode ?? 'full', state: one.state, begun_at: one.begunAt.toISOString(),
  }
}

/** A delivery as its provider sees it: how far it is, why it did not go on, and what is to be confirmed. */
export async function deliveryView(parts: DeliveryParts, tx: Tx, one: Delivery): Promise<DeliveryView> {
  const persons = await personNames(tx, new Set([one.begunBy, ...(one.confirmedBy === null ? [] : [one.confirmedBy])]))
  const named = (id: string) => ({ id, name: persons.get(id) ?? id })
  const { look, confirmed, failure } = one
  return {
    ...rowOf(one, await namesOf(tx, [one])),
    begun_by: named(one.begunBy),
    fingerprint: one.fingerprint,
    received: one.state === 'receiving' && one.source === null ? await receivedOf(parts, one) : null,
    progress: isUnfinished(one) ? (parts.underway.get(one.id)?.progress ?? null) : null,
    failure: failure === null ? null : { code: failure.code, message: failure.message, cure: failure.cure, row: failure.row ?? null, column: failure.column ?? null },
    look: look === null ? null : {
      format: look.format, encoding: look.encoding, rows: look.rows, whole: look.whole, total: look.total ?? look.rows, warnings: look.warnings, entity: look.proposal.entity, columns: look.proposal.columns.map(columnView),
    },
    key: await keyTitles(parts, tx, one),
    change: look?.delta === undefined ? null : { base: look.delta.base, base_number: look.delta.baseNumber, base_rows: look.delta.baseRows, changes: look.delta.changes },
    confirmed: confirmed === null || one.confirmedBy === null || one.confirmedOn === null ? null : { by: named(one.confirmedBy), on: one.confirmedOn, differences: confirmed.differences },
    version: one.version,
  }
}

/** The columns by which rows of an increment are known, as the catalog calls them. */
async function keyTitles(parts: DeliveryParts, tx: Tx, { delta, entry, fields }: Delivery): Promise<string[]> {
  if (delta === null || delta.key.length === 0) return []
  const table = await cataloguedTable(tx, entry, fields, parts.schemaOf)
  return delta.key.map((name) => table?.columns.find((column) => column.name === name)?.title ?? name)
}

async function receivedOf(parts: DeliveryParts, one: Delivery): Promise<number | null> {
  try {
    return (await parts.uploads.progress(one.id, one.organization)).received
  } catch (error) {
    if (error instanceof UploadError) return null
    throw error
  }
}

function columnView({ name, header, title, type, scale, nullable, missing, role, category, grade, reasons, disagreements, contents }: ProposedColumn): DeliveryColumn {
  return { name, header, title, type, scale: scale ?? null, nullable, missing, role, category: category ?? null, grade: grade ?? null, reasons, disagreements, identifying: contents.length > 0 }
}

/** Sources without their accounts. */
export async function sourceViews(tx: Tx, sources: readonly DataSource[]): Promise<SourceView[]> {
  const persons = await personNames(tx, new Set(sources.map(({ registeredBy }) => registeredBy)))
  return sources.map(({ id, kind, title, host, port, settings, registeredBy, registeredOn }) => ({
    id, kind, title, host, port, settings: { ...settings }, registered_by: { id: registeredBy, name: persons.get(registeredBy) ?? registeredBy }, registered_on: registeredOn,
  }))
}

export async function hostViews(tx: Tx, hosts: readonly AllowedHost[]): Promise<HostList['rows']> {
  const persons = await personNames(tx, new Set(hosts.map(({ allowedBy }) => allowedBy)))
  return hosts.map(({ host, port, allowedBy, allowedAt }) => ({ host, port, allowed_by: { id: allowedBy, name: persons.get(allowedBy) ?? allowedBy }, allowed_at: allowedAt.toISOString() }))
}

