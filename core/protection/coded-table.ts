/**
 * A table whose quasi-identifiers can be generalised: each cell is the position of its value in a hierarchy. Rows that are
 * equal in everything are kept once with their number, so that a check costs the different rows, not all of them.
 */
import type { EquivalenceClass } from './equivalence-class.ts'

/** A quasi-identifier with its hierarchy. */
export interface CodedColumn {
  readonly name: string
  /** For each row the position of its value in `generalised`. */
  readonly codes: ArrayLike<number>
  /** For each level, from 0 (as it is) to the highest, the group of each value; groups count from 0. */
  readonly generalised: readonly ArrayLike<number>[]
}

/** The sensitive value of each row as a code below `values`; with none, one code for all of them. */
export interface CodedSensitive {
  readonly codes: ArrayLike<number>
  readonly values: number
}

/** The different rows of a table. */
export interface DistinctRows {
  readonly rows: number
  readonly columns: readonly CodedColumn[]
  /** For each column and different row the code of its value. */
  readonly keys: readonly Int32Array[]
  readonly sizes: Int32Array
  /** The sensitive codes and how often each occurs, for each different row; none where no sensitive column is looked at. */
  readonly sensitive: readonly EquivalenceClass[]
}

/** The highest level of each column. */
export function heightsOf(columns: readonly CodedColumn[]): number[] {
  return columns.map(({ generalised }) => generalised.length - 1)
}

/** Finds the different rows. */
export function distinctRows(rows: number, columns: readonly CodedColumn[], sensitive: CodedSensitive | null): DistinctRows {
  const identity = columns.map(() => 0)
  const group = grouping(columns, identity, columns.map(({ codes }) => codes), rows)
  const count = group.first.length
  const sizes = new Int32Array(count)
  const found = Array.from({ length: sensitive === null ? 0 : count }, () => new Map<number, number>())
  for (let row = 0; row < rows; row += 1) {
    const at = group.of[row] ?? 0
    sizes[at] = (sizes[at] ?? 0) + 1
    if (sensitive === null) continue
    const code = sensitive.codes[row] ?? 0
    const own = found[at]
    own?.set(code, (own.get(code) ?? 0) + 1)
  }
  return {
    rows, columns, sizes,
    keys: columns.map(({ codes }) => Int32Array.from(group.first, (row) => codes[row] ?? 0)),
    sensitive: found.map((byCode, at) => {
      const present = [...byCode].toSorted(([a], [b]) => a - b)
      return { size: sizes[at] ?? 0, codes: present.map(([code]) => code), counts: present.map(([, times]) => times) }
    }),
  }
}

/** A class after generalisation, with one of the different rows in it, by which its generalised values are told. */
export interface GeneralisedClass extends EquivalenceClass {
  readonly example: number
}

const NONE: readonly number[] = []

/** The classes of a table when each column is generalised to its level. */
export function generalisedClasses(table: DistinctRows, levels: readonly number[]): GeneralisedClass[] {
  const { of, first } = grouping(table.columns, levels, table.keys, table.sizes.length)
  const sizes = new Int32Array(first.length)
  for (let row = 0; row < of.length; row += 1) sizes[of[row] ?? 0] = (sizes[of[row] ?? 0] ?? 0) + (table.sizes[row] ?? 0)
  if (table.sensitive.length === 0) return first.map((example, at) => ({ size: sizes[at] ?? 0, example, codes: NONE, counts: NONE }))
  const found = first.map(() => new Map<number, number>())
  for (let row = 0; row < of.length; row += 1) {
    const at = of[row] ?? 0
    const own = table.sensitive[row]
    const into = found[at]
    if (own === undefined || into === undefined) continue
    for (let position = 0; position < own.codes.length; position += 1) {
      const code = own.codes[position] ?? 0
      into.set(code, (into.get(code) ?? 0) + (own.counts[position] ?? 0))
    }
  }
  return first.map((example, at) => {
    const present = [...(found[at] ?? [])].toSorted(([a], [b]) => a - b)
    return { size: sizes[at] ?? 0, example, codes: present.map(([code]) => code), counts: present.map(([, times]) => times) }
  })
}

/** unit: keys; source: above this a key made of all codes could not be told apart in a double */
const LARGEST_KEY = Number.MAX_SAFE_INTEGER

/** The group of each row, and the first row of each group. */
function grouping(columns: readonly CodedColumn[], levels: readonly number[], keys: readonly ArrayLike<number>[], rows: number): { of: Int32Array; first: number[] } {
  let names = new Float64Array(rows)
  let radix = 1
  for (const [position, column] of columns.entries()) {
    const groups = column.generalised[levels[position] ?? 0] ?? []
    const width = 1 + Array.from(groups).reduce((highest, group) => Math.max(highest, group), 0)
    if (radix * width > LARGEST_KEY) {
      const dense = numbered(names)
      names = Float64Array.from(dense.of)
      radix = dense.first.length
    }
    const codes = keys[position] ?? []
    for (let row = 0; row < rows; row += 1) names[row] = (names[row] ?? 0) * width + (groups[codes[row] ?? 0] ?? 0)
    radix *= width
  }
  return numbered(names)
}

/** Numbers equal names alike, by a hash table of our own: a Map of doubles takes ten times as long. */
function numbered(names: Float64Array): { of: Int32Array; first: number[] } {
  const places = new Int32Array(1 << Math.max(1, Math.ceil(Math.log2(names.length * SPARSE + 1)))).fill(FREE)
  const mask = places.length - 1
  const first: number[] = []
  const of = new Int32Array(names.length)
  for (let row = 0; row < names.length; row += 1) {
    const name = names[row] ?? 0
    let place = spread(name) & mask
    let at = places[place] ?? FREE
    while (at !== FREE && names[first[at] ?? 0] !== name) {
      place = (place + 1) & mask
      at = places[place] ?? FREE
    }
    if (at === FREE) {
      at = first.push(row) - 1
      places[place] = at
    }
    of[row] = at
  }
  return { of, first }
}

/** unit: places; source: half of the table stays free, so that a search ends soon */
const SPARSE = 2
const FREE = -1
/** unit: values; source: the integers that fit into 32 bits */
const WORD = 0x1_0000_0000
/** unit: bits; source: the upper half of a word is mixed into the lower */
const UPPER = 16
/** unit: 1; source: odd numbers near the golden ratio and near its square spread neighbouring integers well (Knuth, volume 3, 6.4) */
const SPREAD = [0x9e3779b1, 0x61c88647] as const

function spread(name: number): number {
  const mixed = Math.imul(name % WORD | 0, SPREAD[0]) ^ Math.imul(Math.trunc(name / WORD) | 0, SPREAD[1])
  return mixed ^ (mixed >>> UPPER)
}
