/**
 * What a version remembers of a column's values for the containment check: which values are rare.
 * Up to a bound every distinct value is kept, so all is exact; beyond it a bottom-k sample of the distinct values
 * by fingerprint, whose frequencies stay exact because a fingerprint below the threshold was never dropped.
 */
import { hash } from 'node:crypto'

/** A value that at most this many rows share is rare: it points at few entities. Platform default, measured with the leak jobs. */
export const rareRowsMax = 5
/** Up to so many distinct values all are kept. About 8 MB a column at worst. */
export const exactValuesMax = 65_536
/** Size of the sample beyond: counts of distinct values are then off by about 0.8 %, one standard deviation. */
export const sampledValues = 16_384

/** The forms in which a raw value is looked for in an output. */
export const valueForms = ['raw', 'reversed', 'base64', 'hex', 'md5', 'sha1', 'sha256', 'sm3'] as const
export type ValueForm = (typeof valueForms)[number]

const everything = 2n ** 64n

/**
 * 64-bit fingerprint of a canonical text under the version's secret salt.
 * Without the salt, which lies sealed with the profile, fingerprints of few-digit values cannot be enumerated.
 */
export function fingerprint(salt: string, canonical: string): bigint {
  return hash('sha256', `${salt}\0${canonical}`, 'buffer').readBigUInt64BE()
}

/** The text a value takes in a form, as a leaking job would print it (digests in lower-case hexadecimal). */
export function inForm(form: ValueForm, canonical: string): string {
  switch (form) {
    case 'raw':
      return canonical
    case 'reversed':
      return Array.from(canonical).toReversed().join('')
    case 'base64':
    case 'hex':
      return Buffer.from(canonical).toString(form)
    default:
      return hash(form, canonical)
  }
}

/** The rare values of one column as fingerprints. */
export interface RareValues {
  /** Share of the distinct values that was kept, 1 when all were. Containment over a sample scales by it. */
  sampledShare: number
  /** Fingerprints of the rare values in each form: base64 of ascending big-endian 64-bit integers. */
  forms: Record<ValueForm, string>
}

export interface DistinctCount {
  count: number
  /** False: a statistical estimate from the sample. Never rest a legal threshold on it. */
  exact: boolean
}

interface Kept {
  canonical: string
  rows: number
}

/** Counts the values of one column as they stream by. */
export class ValueSketch {
  readonly #salt: string
  readonly #exactMax: number
  readonly #size: number
  #exact: Map<string, number> | undefined = new Map()
  #sample = new Map<bigint, Kept>()
  /** Fingerprints at or above it are not kept. */
  #threshold = everything

  constructor(salt: string, exactMax: number = exactValuesMax, size: number = sampledValues) {
    this.#salt = salt
    this.#exactMax = exactMax
    this.#size = size
  }

  add(canonical: string): void {
    if (this.#exact !== undefined) {
      this.#exact.set(canonical, (this.#exact.get(canonical) ?? 0) + 1)
      if (this.#exact.size > this.#exactMax) this.#beginSampling(this.#exact)
      return
    }
    this.#sampleValue(canonical, 1)
  }

  distinct(): DistinctCount {
    if (this.#exact !== undefined) return { count: this.#exact.size, exact: true }
    this.#shrink()
    return { count: Math.round(this.#sample.size / this.#share()), exact: false }
  }

  rare(): RareValues {
    if (this.#exact === undefined) this.#shrink()
    const rare = [...this.#kept()].filter((kept) => kept.rows <= rareRowsMax)
    const forms = Object.fromEntries(valueForms.map((form) => [form, this.#packed(form, rare)]))
    // Object.fromEntries forgets the keys' type; they are exactly valueForms.
    return { sampledShare: this.#share(), forms: forms as Record<ValueForm, string> }
  }

  #packed(form: ValueForm, rare: Kept[]): string {
    const values = rare.map((kept) => fingerprint(this.#salt, inForm(form, kept.canonical)))
    return packFingerprints(values)
  }

  *#kept(): Generator<Kept> {
    if (this.#exact === undefined) yield* this.#sample.values()
    else for (const [canonical, rows] of this.#exact) yield { canonical, rows }
  }

  #beginSampling(exact: Map<string, number>): void {
    this.#exact = undefined
    for (const [canonical, rows] of exact) this.#sampleValue(canonical, rows)
  }

  #sampleValue(canonical: string, rows: number): void {
    const print = fingerprint(this.#salt, canonical)
    if (print >= this.#threshold) return
    const kept = this.#sample.get(print)
    if (kept === undefined) this.#sample.set(print, { canonical, rows })
    else kept.rows += rows
    // Twice the size before shrinking, so that the sort is paid once for many values.
    if (this.#sample.size >= 2 * this.#size) this.#shrink()
  }

  #shrink(): void {
    if (this.#sample.size <= this.#size) return
    const ascending = [...this.#sample.keys()].sort(ascendingBigint)
    for (const dropped of ascending.slice(this.#size)) this.#sample.delete(dropped)
    this.#threshold = ascending[this.#size] ?? everything
  }

  #share(): number {
    return Number(this.#threshold) / Number(everything)
  }
}

function ascendingBigint(left: bigint, right: bigint): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Base64 of the distinct fingerprints, ascending, as big-endian 64-bit integers. */
export function packFingerprints(values: bigint[]): string {
  const sorted = [...new Set(values)].sort(ascendingBigint)
  const bytes = Buffer.alloc(sorted.length * BigInt64Array.BYTES_PER_ELEMENT)
  for (const [index, value] of sorted.entries()) bytes.writeBigUInt64BE(value, index * BigInt64Array.BYTES_PER_ELEMENT)
  return bytes.toString('base64')
}

/** The inverse of `packFingerprints`. */
export function unpackFingerprints(packed: string): Set<bigint> {
  const bytes = Buffer.from(packed, 'base64')
  const values = new Set<bigint>()
  for (let at = 0; at < bytes.length; at += BigInt64Array.BYTES_PER_ELEMENT) values.add(bytes.readBigUInt64BE(at))
  return values
}
