/** JSON lines: one flat object a line. Numbers keep their digits as written, which `JSON.parse` would round. */
import { headerOf } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { TextEnd } from '#adapters/vault/ingest/decode-lines.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError, faultAfterRow } from '#adapters/vault/ingest/ingest-error.ts'
import type { TextLines } from '#adapters/vault/ingest/text-blocks.ts'

/** A member of a flat object: name, then a text, a number or a word, then what follows it. */
const member = /\s*("(?:[^"\\]|\\.)*")\s*:\s*(?:("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([[{]))\s*([,}])?/y
const emptyObject = /^\s*\{\s*\}\s*$/
const objectStart = /\s*\{/y
const onlySpace = /^\s*$/

/** Yields each line's fields in the order of the schema. Throws `IngestError` naming row and column. */
export function jsonRows(lines: TextLines, schema: TableSchema): AsyncGenerator<FieldRow, TextEnd> {
  const columns = new Map(schema.columns.map((column, index) => [headerOf(column), index]))
  return jsonLines(lines, (members, number) => ({ number, fields: fieldsOf(members, columns, number) }))
}

/** Yields what `rowOf` makes of each line's members. Throws `IngestError` at the first line that is no flat object. */
export async function* jsonLines(lines: TextLines, rowOf: (members: Map<string, string>, number: number) => FieldRow): AsyncGenerator<FieldRow, TextEnd> {
  let number = 0
  let blankAt: number | undefined
  for (;;) {
    const next = await lines.next()
    if (next.done === true) {
      if ('fault' in next.value) throw faultAfterRow(next.value.fault, number)
      return next.value
    }
    for (const line of linesOf(next.value)) {
      if (onlySpace.test(line)) {
        blankAt ??= number + 1
        continue
      }
      if (blankAt !== undefined) throw new IngestError('row-ragged', `第 ${blankAt} 行是空行，其后还有数据。`, { row: blankAt })
      number += 1
      yield rowOf(jsonMembers(line, number), number)
    }
  }
}

function* linesOf(block: Buffer): Generator<string> {
  const text = block.toString()
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    yield text.slice(at, end)
    at = end + 1
  }
}

function fieldsOf(members: Map<string, string>, columns: ReadonlyMap<string, number>, number: number): string[] {
  const fields = Array.from({ length: columns.size }, () => '')
  for (const [name, text] of members) {
    const index = columns.get(name)
    if (index === undefined) throw new IngestError('header-unexpected', `第 ${number} 行多出未登记的字段“${name}”。`, { row: number, column: name })
    fields[index] = text
  }
  return fields
}

/** The members of one line as texts; null and the empty text are the empty field. */
export function jsonMembers(line: string, number: number): Map<string, string> {
  const members = new Map<string, string>()
  if (emptyObject.test(line)) return members
  objectStart.lastIndex = 0
  if (!objectStart.test(line)) throw malformed(number, 1)
  for (let at = objectStart.lastIndex; ; ) {
    member.lastIndex = at
    const found = member.exec(line)
    if (found === null) throw malformed(number, at + 1)
    const [, quotedName = '""', quoted, digits, word, nested, follower] = found
    const name = unquoted(quotedName, number, at)
    if (nested !== undefined) throw new IngestError('record-nested', `第 ${number} 行“${name}”是嵌套的内容，超过 1 层的上限。`, { row: number, column: name })
    if (members.has(name)) throw new IngestError('header-duplicated', `第 ${number} 行中字段“${name}”重复出现。`, { row: number, column: name })
    members.set(name, quoted === undefined ? (digits === undefined ? wordText(word) : plainDigits(digits)) : unquoted(quoted, number, at))
    at = member.lastIndex
    if (follower === '}' && onlySpace.test(line.slice(at))) return members
    if (follower !== ',') throw malformed(number, at + 1)
  }
}

function wordText(word: string | undefined): string {
  return word === undefined || word === 'null' ? '' : word
}

function unquoted(quoted: string, number: number, at: number): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    const text: unknown = JSON.parse(quoted)
    if (typeof text === 'string' && !text.includes('\0')) return text
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw malformed(number, at + 1)
}

function malformed(number: number, character: number): IngestError {
  return new IngestError('record-malformed', `第 ${number} 行不是完整的 JSON 对象，从第 ${character} 个字符起无法识别。`, { row: number })
}

/** Most zeros that an exponent may ask for: more than any number of ours has digits. */
const exponentMax = 40

/** A number without exponent, its digits kept; one whose exponent is absurd stays as written and is refused by its column. */
export function plainDigits(written: string): string {
  const [mantissa = '', exponentText] = written.toLowerCase().split('e')
  if (exponentText === undefined) return written
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > exponentMax) return written
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.')
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${digits.padEnd(point, '0')}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
