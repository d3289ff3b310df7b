import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Basis } from '../pack/basis.ts'
import type { Content, FigureContent, GroupContent, TableContent } from '../pack/content-format.ts'

/**
 * The first way in which a value is not what the pack declares, or null. Names the place by titles, the item's
 * own provision where it has one, and the cure. Bodies are closed: unknown keys are refused.
 */
export function contentRefusal(content: Content, value: Json | undefined, place: string, basis: Basis): Refusal | null {
  const rests = content.basis ?? basis
  const where = `${place}${content.no ?? ''}${content.title}`
  if (value === undefined || value === null || value === '') {
    if (content.optional) return null
    return refuse('content-must-be-present', rests, `缺少“${where}”。`, `请填写“${where}”后再提交。`, { content: where })
  }
  const wrong = wrongKind(content, value)
  if (wrong !== null) {
    return refuse('content-must-be-typed', rests, `“${where}”${wrong}。`, `请按要求填写“${where}”。`, { content: where })
  }
  if (content.type === 'group' && isObject(value)) return groupRefusal(content, value, where, rests)
  if (content.type === 'table' && Array.isArray(value)) return tableRefusal(content, value, where, rests)
  return null
}

function groupRefusal(content: GroupContent, value: JsonObject, where: string, basis: Basis): Refusal | null {
  const unknown = Object.keys(value).find((key) => !(key in content.items))
  if (unknown !== undefined) return unknownRefusal(where, unknown, basis)
  for (const [key, item] of Object.entries(content.items)) {
    const refusal = contentRefusal(item, value[key], `${where}／`, basis)
    if (refusal) return refusal
  }
  return null
}

function tableRefusal(content: TableContent, rows: Json[], where: string, basis: Basis): Refusal | null {
  if (rows.length < (content.min_rows ?? 1)) {
    return refuse('content-must-be-present', basis, `“${where}”至少填写${content.min_rows ?? 1}行。`, `请补充“${where}”的行。`, { content: where })
  }
  const seen = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const at = `${where}第${index + 1}行／`
    if (!isObject(row)) {
      return refuse('content-must-be-typed', basis, `“${where}”第${index + 1}行不是一行数据。`, '请按表格各列填写。', { content: where, row: index + 1 })
    }
    const unknown = Object.keys(row).find((key) => !(key in content.columns))
    if (unknown !== undefined) return unknownRefusal(at, unknown, basis)
    for (const [key, column] of Object.entries(content.columns)) {
      const refusal = contentRefusal(column, row[key], at, basis)
      if (refusal) return refusal
    }
    const key = content.key === undefined ? undefined : row[content.key]
    if (typeof key === 'string') {
      if (seen.has(key)) {
        return refuse('rows-must-not-repeat', basis, `“${where}”第${index + 1}行重复（${key}）。`, '请删去重复的行。', { content: where, row: index + 1 })
      }
      seen.add(key)
    }
  }
  return null
}

function unknownRefusal(where: string, key: string, basis: Basis): Refusal {
  return refuse('content-must-be-declared', basis, `“${where}”不含名为“${key}”的内容。`, '请删去规则包没有规定的内容。', { content: where, key })
}

/** unit: characters; source: the platform's own bound for any text that sets none */
const TEXT_MAX = 20_000

/** What is wrong with the value's kind, in words that follow “名称”; null where nothing is. */
function wrongKind(content: Content, value: Json): string | null {
  switch (content.type) {
    case 'text':
      return wrongText(value, content.min ?? 1, content.max ?? TEXT_MAX)
    case 'number':
      return wrongNumber(value, content.min, content.max, content.integer ?? false, content.unit ?? '')
    case 'date':
      return typeof value === 'string' && isCalendarDate(value) ? null : '应为日期（年-月-日）'
    case 'flag':
      return typeof value === 'boolean' ? null : '应为“是”或“否”'
    case 'choice':
      return typeof value === 'string' && value in content.of ? null : `应为下列之一：${Object.values(content.of).join('、')}`
    case 'file':
      return wrongFile(value)
    case 'figure':
      return wrongFigure(content, value)
    case 'reference':
    case 'organization':
    case 'person':
      return typeof value === 'string' && value.length <= ID_MAX ? null : '应选择一项'
    case 'text-hash':
      return typeof value === 'string' && HASH.test(value) ? null : '应为文本的哈希值'
    case 'references':
    case 'texts':
      return wrongList(value, content.min ?? 1)
    case 'group':
      return isObject(value) ? null : '应逐项填写'
    case 'table':
      return Array.isArray(value) ? null : '应为表格'
  }
}

/** unit: characters of an id; source: the platform's own bound */
const ID_MAX = 200
const HASH = /^[0-9a-f]{64}$/

function wrongText(value: Json, min: number, max: number): string | null {
  if (typeof value !== 'string') return '应为文字'
  const length = [...value.trim()].length
  if (length < min) return `不少于${min}个字`
  return length > max ? `不超过${max}个字` : null
}

function wrongNumber(value: Json, min: number | undefined, max: number | undefined, integer: boolean, unit: string): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '应为数字'
  if (integer && !Number.isSafeInteger(value)) return '应为整数'
  if (min !== undefined && value < min) return `不小于${min}${unit}`
  return max !== undefined && value > max ? `不大于${max}${unit}` : null
}

function wrongFile(value: Json): string | null {
  if (!isObject(value)) return '应附文件'
  const { sha256, name, size } = value
  const whole = typeof sha256 === 'string' && HASH.test(sha256) && typeof name === 'string' && name !== '' && typeof size === 'number'
  if (!whole) return '应附已上传的文件（名称、大小、哈希值）'
  return Object.keys(value).every((key) => FILE_KEYS.has(key)) ? null : '含有文件信息以外的内容'
}

const FILE_KEYS = new Set(['sha256', 'sm3', 'name', 'size', 'media_type'])

function wrongFigure(content: FigureContent, value: Json): string | null {
  if (!isObject(value)) return `应为数值（${content.unit}）并注明来源`
  if (typeof value['value'] !== 'number' || !Number.isFinite(value['value'])) return `应填写数值（${content.unit}）`
  if (typeof value['source'] !== 'string' || value['source'].trim() === '') return '应注明数据来源'
  if (value['method'] !== undefined && typeof value['method'] !== 'string') return '的测算方法应为文字'
  return Object.keys(value).every((key) => FIGURE_KEYS.has(key)) ? null : '含有数值、来源、方法、年份以外的内容'
}

const FIGURE_KEYS = new Set(['value', 'source', 'method', 'year'])

function wrongList(value: Json, min: number): string | null {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && one !== '' && one.length <= ID_MAX)) return '应为清单'
  if (new Set(value).size !== value.length) return '有重复的项'
  return value.length < min ? `至少${min}项` : null
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
