import type { Kysely, Transaction } from 'kysely'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { CataloguedColumn } from '#core/boundary/column-proposal.ts'
import { columnTypes, entityKinds, headerOf } from '#core/boundary/table-schema.ts'
import type { ColumnType, EntityKind, TableSchema } from '#core/boundary/table-schema.ts'
import type { QualityRule } from '#core/boundary/quality-rule.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

/** What the catalog says of an entry's table, cut to the fields that were agreed to. */
export type CataloguedTable = {
  /** Name of the data set; the declared one, else made of the entry. */
  dataset: string
  title: string
  entity: { kind: EntityKind; key: string[] } | null
  columns: CataloguedColumn[]
  notice?: string
  quality?: QualityRule[]
  /** Whether a schema was declared, beyond the catalog's own list of fields. */
  declared: boolean
}

/** Reads it from the declared schema where the entry names one, else from the fields of the entry. Null where there is no such entry. */
export async function cataloguedTable(tx: Transaction<Tables> | Kysely<Tables>, entry: string, fields: readonly string[], schemaOf: (dataset: string) => TableSchema | undefined): Promise<CataloguedTable | null> {
  const row = await tx.selectFrom('register_record').select('record').where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst()
  if (row === undefined) return null
  const { dataset, title, entity, fields: listed } = row.record
  const schema = typeof dataset === 'string' ? schemaOf(dataset) : undefined
  if (schema !== undefined) {
    const columns = schema.columns.filter(({ name }) => fields.includes(name)).map((column) => ({ ...column, header: headerOf(column) }))
    const { notice, quality } = schema
    return { dataset: schema.name, title: schema.title, entity: schema.entity, columns, declared: true, ...(notice === undefined ? {} : { notice }), ...(quality === undefined ? {} : { quality }) }
  }
  const kind = entityKinds.find((one) => one === entity)
  const listedColumns = (Array.isArray(listed) ? listed : []).flatMap((field) => fieldColumn(field, fields))
  return {
    dataset: typeof dataset === 'string' && DATASET.test(dataset) ? dataset : datasetOf(entry), title: typeof title === 'string' ? title : entry,
    entity: kind === undefined ? null : { kind, key: [] }, columns: listedColumns, declared: false,
  }
}

const DATASET = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** A name for queries from an entry's code. */
function datasetOf(entry: string): string {
  const plain = entry.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'data-table' : `data-${plain}`
}

function fieldColumn(field: Json, agreed: readonly string[]): CataloguedColumn[] {
  if (!isObject(field) || typeof field['name'] !== 'string' || !agreed.includes(field['name'])) return []
  const { name, title, type, category, grade } = field
  const known = columnTypes.find((one): one is ColumnType => one === type)
  return [{
    name, header: name, title: typeof title === 'string' ? title : name,
    ...(known === undefined ? {} : { type: known }),
    ...(typeof category === 'string' ? { category } : {}), ...(typeof grade === 'string' ? { grade } : {}),
  }]
}
