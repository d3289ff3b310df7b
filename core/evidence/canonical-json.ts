/** A value that has no canonical form; `path` says where it stands, e.g. `$.detail.rows[3]`. */
export class NotCanonicalError extends Error {
  readonly code = 'evidence-value-not-canonical'
  readonly path: string
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`)
    this.name = 'NotCanonicalError'
    this.path = path
  }
}

const encoder = new TextEncoder()

/** With the u flag a whole pair is one character, so only halves match. */
const LONE_SURROGATE = /\p{Surrogate}/u
/** ASCII that stands between quotation marks as it is: nearly every key and id, and quicker to see than to escape. */
const AS_IT_IS = /^[ !#-[\]-~]*$/

/**
 * The one text that stands for a JSON value (RFC 8785, JSON Canonicalization Scheme): no white space,
 * object keys in the order of their UTF-16 code units, numbers as ECMAScript writes them.
 * @throws NotCanonicalError for what JSON cannot say (undefined, NaN, a lone surrogate, …).
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$')
}

/** UTF-8 bytes of the canonical text: the bytes that are hashed and stored. */
export function canonicalBytes(value: unknown): Uint8Array {
  return encoder.encode(canonicalJson(value))
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeString(value, path)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonicalError(path, `${value} is not a JSON number; write a finite number or null`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return `[${items.map((item, at) => write(item, `${path}[${at}]`)).join(',')}]`
  }
  if (typeof value === 'object') return writeObject(value, path)
  throw new NotCanonicalError(path, `a ${typeof value} cannot be written as JSON; leave the key out or write null`)
}

function writeObject(value: object, path: string): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonicalError(path, 'only plain objects and arrays have a canonical form; turn it into text first')
  }
  const members = value as Readonly<Record<string, unknown>> // a plain object, as just seen
  let written = ''
  // The default order of sort() is the order of UTF-16 code units, which RFC 8785 section 3.2.3 asks for.
  for (const key of Object.keys(members).sort()) {
    written += `${written === '' ? '' : ','}${writeString(key, path)}:${write(members[key], `${path}.${key}`)}`
  }
  return `{${written}}`
}

function writeString(text: string, path: string): string {
  if (AS_IT_IS.test(text)) return `"${text}"`
  if (LONE_SURROGATE.test(text)) throw new NotCanonicalError(path, 'the text holds half a surrogate pair, which UTF-8 cannot carry')
  return JSON.stringify(text)
}
