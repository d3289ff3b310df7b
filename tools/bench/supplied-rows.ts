import { createHash } from 'node:crypto'

/** What is wrong with the last row: nothing, a text in a column of amounts, or a byte that no encoding knows. */
export type LastRow = 'sound' | 'text-for-amount' | 'undecodable'

const HEADER = Buffer.from('序号,登记编号,所在区,费用,日期,备注\n')
const DISTRICTS = ['锦江区', '青羊区', '金牛区', '武侯区', '成华区', '新都区', '温江区']
/** So that every number has as many digits. */
const FIRST_NUMBER = 1_000_000_000
const FIRST_CODE = 10_000_000_000
const NOTE_LENGTH = 400
const POOL_LENGTH = 65_536
const DAYS = 366
const DAY_MS = 86_400_000
/** Odd, and prime to the lengths they walk over. */
const NOTE_STEP = 7_919
const FEE_STEP = 104_729
const FEES = 900_000
const LEAST_FEE = 100_000
const SHA_HEX = 64

/** A CSV as large as wanted, of which any piece is made when it is asked for; the same seed gives the same bytes. Every row is as long as the others. */
export class SuppliedRows {
  readonly rows: number
  readonly bytes: number
  readonly #pool: string
  readonly #days: string[]
  readonly #last: LastRow
  readonly #rowBytes: number

  /** @param bytes at least so many */
  constructor(seed: string, bytes: number, last: LastRow) {
    const blocks = Array.from({ length: Math.ceil((POOL_LENGTH + NOTE_LENGTH) / SHA_HEX) }, (_, at) => createHash('sha256').update(`${seed} ${at}`).digest('hex'))
    this.#pool = blocks.join('')
    this.#days = Array.from({ length: DAYS }, (_, day) => new Date(Date.UTC(2024, 0, 1) + day * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length))
    this.#last = last
    this.#rowBytes = Buffer.byteLength(this.#row(0))
    this.rows = Math.ceil((bytes - HEADER.length) / this.#rowBytes)
    this.bytes = HEADER.length + this.rows * this.#rowBytes
  }

  /** The bytes from `from` up to `to`, exclusive. */
  piece(from: number, to: number): Buffer {
    const first = Math.max(0, Math.floor((from - HEADER.length) / this.#rowBytes))
    const end = Math.min(this.rows, Math.ceil((to - HEADER.length) / this.#rowBytes))
    const rows: string[] = []
    for (let row = first; row < end; row += 1) rows.push(this.#row(row))
    const text = Buffer.from(rows.join(''))
    if (end === this.rows && this.#last !== 'sound') this.#spoil(text)
    const whole = first === 0 ? Buffer.concat([HEADER, text]) : text
    const begins = first === 0 ? 0 : HEADER.length + first * this.#rowBytes
    return whole.subarray(from - begins, Math.min(to, this.bytes) - begins)
  }

  #row(row: number): string {
    const fee = (((row * FEE_STEP) % FEES) + LEAST_FEE) / 100
    const note = (row * NOTE_STEP) % POOL_LENGTH
    return `${FIRST_NUMBER + row},D${FIRST_CODE + row},${DISTRICTS[row % DISTRICTS.length]},${fee.toFixed(2)},${this.#days[row % DAYS]},${this.#pool.slice(note, note + NOTE_LENGTH)}\n`
  }

  /** Makes the last row wrong without making it longer. */
  #spoil(text: Buffer): void {
    const last = text.length - this.#rowBytes
    if (this.#last === 'undecodable') text[text.length - 2] = 0xff
    else text.write('x', text.indexOf('.', last) + 2)
  }
}
