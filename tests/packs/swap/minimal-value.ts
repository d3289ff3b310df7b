import type { Content } from '#core/pack/content-format.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'

const HASH = '0'.repeat(64)

/** The smallest value that a declared content accepts; optional items are left out. Dates are the day of the act. */
export function minimalValue(content: Content, today: string, index = 0): Json {
  const many = (count: number, name: string) => Array.from({ length: Math.max(count, 1) }, (_, at) => `${name}-${at + 1}`)
  switch (content.type) {
    case 'text': {
      const text = index === 0 ? '试填文字' : `试填文字${index}`
      return text.padEnd(content.min ?? 0, '填').slice(0, content.max)
    }
    case 'number':
      return Math.max(content.min ?? 1, Math.min(1, content.max ?? 1))
    case 'date':
      return today
    case 'flag':
      return true
    case 'choice':
      return Object.keys(content.of)[0] ?? ''
    case 'file':
      return { sha256: HASH, name: '试填.pdf', size: 1 }
    case 'figure':
      return { value: 1, source: '试填' }
    case 'reference':
      return `${content.to}-${index + 1}`
    case 'references':
      return many(content.min ?? 1, content.to)
    case 'texts':
      return many(content.min ?? 1, '项')
    case 'organization':
      return `org-${content.office ?? 'any'}`
    case 'person':
      return 'person-any'
    case 'text-hash':
      return HASH
    case 'group':
      return minimalRow(content.items, today, index)
    case 'table':
      return Array.from({ length: content.min_rows ?? 1 }, (_, at) => minimalRow(content.columns, today, at))
  }
}

/** A row or group with its required items. */
export function minimalRow(items: Readonly<Record<string, Content>>, today: string, index = 0): JsonObject {
  return Object.fromEntries(Object.entries(items).flatMap(([id, item]) => {
    if (item.optional) return []
    // What ends, ends later than what begins; dates within a year compare rightly wherever they are copied.
    const day = item.type === 'date' && /(^|-)(end|ends|until)$/.test(id) ? '2027-06-30' : today
    return [[id, minimalValue(item, day, index)]]
  }))
}

/** Numbers the rows of tables whose key column repeats; rows are copied where a check wants several. */
export function withDistinctKeys(content: Content, value: Json): void {
  if (content.type === 'group' && isObject(value)) {
    for (const [id, item] of Object.entries(content.items)) withDistinctKeys(item, value[id] ?? null)
  }
  if (content.type !== 'table' || !Array.isArray(value)) return
  const seen = new Set<Json>()
  for (const [index, row] of value.entries()) {
    if (!isObject(row)) continue
    const key = content.key === undefined ? null : (row[content.key] ?? null)
    if (content.key !== undefined && typeof key === 'string' && seen.has(key)) row[content.key] = `${key}${index + 1}`
    seen.add(key)
    for (const [id, column] of Object.entries(content.columns)) withDistinctKeys(column, row[id] ?? null)
  }
}
