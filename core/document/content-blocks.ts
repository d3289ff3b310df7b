import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
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

/**
 * A typed content written out: the items of a group one under the other, numbered as the text numbers them (`no`), else
 * （一）（二）…; groups within as 1. 2. …; tables with a heading and numbered rows. `only` picks items of a group.
 */
export function contentBlocks(content: Content, value: Json | undefined, names: DocumentNames, only?: readonly string[]): TextBlock[] {
  if (content.type === 'group') return groupBlocks(content, value, names, only)
  if (content.type === 'table') return [tableBlock(content, value, names)]
  return [{ block: 'paragraph', text: asSentence(contentText(content, value, names)) }]
}

function groupBlocks(content: GroupContent, value: Json | undefined, names: DocumentNames, only?: readonly string[]): TextBlock[] {
  const group = isObject(value) ? value : {}
  const shown = Object.entries(content.items).filter(([key, item]) => (only?.includes(key) ?? true) && (group[key] !== undefined || item.optional !== true))
  return shown.flatMap(([key, item], index) => itemBlocks(item, group[key], item.no ?? `（${chineseNumber(index + 1)}）`, names))
}

/** One numbered item; what does not fit behind a colon follows below its heading. */
function itemBlocks(item: Content, value: Json | undefined, number: string, names: DocumentNames): TextBlock[] {
  if (item.type === 'table') return [{ block: 'heading', level: 2, text: `${number}${item.title}` }, tableBlock(item, value, names)]
  if (item.type !== 'group') return [{ block: 'paragraph', text: asSentence(`${number}${item.title}：${contentText(item, value, names)}`) }]
  const inner = isObject(value) ? value : {}
  const lines = Object.entries(item.items).filter(([key, one]) => inner[key] !== undefined || one.optional !== true)
  return [
    { block: 'heading', level: 2, text: `${number}${item.title}` },
    ...lines.flatMap(([key, one], index) => itemBlocks(one, inner[key], `${index + 1}. `, names)),
  ]
}

function tableBlock(table: TableContent, value: Json | undefined, names: DocumentNames): TextBlock {
  const rows = (Array.isArray(value) ? value : []).filter(isObject)
  if (rows.length === 0) return { block: 'paragraph', text: '无。' }
  const columns = Object.entries(table.columns).filter(([key]) => rows.some((row) => row[key] !== undefined))
  return {
    block: 'table',
    head: ['序号', ...columns.map(([, column]) => column.title)],
    rows: rows.map((row, index) => [String(index + 1), ...columns.map(([key, column]) => (row[key] === undefined ? '—' : contentText(column, row[key], names)))]),
  }
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
