import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'

/** unit: rows; source: platform default, enough to see a shape */
export const SAMPLE_ROWS = 5

/** What a provider declared of a column's values: the codes it may have, or the bounds it lies in. */
export interface DeclaredDomain {
  readonly oneOf: readonly string[]
  readonly from: string | null
  readonly to: string | null
}

/** The domain that the table's validity rules declare for a column; empty where they declare none. */
export function domainOf(schema: Pick<TableSchema, 'quality'>, column: string): DeclaredDomain {
  const rules = (schema.quality ?? []).filter((rule) => rule.dimension === 'validity').filter((rule) => rule.column === column)
  return {
    oneOf: rules.find(({ oneOf }) => oneOf !== undefined)?.oneOf ?? [],
    from: rules.find(({ from }) => from !== undefined)?.from ?? null,
    to: rules.find(({ to }) => to !== undefined)?.to ?? null,
  }
}

export type SampleCell = string | number | boolean | null

/**
 * Made-up rows in the shape of a table, from what was declared about it and nothing else: types, code lists, bounds,
 * whether a value may be missing. The table's rows are no argument, so no sample can carry one of their values but by
 * chance of the declared list itself. The same declaration always gives the same rows.
 * @param fields columns to show, in the order of the schema
 */
export function sampleRows(schema: Pick<TableSchema, 'columns' | 'quality'>, fields: readonly string[]): SampleCell[][] {
  const shown = [...schema.columns.entries()].filter(([, { name }]) => fields.includes(name))
  return Array.from({ length: SAMPLE_ROWS }, (_, row) => shown.map(([place, column]) => sampleCell(column, domainOf(schema, column.name), row, place)))
}

function sampleCell(column: ColumnSchema, domain: DeclaredDomain, row: number, place: number): SampleCell {
  // The last row shows which values may be missing; never the key, without which a row is nobody's.
  if (column.nullable && column.role !== 'entity-key' && row === SAMPLE_ROWS - 1) return null
  const code = domain.oneOf[(row + place) % Math.max(1, domain.oneOf.length)]
  switch (column.type) {
    case 'integer': return code === undefined ? Math.round(between(domain, row, { from: row + 1, to: null })) : Number(code)
    case 'decimal': return code === undefined ? Number(between(domain, row, { from: row + 1, to: null }).toFixed(column.scale ?? 0)) : Number(code)
    case 'boolean': return ((row + place) & 1) === 0
    case 'date': return code ?? dayBetween(domain, row)
    case 'timestamp': return code ?? `${dayBetween(domain, row)} 0${row}:00:00`
    case 'text': return code ?? `${column.title}示例${row + 1}`
  }
}

/** unit: times; source: platform default. Bounds further apart are of amounts such as incomes, which people think of in multiples. */
const WIDE_RATIO = 100

/** Points from one bound to the other, in even steps, or in even multiples where the bounds lie far apart; with one bound, steps of one from it. */
function between({ from, to }: Pick<DeclaredDomain, 'from' | 'to'>, row: number, without: { readonly from: number; readonly to: null }): number {
  const [low, high] = [numberOf(from), numberOf(to)]
  if (low !== null && high !== null && low > 0 && high / low >= WIDE_RATIO) return low * (high / low) ** (row / (SAMPLE_ROWS - 1))
  if (low !== null && high !== null) return low + ((high - low) * row) / (SAMPLE_ROWS - 1)
  if (low !== null) return low + row
  return high === null ? without.from : high - row
}

function numberOf(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** unit: milliseconds; source: the civil day */
const DAY_MS = 86_400_000
/** unit: milliseconds since the epoch; source: platform default, a round day from which made-up rows are dated */
const NO_DAY = Date.UTC(2000, 0, 1)

function dayBetween({ from, to }: DeclaredDomain, row: number): string {
  const day = (text: string | null): number | null => {
    const at = text === null ? Number.NaN : Date.parse(`${text.slice(0, ISO_DAY)}T00:00:00Z`)
    return Number.isFinite(at) ? at : null
  }
  const [low, high] = [day(from), day(to)]
  const at = low !== null && high !== null ? low + Math.floor((high - low) / DAY_MS / (SAMPLE_ROWS - 1)) * row * DAY_MS : low !== null ? low + row * DAY_MS : high !== null ? high - row * DAY_MS : NO_DAY + row * DAY_MS
  return new Date(at).toISOString().slice(0, ISO_DAY)
}
/** unit: characters; source: ISO 8601, a date such as 2000-01-31 */
const ISO_DAY = 10
