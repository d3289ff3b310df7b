/**
 * What the columns of a sample seem to be. A proposal only: the provider confirms or changes every line of it, and the
 * whole file is measured against what was confirmed. Nothing of a value is repeated, for proposals are shown and logged.
 */
import type { SeenColumn } from '#core/boundary/column-proposal.ts'
import { typeTitles } from '#core/boundary/column-words.ts'
import { suggestContent } from '#core/boundary/content-kind.ts'
import { decimalScaleMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, ColumnType } from '#core/boundary/table-schema.ts'
import { fieldReader } from '#adapters/vault/ingest/typed-value.ts'

/** The first value that does not fit; the text itself stays inside. */
export interface Misfit {
  /** Data row, the first after the header is 1. */
  row: number
  /** What was expected, as a phrase for a person. */
  expected: string
  /** Characters of the text that stood there. */
  length: number
}

export interface ColumnProposal extends SeenColumn {
  title: string
  /** How many different ones of the values looked at. */
  distinct: number
  /** Share of the values that are of the proposed type. */
  share: number
  firstMisfit?: Misfit
}

/** The texts of one column in the order of the rows; the empty text is a missing value. */
export interface SampledColumn {
  header: string
  texts: readonly string[]
}

/** unit: share of the values; source: platform default, a type with more exceptions than this is taken for text */
const SHARE_MIN = 0.9
/** Texts that exports write for "no value". */
const MARKERS: ReadonlySet<string> = new Set(['NA', 'N/A', '#N/A', 'NULL', 'null', 'None', 'NaN', 'nan', '\\N', '-', '--', '—', '——', '/', '无', '空'])
/** unit: digits; source: GB 11643 and bank cards, whole columns of such long numbers of one length are codes and no amounts */
const CODE_DIGITS = 11
const YEAR_MIN = 1900
const YEAR_MAX = 2100
const identifierStart = /^[\p{L}_]/u
const notIdentifier = /[^\p{L}\p{N}_]+/gu
const nameCharactersMax = 63

/** Proposes names, types, missing markers and what may be missing, with the share of the sample that fits. */
export function proposeColumns(columns: readonly SampledColumn[]): ColumnProposal[] {
  const names = new Set<string>()
  return columns.map((column, place) => ({ name: nameFor(column.header, place, names), header: column.header, title: column.header, ...proposed(column.texts) }))
}

/** A name that queries can use: the header where it is one already, else its letters and digits, else the place. */
function nameFor(header: string, place: number, taken: Set<string>): string {
  const cleaned = header.trim().replaceAll(notIdentifier, '_').replaceAll(/^_+|_+$/g, '').slice(0, nameCharactersMax)
  const wanted = identifierStart.test(cleaned) ? cleaned : `column_${place + 1}`
  const name = taken.has(wanted.toLowerCase()) ? `column_${place + 1}` : wanted
  taken.add(name.toLowerCase())
  return name
}

type Proposed = Omit<ColumnProposal, 'name' | 'header' | 'title'>

interface Candidate {
  type: ColumnType
  scale?: number
  fits: (text: string) => string | undefined
}

interface Judged extends Candidate {
  fitting: number
  firstMisfit: Misfit | undefined
}

function proposed(texts: readonly string[]): Proposed {
  const filled = texts.flatMap((text, index) => (text === '' ? [] : [{ text, row: index + 1 }]))
  const plain = filled.filter(({ text }) => !MARKERS.has(text))
  const suggestions = suggestContent(plain.map(({ text }) => text))
  const asText = (reason: string): Proposed => ({ type: 'text', nullable: filled.length < texts.length, missing: [], values: filled.length, nulls: texts.length - filled.length, distinct: distinctOf(filled), share: 1, suggestions, reason })
  if (plain.length === 0) return asText('抽查的行中没有值，暂按文本处理，请按实际填写。')
  const [code] = suggestions
  if (code !== undefined) return asText(`疑为${code.title}，按文本保存，避免首位 0 和末位丢失。`)
  if (isCode(plain.map(({ text }) => text))) return asText('各值是首位为 0 或者长度相同的长数字，疑为编码，按文本保存。')
  const judged = candidatesFor(plain.map(({ text }) => text)).map((candidate) => judge(candidate, plain))
  const best = judged.find(({ fitting }) => fitting === plain.length) ?? judged.toSorted((one, other) => other.fitting - one.fitting)[0]
  if (best === undefined || best.fitting / plain.length < SHARE_MIN) return asText('各值没有统一的数值或者日期写法，按文本处理。')
  const missing = [...new Set(filled.flatMap(({ text }) => (MARKERS.has(text) ? [text] : [])))]
  return {
    type: best.type,
    ...(best.scale === undefined ? {} : { scale: best.scale }),
    nullable: plain.length < texts.length,
    missing,
    values: plain.length,
    nulls: texts.length - plain.length,
    distinct: distinctOf(plain),
    share: best.fitting / plain.length,
    ...(best.firstMisfit === undefined ? {} : { firstMisfit: best.firstMisfit }),
    suggestions,
    reason: reasonOf(best, plain.length, missing),
  }
}

function distinctOf(values: readonly { text: string }[]): number {
  return new Set(values.map(({ text }) => text)).size
}

function reasonOf(best: Judged, values: number, missing: string[]): string {
  const markers = missing.length === 0 ? '' : `；${missing.map((text) => `“${text}”`).join('、')}视为缺失`
  if (best.firstMisfit === undefined) return `抽查的 ${values} 个值都是${typeTitles[best.type]}${markers}。`
  return `抽查的 ${values} 个值中有 ${best.fitting} 个是${typeTitles[best.type]}，第 ${best.firstMisfit.row} 行（不计表头）起有不符的值${markers}。`
}

function judge(candidate: Candidate, plain: readonly { text: string; row: number }[]): Judged {
  let fitting = 0
  let firstMisfit: Misfit | undefined
  for (const { text, row } of plain) {
    const expected = candidate.fits(text)
    if (expected === undefined) fitting += 1
    else firstMisfit ??= { row, expected, length: text.length }
  }
  return { ...candidate, fitting, firstMisfit }
}

/** The types from narrow to wide. Text fits always and is what remains. */
function candidatesFor(texts: readonly string[]): Candidate[] {
  const scale = Math.min(decimalScaleMax, Math.max(1, texts.reduce((most, text) => Math.max(most, /^[+-]?\d+\.(\d*?)0*$/.exec(text.trim())?.[1]?.length ?? 0), 0)))
  return [
    { type: 'boolean', fits: (text) => (/^[01]$/.test(text) ? '是或否' : expectedBy({ type: 'boolean' })(text)) },
    { type: 'date', fits: inOurYears(expectedBy({ type: 'date' })) },
    { type: 'timestamp', fits: expectedBy({ type: 'timestamp' }) },
    { type: 'integer', fits: (text) => (/^[+-]?0\d/.test(text) ? '首位不为 0 的整数' : expectedBy({ type: 'integer' })(text)) },
    { type: 'decimal', scale, fits: expectedBy({ type: 'decimal', scale }) },
  ]
}

/** What a value should have been, or undefined where it fits. */
function expectedBy({ type, scale }: Pick<ColumnSchema, 'type' | 'scale'>): (text: string) => string | undefined {
  const read = fieldReader({ name: 'c', title: 'c', type, ...(scale === undefined ? {} : { scale }), nullable: false, missing: [], role: 'ordinary' })
  return (text) => {
    const said = read(text)
    return 'fault' in said ? said.fault.expected : undefined
  }
}

/** Eight digits are a date only where they name a year of ours; else they are a number. */
function inOurYears(expected: (text: string) => string | undefined): (text: string) => string | undefined {
  return (text) => {
    const year = Number(/^\d{8}$/.test(text) ? text.slice(0, 4) : YEAR_MIN)
    return expected(text) ?? (year >= YEAR_MIN && year <= YEAR_MAX ? undefined : '日期')
  }
}

function isCode(texts: readonly string[]): boolean {
  if (!texts.every((text) => /^\d+$/.test(text))) return false
  const [first = ''] = texts
  const oneLength = texts.length > 1 && texts.every((text) => text.length === first.length)
  return texts.some((text) => /^0\d/.test(text)) || (oneLength && first.length >= CODE_DIGITS)
}
