/**
 * What a version remembers of a column's values for the containment check: which values are rare.
 * Up to a bound every distinct value is kept, so all is exact; beyond it a bottom-k sample of the distinct values
 * by hash, whose frequencies stay exact because a value with a hash below the threshold was never dropped.
 */
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import { hash } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'

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

/** What a sketch reads: an expression over the table `part`, and the text its values are compared as. */
export interface SketchedValues {
  /** Never NULL where a row has a value. */
  value: string
  /** Expression of the canonical text of such a value. */
  canonical(value: string): string
}

/**
 * Counts the values of one column, block by block, in the engine that holds the block as the table `part`.
 * The sample is drawn by the engine's own hash, which costs little; the fingerprints that are kept are salted and cryptographic.
 */
export class ValueSketch {
  readonly #connection: DuckDBConnection
  readonly #values: SketchedValues
  readonly #salt: string
  readonly #exactMax: number
  readonly #size: number
  readonly #kept: string
  /** Hashes at or above it are not kept; undefined while every value is. */
  #threshold: bigint | undefined
  /** Rows of the table of what is kept; while it is a sample, a value may have several. */
  #rows = 0
  #begun = false

  /** `table` names the engine's table of what is kept; no other sketch of this connection may have it. */
  constructor(connection: DuckDBConnection, table: string, values: SketchedValues, salt: string, exactMax: number = exactValuesMax, size: number = sampledValues) {
    this.#connection = connection
    this.#kept = quotedIdentifier(table)
    this.#values = values
    this.#salt = salt
    this.#exactMax = exactMax
    this.#size = size
  }

  /** Counts what the table `part` holds now; answers whether values may be among it that were in no block before. */
  async addPart(): Promise<boolean> {
    if (this.#threshold !== undefined) {
      await this.#addSampled(this.#threshold)
      return true
    }
    const before = this.#rows
    const { value, canonical } = this.#values
    // One hash for each distinct value of the block is enough.
    const inBlock = `SELECT ${canonical('found')} AS value, ${this.#print('found')} AS print, n FROM (SELECT ${value} AS found, count(*) AS n FROM part GROUP BY 1) WHERE found IS NOT NULL ORDER BY print LIMIT ${this.#exactMax + 1}`
    await this.#keep(`SELECT * FROM (${inBlock})${this.#begun ? ` UNION ALL FROM ${this.#kept}` : ''}`, this.#exactMax)
    this.#begun = true
    if (this.#rows > this.#exactMax) await this.#shrink()
    return this.#rows !== before
  }

  /** Adds the values of the block that belong to the sample, and puts them together only when there are many of them. */
  async #addSampled(threshold: bigint): Promise<void> {
    const { value, canonical } = this.#values
    const hashed = `SELECT ${value} AS found, ${this.#print(value)} AS print FROM part WHERE ${value} IS NOT NULL AND ${this.#print(value)} < ${threshold}`
    const { rowsChanged } = await this.#connection.run(`INSERT INTO ${this.#kept} SELECT ${canonical('any_value(found)')}, print, count(*) FROM (${hashed}) GROUP BY print`)
    this.#rows += rowsChanged
    if (this.#rows > 2 * this.#size) await this.#shrink()
  }

  /**
   * Keeps one row for each value of a query, at most one more than `most`, those of the smallest hashes. Put together by the
   * hash alone: among all that is kept two values share one with a chance below one in ten thousand million.
   */
  async #keep(query: string, most: number): Promise<void> {
    await this.#connection.run(
      `CREATE OR REPLACE TABLE ${this.#kept} AS SELECT any_value(value) AS value, print, sum(n)::BIGINT AS n FROM (${query}) GROUP BY print ORDER BY print LIMIT ${most + 1}`,
    )
    this.#rows = Number((await this.#read(`SELECT count(*) FROM ${this.#kept}`))[0]?.[0])
  }

  #print(value: string): string {
    return `hash(${value}, '${this.#salt}')`
  }

  async distinct(): Promise<DistinctCount> {
    if (this.#threshold === undefined) return { count: this.#rows, exact: true }
    await this.#shrink()
    return { count: Math.round(this.#rows / this.#share()), exact: false }
  }

  async rare(): Promise<RareValues> {
    if (this.#threshold !== undefined) await this.#shrink()
    const rare = this.#begun ? await this.#read(`SELECT value FROM ${this.#kept} WHERE n <= ${rareRowsMax}`) : []
    const values = rare.map(([value]) => String(value))
    const forms = Object.fromEntries(valueForms.map((form) => [form, packFingerprints(values.map((value) => fingerprint(this.#salt, inForm(form, value))))]))
    // Object.fromEntries forgets the keys' type; they are exactly valueForms.
    return { sampledShare: this.#share(), forms: forms as Record<ValueForm, string> }
  }

  /** One row for each value of the sample; of more than it may hold, those with the smallest hashes. What lies at or above the threshold was dropped with all its rows. */
  async #shrink(): Promise<void> {
    await this.#keep(`FROM ${this.#kept}`, this.#size)
    if (this.#rows <= this.#size) return
    const [[bound] = []] = await this.#read(`SELECT max(print) FROM ${this.#kept}`)
    if (typeof bound !== 'bigint') throw new Error('a sketch without the bound of its sample')
    this.#threshold = bound
    this.#rows -= (await this.#connection.run(`DELETE FROM ${this.#kept} WHERE print >= ${bound}`)).rowsChanged
  }

  async #read(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }

  #share(): number {
    return this.#threshold === undefined ? 1 : Number(this.#threshold) / Number(everything)
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
