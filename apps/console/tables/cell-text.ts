import type { Json } from '#core/json.ts'

const SHOWN_MAX = 200 // characters of a cell; the rest is in the download

/** A JSON value as the text of a table's cell. */
export function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('、')
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
