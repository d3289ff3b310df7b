import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Content, GroupContent, TableContent } from '../pack/content-format.ts'
import { chineseNumber } from '../pack/provision-text.ts'
import { asSentence, chineseDate } from './chinese-text.ts'
import type { TextBlock } from './document-text.ts'

/** How a document calls what a case knows by an id. */
export type DocumentNames = {
  organization(id: string): string
  person(id: string): string
  /** A register's record as people call it. */
  record(register: string, key: string): string
}

/** What stands where an optional item was left out. */
export const NOT_GIVEN = '（未填）'

/** Which part of a content a document shows: some items of a group, the rows of a table that have these values. */
export type Part = { only?: readonly string[] | undefined; where?: Readonly<Record<string, string>> | undefined }

/**
 * A typed content written out: the items of a group one under the other, numbered as the text numbers them (`no`), else
 * （一）（二）…; groups within as 1. 2. …; tables with numbered rows, wide ones row by row.
 */
export function contentBlocks(content: Content, value: Json | undefined, names: DocumentNames, part: Part = {}): TextBlock[] {
  if (content.type === 'group') return groupBlocks(content, value, names, part.only)
  if (content.type === 'table') return tableBlocks(content, value, names, part.where)
  return [{ block: 'paragraph', text: asSentence(contentText(content, value, names)) }]
}

function groupBlocks(content: GroupContent, value: Json | undefined, names: DocumentNames, only?: readonly string[]): TextBlock[] {
  const group = isObject(value) ? value : {}
  const shown = Object.entries(content.items).filter(([key, item]) => (only?.includes(key) ?? true) && (group[key] !== undefined || item.optional !== true))
  // Where the text numbers some items, the others stand without a number: two countings would meet.
  const numbered = shown.some(([, item]) => item.no !== undefined)
  return shown.flatMap(([key, item], index) => itemBlocks(item, group[key], numbered ? (item.no ?? '') : `（${chineseNumber(index + 1)}）`, names))
}

/** One numbered item; what does not fit behind a colon follows below its heading. */
function itemBlocks(item: Content, value: Json | undefined, number: string, names: DocumentNames): TextBlock[] {
  if (item.type === 'table') return [{ block: 'heading', level: 'second', text: `${number}${item.title}` }, ...tableBlocks(item, value, names)]
  if (item.type !== 'group') return [{ block: 'paragraph', text: asSentence(`${number}${item.title}：${contentText(item, value, names)}`) }]
  const inner = isObject(value) ? value : {}
  const lines = Object.entries(item.items).filter(([key, one]) => inner[key] !== undefined || one.optional !== true)
  return [
    { block: 'heading', level: 'second', text: `${number}${item.title}` },
    ...lines.flatMap(([key, one], index) => itemBlocks(one, inner[key], `${index + 1}. `, names)),
  ]
}

/** As many columns as a page carries beside the row's number; a wider table is written row by row. */
const COLUMNS_ON_PAGE = 5

function tableBlocks(table: TableContent, value: Json | undefined, names: DocumentNames, where: Part['where'] = {}): TextBlock[] {
  const rows = (Array.isArray(value) ? value : []).filter(isObject).filter((row) => Object.entries(where).every(([column, wanted]) => row[column] === wanted))
  if (rows.length === 0) return [{ block: 'paragraph', text: '无。' }]
  const columns = Object.entries(table.columns).filter(([key]) => rows.some((row) => row[key] !== undefined))
  if (columns.length > COLUMNS_ON_PAGE) return rows.flatMap((row, index) => rowBlocks(columns, row, index + 1, names))
  return [{
    block: 'table',
    head: ['序号', ...columns.map(([, column]) => column.title)],
    rows: rows.map((row, index) => [String(index + 1), ...columns.map(([key, column]) => (row[key] === undefined ? '—' : contentText(column, row[key], names)))]),
  }]
}

/** One row of a wide table: its first column as a heading, what else was given below it. */
function rowBlocks(columns: readonly (readonly [string, Content])[], row: JsonObject, number: number, names: DocumentNames): TextBlock[] {
  const [first, ...rest] = columns.filter(([key]) => row[key] !== undefined)
  if (first === undefined) return []
  return [
    { block: 'heading', level: 'second', text: `${number}. ${contentText(first[1], row[first[0]], names)}` },
    ...rest.map(([key, column]): TextBlock => ({ block: 'paragraph', text: asSentence(`${column.title}：${contentText(column, row[key], names)}`) })),
  ]
}

/** A value in running text, by its declared type. */
export function contentText(content: Content | undefined, value: Json | undefined, names: DocumentNames): string {
  if (value === undefined || value === null || value === '') return NOT_GIVEN
  switch (content?.type) {
    case 'date': return chineseDate(String(value))
    case 'flag': return value === true ? '是' : '否'
    case 'choice': return content.of[String(value)] ?? String(value)
    case 'number': return `${String(value)}${content.unit ?? ''}`
    case 'figure': return figureText(content.unit, value)
    case 'organization': return names.organization(String(value))
    case 'person': return names.person(String(value))
    case 'reference': return names.record(content.to, String(value))
    case 'references': return listed(value, (one) => names.record(content.to, one))
    case 'texts': return listed(value, (one) => one)
    case 'file': return isObject(value) ? `见附件《${String(value['name'])}》` : NOT_GIVEN
    case 'group': return Object.entries(content.items).flatMap(([key, item]) => (isObject(value) && value[key] !== undefined ? [`${item.title}：${contentText(item, value[key], names)}`] : [])).join('；')
    case 'table': return `共${Array.isArray(value) ? value.length : 0}项`
    default: return plainText(value)
  }
}

function figureText(unit: string, value: Json): string {
  if (!isObject(value)) return plainText(value)
  const about = [value['year'] === undefined ? null : `${String(value['year'])}年`, value['source'] === undefined ? null : `来源：${String(value['source'])}`]
  const notes = about.filter((one) => one !== null).join('，')
  return `${String(value['value'])}${unit}${notes === '' ? '' : `（${notes}）`}`
}

function listed(value: Json, named: (one: string) => string): string {
  return (Array.isArray(value) ? value : [value]).map((one) => named(String(one))).join('、')
}

/** A value of no declared type: what a template names of a fact, a link or a step. */
function plainText(value: Json): string {
  if (Array.isArray(value)) return value.map(plainText).join('、')
  if (isObject(value)) return Object.values(value).map(plainText).join('，')
  return typeof value === 'string' ? chineseDate(value) : String(value)
}
