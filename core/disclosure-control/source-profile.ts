import type { ColumnRole } from '#core/boundary/table-schema.ts'
import { isNumericKind, type Cell, type CellKind } from '#core/disclosure-control/typed-result.ts'

/** Ways in which a value is commonly disguised without a key. All of them can be undone by trying every possible value. */
export const valueForms = ['raw', 'reversed', 'md5', 'sha1', 'sha256', 'base64', 'hex'] as const
export type ValueForm = (typeof valueForms)[number]

/** Hashes of a column's rare values in one form. */
export interface FormSketch {
  readonly form: ValueForm
  readonly hashes: ReadonlySet<string>
  /** The sketch holds every hash below this one; null when it holds them all. */
  readonly below: string | null
}

/** What is kept of a source column to recognise its rare values in an output, without keeping a value. */
export interface ColumnProfile {
  readonly table: string
  readonly column: string
  readonly role: ColumnRole
  /** Different values that are rare. */
  readonly rareValues: number
  /** Share of the column's grid of possible numbers that rare values fill: what chance alone would match. 0 for texts. */
  readonly chance: number
  readonly sketches: readonly FormSketch[]
  /**
   * Of numbers: the 99 hundredths by their place between the first and the last of them, so that no value is among them and
   * scaling changes nothing. Absent for texts, and where all numbers are nearly one.
   */
  readonly shape?: readonly number[]
}

/** The hash by which values are compared; it comes in from outside, and the sketching query computes the same one. */
export type SketchHash = (text: string) => string

/** One spelling for one value: numbers without closing zeros, texts trimmed; null for no value. */
export function canonicalText(cell: Cell, kind: CellKind): string | null {
  if (cell === null) return null
  if (!isNumericKind(kind)) return String(cell).trim()
  const text = String(cell)
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}
