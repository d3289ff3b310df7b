import { createHash } from 'node:crypto'

/** What is wrong with the last row of a file, or with its header. */
export const rowFaults = ['text-for-amount', 'endless-amount', 'undecodable', 'ragged', 'repeated', 'nested', 'header-twice'] as const
export type LastRow = 'sound' | (typeof rowFaults)[number]
export type TextFormat = 'csv' | 'json-lines'

/** A file as large as wanted, of which any piece is made when it is asked for. */
export interface SuppliedFile {
  readonly rows: number
  readonly bytes: number
  /** The bytes from `from` up to `to`, exclusive, or up to the end. */
  piece(from: number, to: number): Buffer
}

export const TITLES = ['序号', '登记编号', '所在区', '费用', '日期', '备注']
const DISTRICTS = ['锦江区', '青羊区', '金牛区', '武侯区', '成华区', '新都区', '温江区']
/** So that every number has as many digits. */
const FIRST_NUMBER = 1_000_000_000
const FIRST_CODE = 10_000_000_000
const NUMBER_LENGTH = String(FIRST_NUMBER).length
const NOTE_LENGTH = 400
const POOL_LENGTH = 65_536
const DAYS = 366
const DAY_MS = 86_400_000
/** Odd, and prime to the lengths they walk over. */
const NOTE_STEP = 7_919
const FEE_STEP = 104_729
const FEES = 900_000
const LEAST_FEE = 100_000
const FEE_LENGTH = '1000.00'.length
const SHA_HEX = 64

/** Rows of a table of fees; the same seed gives the same bytes. Every row is as long as the others. */
export class SuppliedRows implements SuppliedFile {
  readonly rows: number
  readonly bytes: number
  readonly #pool: string
  readonly #days: string[]
  readonly #last: LastRow
  readonly #format: TextFormat
  readonly #header: Buffer
  readonly #rowBytes: number

  /** @param bytes at least so many */
  constructor(seed: string, bytes: number, last: LastRow, format: TextFormat = 'csv') {
    const blocks = Array.from({ length: Math.ceil((POOL_LENGTH + NOTE_LENGTH) / SHA_HEX) }, (_, at) => createHash('sha256').update(`${seed} ${at}`).digest('hex'))
    this.#pool = blocks.join('')
    this.#days = Array.from({ length: DAYS }, (_, day) => new Date(Date.UTC(2024, 0, 1) + day * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length))
    this.#last = last
    this.#format = format
    this.#header = Buffer.from(format === 'csv' ? `${(last === 'header-twice' ? TITLES.map((title) => (title === '备注' ? '费用' : title)) : TITLES).join(',')}\n` : '')
    this.#rowBytes = Buffer.byteLength(this.#row(0))
    this.rows = Math.ceil((bytes - this.#header.length) / this.#rowBytes)
    this.bytes = this.#header.length + this.rows * this.#rowBytes
  }

  piece(from: number, to: number): Buffer {
    const head = this.#header.length
    const first = Math.max(0, Math.floor((from - head) / this.#rowBytes))
    const end = Math.min(this.rows, Math.ceil((to - head) / this.#rowBytes))
    const rows: string[] = []
    for (let row = first; row < end; row += 1) rows.push(this.#row(row))
    const text = Buffer.from(rows.join(''))
    if (end === this.rows) this.#spoil(text.subarray(text.length - this.#rowBytes))
    const whole = first === 0 ? Buffer.concat([this.#header, text]) : text
    const begins = first === 0 ? 0 : head + first * this.#rowBytes
    return whole.subarray(from - begins, Math.min(to, this.bytes) - begins)
  }

  #row(row: number): string {
    const fee = (((row * FEE_STEP) % FEES) + LEAST_FEE) / 100
    const note = (row * NOTE_STEP) % POOL_LENGTH
    const fields = [FIRST_NUMBER + row, `D${FIRST_CODE + row}`, DISTRICTS[row % DISTRICTS.length], fee.toFixed(2), this.#days[row % DAYS], this.#pool.slice(note, note + NOTE_LENGTH)]
    if (this.#format === 'csv') return `${fields.join(',')}\n`
    return `{${TITLES.map((title, at) => `"${title}":"${fields[at]}"`).join(',')}}\n`
  }

  /** Makes the last row wrong without making it longer. */
  #spoil(row: Buffer): void {
    if (row.length === 0) return
    const note = row.length - NOTE_LENGTH - 1
    switch (this.#last) {
      case 'sound':
      case 'header-twice': return
      case 'undecodable': return void (row[row.length - 2] = 0xff)
      case 'text-for-amount': return void row.write('x', row.indexOf('.') + 2)
      case 'endless-amount': return void row.write('1e99999', row.indexOf('.') + '.00'.length - FEE_LENGTH)
      case 'ragged': return void row.write('x', note - 1)
      case 'repeated': return void row.write(String(FIRST_NUMBER + this.rows - 2).slice(0, NUMBER_LENGTH), row.indexOf(String(FIRST_NUMBER).slice(0, 1)))
      case 'nested': return void row.write(`${'['.repeat(NOTE_LENGTH / 2 + 1)}${']'.repeat(NOTE_LENGTH / 2 + 1)}}\n`, row.length - NOTE_LENGTH - '"'.length * 2 - '}\n'.length)
    }
  }
}
