/** The rows of a workbook's one sheet as texts. */
import type { Readable } from 'node:stream'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { plainDigits } from '#adapters/vault/ingest/json-lines.ts'
import { readXml, workbookMalformed } from '#adapters/vault/ingest/workbook.ts'
import type { Workbook } from '#adapters/vault/ingest/workbook.ts'

/** Digits that a spreadsheet keeps; what has more was rounded when it was entered. */
const digitsKept = 15
const columnsMax = 16_384
/** Rows of a sheet (ECMA-376; Excel and WPS alike): a row's number is not believed beyond. */
const rowsMax = 1_048_576
const lettersInAlphabet = 26
const millisecondsPerDay = 86_400_000
/** Day 0 of the two calendars; in that of 1900 day 60 is a day that never was, so days up to it are not taken. */
const dayZero1900 = Date.UTC(1899, 11, 30)
const dayZero1904 = Date.UTC(1904, 0, 1)
const phantomDay = 60

/** Calls `take` with each row's texts, the first row being the header; an empty row gives no texts. */
export async function readSheet(book: Workbook, source: Readable, take: (row: number, texts: string[]) => void): Promise<void> {
  const cells = new CellReader(book)
  let rowNumber = 0
  let texts: string[] = []
  let column = -1
  await readXml(source, {
    open(name, attributes) {
      if (name === 'row') {
        const at = Number(attributes['r'] ?? rowNumber + 1)
        if (!(at > rowNumber)) throw workbookMalformed('工作表的行号没有依次递增')
        if (at > rowsMax) throw workbookMalformed(`工作表的行号超过 ${rowsMax} 行的上限`)
        for (rowNumber += 1; rowNumber < at; rowNumber += 1) take(rowNumber - 1, [])
        texts = []
        column = -1
      } else if (name === 'c') {
        column = attributes['r'] === undefined ? column + 1 : columnIndex(attributes['r'])
        cells.begin(attributes['t'] ?? 'n', Number(attributes['s'] ?? '-1'), { row: rowNumber - 1, column: `第 ${column + 1} 列` })
      } else if (name === 'mergeCell') throw workbookMalformed(`工作表有合并单元格（${attributes['ref'] ?? ''}）`)
      else cells.open(name)
    },
    text: (text) => cells.text(text),
    close(name) {
      if (name === 'c') {
        while (texts.length < column) texts.push('')
        texts[column] = cells.end()
      } else if (name === 'row') take(rowNumber - 1, texts)
      else cells.close(name)
    },
  })
}

function columnIndex(reference: string): number {
  let index = 0
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? '') index = index * lettersInAlphabet + letter.charCodeAt(0) - 'A'.charCodeAt(0) + 1
  if (index < 1 || index > columnsMax) throw workbookMalformed('单元格的列号超出范围')
  return index - 1
}

class CellReader {
  readonly #book: Workbook
  #type = 'n'
  #style = -1
  #place: { row: number; column: string } = { row: 0, column: '' }
  #said = ''
  #within = false

  constructor(book: Workbook) {
    this.#book = book
  }

  begin(type: string, style: number, place: { row: number; column: string }): void {
    this.#type = type
    this.#style = style
    this.#place = place
    this.#said = ''
  }

  open(name: string): void {
    if (name === 'v' || name === 't') this.#within = true
  }

  text(text: string): void {
    if (this.#within) this.#said += text
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#within = false
  }

  /** The cell as the text that a CSV of the same table would hold. */
  end(): string {
    const said = this.#said
    switch (this.#type) {
      case 's': {
        const shared = this.#book.sharedTexts[Number(said)]
        if (shared === undefined) throw this.#wrong('workbook-malformed', '引用了不存在的共用文字')
        return shared
      }
      case 'b':
        return said === '1' ? 'true' : 'false'
      case 'e':
        throw this.#wrong('value-wrong-type', `是错误值 ${said}`)
      case 'n':
        return said === '' ? '' : this.#number(said)
      default:
        return said
    }
  }

  #number(said: string): string {
    const value = Number(said)
    if (!Number.isFinite(value)) throw this.#wrong('value-wrong-type', '不是数值')
    const kind = this.#book.styles[this.#style] ?? 'number'
    if (kind !== 'number') return this.#date(value, kind)
    if (Math.abs(value) >= 10 ** digitsKept) throw this.#wrong('value-out-of-range', `是超过 ${digitsKept} 位的数字，Excel 已把末尾几位改成 0，请以文本格式重新填写`)
    // Binary fractions are written with the noise of their last digits, which no spreadsheet shows.
    const digits = plainDigits(String(Number(value.toPrecision(digitsKept))))
    return digits.replace('e+', 'e')
  }

  #date(value: number, kind: 'date' | 'timestamp'): string {
    if (value < 0 || (!this.#book.from1904 && value <= phantomDay)) throw this.#wrong('value-out-of-range', '是 1900 年 3 月以前的日期')
    const instant = new Date((this.#book.from1904 ? dayZero1904 : dayZero1900) + Math.round((value * millisecondsPerDay) / 1000) * 1000)
    if (Number.isNaN(instant.getTime())) throw this.#wrong('value-out-of-range', '是超出范围的日期')
    const iso = instant.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ')
    const midnight = iso.endsWith(' 00:00:00')
    return kind === 'date' && midnight ? iso.slice(0, 'YYYY-MM-DD'.length) : iso
  }

  #wrong(code: 'workbook-malformed' | 'value-wrong-type' | 'value-out-of-range', clause: string): IngestError {
    return new IngestError(code, `第 ${this.#place.row} 行（不计表头）${this.#place.column}${clause}。`, this.#place)
  }
}
