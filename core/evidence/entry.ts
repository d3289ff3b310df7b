import { z } from 'zod'
import type { Json } from '#core/json.ts'
import { canonicalBytes, canonicalJson } from './canonical-json.ts'
import { EVENT_TYPES, isEventType } from './event-types.ts'
import type { EventType } from './event-types.ts'
import { sameBytes } from './hash-function.ts'
import { mayHoldPersonalData, pathOfPersonalData } from './personal-data.ts'

/** An entry says what happened and names bodies by hash; whatever is longer belongs into a body. */
export const ENTRY_BYTES_LIMIT = 16_384

/** Longest opaque name (person, organisation, office, object): far above any id, far below a text. */
const NAME_LENGTH_LIMIT = 200
/** Longest purpose or provision: a sentence or two, never a document. */
const TEXT_LENGTH_LIMIT = 2_000

/** An instant is written to the millisecond, as ECMAScript's toISOString writes it. */
const INSTANT_FRACTION_DIGITS = 3

const opaqueName = z.string().max(NAME_LENGTH_LIMIT).regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/, '应为不透明编号，只含字母、数字和 . _ : / @ -')
const text = z.string().min(1).max(TEXT_LENGTH_LIMIT)
const digest = z.string().regex(/^(sha256|sm3):[0-9a-f]{64}$/, '应为 sha256: 或 sm3: 加 64 位小写十六进制数')
const instant = z.iso.datetime({ precision: INSTANT_FRACTION_DIGITS, error: '应为带毫秒的 UTC 时刻，例如 2026-11-21T01:02:03.004Z' })
const legalDate = z.iso.date('应为日期，例如 2026-11-21')

const entrySchema = z.strictObject({
  v: z.literal(1),
  /** Unique name of the entry, given when it is made; its place in the log is another thing. */
  id: z.uuid(),
  type: z.custom<EventType>((name) => typeof name === 'string' && isEventType(name), `应为下列之一：${Object.keys(EVENT_TYPES).join('、')}`),
  /** When it was recorded. The order of the log is its sequence, never this. */
  at: instant,
  /** The day on which the act counts in law, Asia/Shanghai; may lie before the recording. */
  legalDate,
  /** Opaque id of a person, or `platform` for acts of time and machine, or `anonymous` before login. */
  actor: opaqueName,
  onBehalfOf: opaqueName,
  office: opaqueName,
  action: opaqueName,
  /** What it was done to; `seq` is the number of the event where the object is a case. */
  object: z.strictObject({ kind: opaqueName, id: opaqueName, seq: z.int().nonnegative().optional() }),
  purpose: text.optional(),
  decision: z.enum(['allow', 'deny', 'done']),
  /** The provision that governed it, as the pack cites it. */
  provision: text.optional(),
  pack: z.strictObject({ id: opaqueName, version: opaqueName, digest }).optional(),
  /** Hash of the stored bytes of what the entry stands for, e.g. the event of a case. */
  bodyHash: digest.optional(),
  detail: z.record(z.string(), z.json()),
})

/** One entry of the evidence log. Personal data stand in it as salted commitments only. */
export type EvidenceEntry = z.infer<typeof entrySchema>
/** What a caller states; version, id and instant are given when it is entered. */
export type EvidenceDraft = Omit<EvidenceEntry, 'v' | 'id' | 'at'>

/** A draft or stored bytes that cannot be an entry: nothing was entered. */
export class EvidenceEntryError extends Error {
  readonly code: 'evidence-entry-malformed' | 'evidence-entry-too-long' | 'evidence-entry-personal-data' | 'evidence-entry-not-canonical'
  constructor(code: EvidenceEntryError['code'], message: string) {
    super(message)
    this.name = 'EvidenceEntryError'
    this.code = code
  }
}

const encoder = new TextEncoder()

/**
 * The bytes that are hashed and stored for an entry: canonical JSON (RFC 8785) in UTF-8.
 * @throws EvidenceEntryError when a field is missing, unknown or malformed, when it holds recognisable
 *   personal data, or when the bytes exceed ENTRY_BYTES_LIMIT.
 */
export function entryBytes(entry: EvidenceEntry): Uint8Array {
  const parsed = parse(withoutUndefined(entry))
  return checkedBytes(canonicalJson(parsed), () => parsed)
}

/** The bytes of an entry's canonical text, checked for what no schema sees; `entry` is only asked for where one must look closer. */
export function checkedBytes(written: string, entry: () => EvidenceEntry): Uint8Array {
  const found = mayHoldPersonalData(written) ? pathOfPersonalData(entry() as Json) : undefined // the schema admits JSON values only
  if (found !== undefined) {
    throw new EvidenceEntryError('evidence-entry-personal-data', `${found} 含居民身份证号或手机号，存证中只可写入加盐承诺 commit(value, salt)`)
  }
  const bytes = encoder.encode(written)
  // PostgreSQL's json cannot hold U+0000, and no honest text needs it.
  if (written.includes('\\u0000')) throw new EvidenceEntryError('evidence-entry-malformed', '存证的文本含有字符 U+0000')
  if (bytes.length > ENTRY_BYTES_LIMIT) {
    throw new EvidenceEntryError('evidence-entry-too-long', `存证有 ${bytes.length} 字节，超过 ${ENTRY_BYTES_LIMIT} 字节；请另存正文，只写入其摘要`)
  }
  return bytes
}

/**
 * Reads stored bytes back.
 * @throws EvidenceEntryError when they are no entry, or not the canonical form of what they say.
 */
export function readEntry(bytes: Uint8Array): EvidenceEntry {
  const entry = parse(parseJson(bytes))
  if (!sameBytes(canonicalBytes(entry), bytes)) {
    throw new EvidenceEntryError('evidence-entry-not-canonical', `存证 ${entry.id} 的字节不是其内容的规范形式`)
  }
  return entry
}

function parse(value: unknown): EvidenceEntry {
  const result = entrySchema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `${['$', ...issue.path.map(String)].join('.')}: ${issue.message}`)
  throw new EvidenceEntryError('evidence-entry-malformed', problems.join('; '))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new EvidenceEntryError('evidence-entry-malformed', `存储的字节不是 UTF-8 编码的 JSON：${String(cause)}`)
  }
}

/** An optional field that a caller passes as undefined is a field left out. */
function withoutUndefined(entry: EvidenceEntry): EvidenceEntry {
  if (!Object.values(entry).includes(undefined)) return entry
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as EvidenceEntry // the same keys, fewer
}
