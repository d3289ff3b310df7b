import { nestedValue, type Cell, type CellKind, type NestedValue, type ResultColumn, type Row, type TypedResult } from '#core/disclosure-control/typed-result.ts'

const DECIMAL_TEXT = /^-?\d+(\.\d+)?$/

/**
 * The result with its lists, structs and maps taken apart, as every check must see it: a column for each field, a row for
 * each element. What a list packs into one cell then counts as the rows that it is made of. Plain columns stand in the
 * first of the rows that come of theirs. A result without nested columns is answered as it is.
 */
export function unnested(result: TypedResult): TypedResult {
  if (result.columns.every((column) => column.kind !== 'nested')) return result
  const paths: Map<string, (string | number | boolean)[]>[] = result.columns.map(() => new Map())
  const taken = result.rows.map((row) => row.map((cell, position) => takenApart(result.columns[position], cell, paths[position] ?? new Map())))
  const columns = result.columns.flatMap((column, position): { column: ResultColumn; position: number; path: string }[] => (column.kind !== 'nested'
    ? [{ column, position, path: '' }]
    : [...(paths[position] ?? new Map())].map(([path, values]) => ({ column: { name: `${column.name}${path}`, type: column.type, kind: kindOf(values) }, position, path }))))
  const rows = taken.flatMap((cells): Row[] => {
    const height = Math.max(1, ...cells.flatMap((leaves) => [...leaves.values()].map((values) => values.length)))
    return Array.from({ length: height }, (_, at) => columns.map(({ position, path }) => cells[position]?.get(path)?.[at] ?? null))
  })
  return { columns: columns.map(({ column }) => column), rows }
}

/** The values of a cell by their path: `[]` for an element, `.name` for a field; a plain cell has one value without path. */
function takenApart(column: ResultColumn | undefined, cell: Cell, seen: Map<string, (string | number | boolean)[]>): ReadonlyMap<string, readonly Cell[]> {
  if (column?.kind !== 'nested') return new Map([['', [cell]]])
  const leaves = new Map<string, Cell[]>()
  const walk = (value: NestedValue, path: string): void => {
    if (Array.isArray(value)) {
      for (const one of value as readonly NestedValue[]) walk(one, `${path}[]`) // Array.isArray forgets what the list holds
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, one] of Object.entries(value)) walk(one, `${path}.${field}`)
    } else {
      leaves.set(path, [...(leaves.get(path) ?? []), value])
      if (value !== null) seen.set(path, [...(seen.get(path) ?? []).slice(0, KIND_SAMPLE), value])
    }
  }
  if (typeof cell === 'string') walk(nestedValue(cell) ?? null, '')
  return leaves
}

/** unit: values of one path that decide its kind; source: platform default */
const KIND_SAMPLE = 100

/** Numbers of all widths are told by their spelling: the engine's own type of a nested value is one text for all its fields. */
function kindOf(values: readonly (string | number | boolean)[]): CellKind {
  if (values.length > 0 && values.every((value) => typeof value === 'boolean')) return 'boolean'
  if (values.length > 0 && values.every((value) => typeof value === 'number')) return values.every(Number.isInteger) ? 'integer' : 'double'
  return values.length > 0 && values.every((value) => typeof value === 'number' || (typeof value === 'string' && DECIMAL_TEXT.test(value))) ? 'decimal' : 'text'
}

