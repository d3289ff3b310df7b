import type { Cell, ResultColumn, Row } from '#core/disclosure-control/typed-result.ts'

export type Condition = { field: string; is: 'equal' | 'at-least' | 'at-most'; value: string | number | boolean }

/** A field that the released version does not have: named in the refusal. */
export function unknownField(columns: readonly ResultColumn[], fields: readonly string[]): string | null {
  return fields.find((field) => !columns.some((column) => column.name === field)) ?? null
}

/** The rows that fulfil every condition, cut to the fields, at most `limit`. Fields must exist. */
export function select(columns: readonly ResultColumn[], rows: readonly Row[], conditions: readonly Condition[], fields: readonly string[], limit: number): Cell[][] {
  const places = fields.map((field) => columns.findIndex((column) => column.name === field))
  const found: Cell[][] = []
  for (const row of matching(columns, rows, conditions)) {
    found.push(places.map((place) => row[place] ?? null))
    if (found.length === limit) break
  }
  return found
}

/** Whether any row fulfils every condition: a verification answers yes or no and nothing else. */
export function anyMatches(columns: readonly ResultColumn[], rows: readonly Row[], conditions: readonly Condition[]): boolean {
  return !matching(columns, rows, conditions).next().done
}

function* matching(columns: readonly ResultColumn[], rows: readonly Row[], conditions: readonly Condition[]): Generator<Row> {
  const tests = conditions.map((condition) => ({ place: columns.findIndex((column) => column.name === condition.field), ...condition }))
  for (const row of rows) if (tests.every((test) => fulfils(row[test.place] ?? null, test))) yield row
}

/** Numbers are compared as numbers, also those that travel as decimal text; everything else as text. */
function fulfils(cell: Cell, condition: Condition): boolean {
  if (cell === null) return false
  const numeric = typeof condition.value === 'number' && (typeof cell === 'number' || (typeof cell === 'string' && cell !== ''))
  const [left, right] = numeric ? [Number(cell), condition.value] : [String(cell), String(condition.value)]
  if (condition.is === 'equal') return left === right
  return condition.is === 'at-least' ? left >= right : left <= right
}
