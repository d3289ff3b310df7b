import { randomUUID } from 'node:crypto'

/** Whole numbers that JSON here would round; in a text of JSON a key is followed by a colon, so that no string can look like this. */
const LONG_NUMBERS = /"(value|upper|lower)":(-?\d{16,})(?=[,}])/g
const BROKEN: ReadonlySet<string> = new Set(['DOUBLE', 'FLOAT'])
const WHOLE: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'DECIMAL'])

/** A statement's tree as the engine wrote it: whole numbers of sixteen digits and more are texts, so that none is rounded. */
export function readTree(text: string): unknown {
  return JSON.parse(text.replaceAll(LONG_NUMBERS, '"$1":"$2"')) as unknown // the gate takes an unknown tree
}

/**
 * A tree as the engine reads it: long numbers without quotes as they came, and a broken number with its point also where it is
 * whole, for the engine takes 10000 for no double. Places are left out: they are not needed to write a statement, and the
 * engine's "no place" is a number that JSON here cannot keep.
 */
export function writeTree(tree: unknown): string {
  // Nobody can write into a statement what is drawn here.
  const mark = randomUUID()
  const text = JSON.stringify(tree, (field, value: unknown) => (field === 'query_location' ? undefined : exact(value, mark)))
  return text.replaceAll(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1')
}

function exact(value: unknown, mark: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('upper' in value && 'lower' in value) return { ...value, upper: unquoted(value.upper, mark), lower: unquoted(value.lower, mark) }
  if (!('value' in value) || !('type' in value)) return value
  const { type, value: held } = value
  const id = typeof type === 'object' && type !== null && 'id' in type ? String(type.id) : ''
  if (BROKEN.has(id) && typeof held === 'number') return { ...value, value: `${mark}${Number.isInteger(held) && !String(held).includes('e') ? `${held}.0` : held}` }
  return WHOLE.has(id) ? { ...value, value: unquoted(held, mark) } : value
}

function unquoted(held: unknown, mark: string): unknown {
  return typeof held === 'string' && /^-?\d+$/.test(held) ? `${mark}${held}` : held
}
