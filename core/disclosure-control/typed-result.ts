/**
 * A result as it left the worker: rows of scalars. Numbers that a double cannot hold exactly come as decimal text:
 * kinds `long` and `decimal`. Dates and times come in ISO order, as wall time. NaN and the infinities come as text in a
 * `double` column, because JSON has no word for them. Lists, structs and maps come as JSON text, kind `nested`.
 */
export const cellKinds = ['boolean', 'integer', 'long', 'double', 'decimal', 'text', 'date', 'time', 'timestamp', 'nested'] as const
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

/** What a nested cell holds: a list, or fields by name, of scalars or of more of them. */
export type NestedValue = Cell | readonly NestedValue[] | { readonly [field: string]: NestedValue }

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
    case 'nested': return typeof value === 'string' && nestedValue(value) !== undefined
  }
}

/** unit: containers inside containers; source: the worker nests no deeper */
const DEEPEST_NESTING = 4

/** The value of a nested cell; undefined for what is no list and no fields, or nests too deep: what a worker sends is not believed. */
export function nestedValue(text: string): NestedValue | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && depthOf(value) <= DEEPEST_NESTING
      ? (value as NestedValue) // JSON has nothing else
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
}
