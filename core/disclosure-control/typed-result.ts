/**
 * A result as it left the worker: rows of scalars only. Numbers that a double cannot hold exactly come as decimal text:
 * kinds `long` and `decimal`. Dates and times come in ISO order, as wall time. NaN and the infinities come as text in a
 * `double` column, because JSON has no word for them.
 */
export const cellKinds = ['boolean', 'integer', 'long', 'double', 'decimal', 'text', 'date', 'time', 'timestamp'] as const
export type CellKind = (typeof cellKinds)[number]

export type Cell = string | number | boolean | null
export type Row = readonly Cell[]

export interface ResultColumn {
  readonly name: string
  /** The engine's own name of the type, for people. */
  readonly type: string
  readonly kind: CellKind
}

export interface TypedResult {
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly Row[]
}

const NUMERIC_KINDS: ReadonlySet<CellKind> = new Set(['integer', 'long', 'double', 'decimal'])
const NUMBER_TEXT = /^-?\d+(\.\d+)?$/
const DOUBLE_WORDS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity'])

export function isNumericKind(kind: CellKind): boolean {
  return NUMERIC_KINDS.has(kind)
}

/** The kind of that name, or null: what a worker calls a kind is not believed. */
export function cellKindOf(name: unknown): CellKind | null {
  return cellKinds.find((kind) => kind === name) ?? null
}

/** Whether a value that came over the pipe is one that a column of this kind may hold. */
export function isCellOf(kind: CellKind, value: unknown): value is Cell {
  if (value === null) return true
  switch (kind) {
    case 'boolean': return typeof value === 'boolean'
    case 'integer': return Number.isSafeInteger(value)
    case 'double': return typeof value === 'number' || (typeof value === 'string' && DOUBLE_WORDS.has(value))
    case 'long':
    case 'decimal': return typeof value === 'string' && NUMBER_TEXT.test(value)
    case 'text':
    case 'date':
    case 'time':
    case 'timestamp': return typeof value === 'string'
  }
}
