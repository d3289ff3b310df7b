/**
 * The secrets of protection, and the names that are made under them: pseudonyms of one scenario, and the hashes by which
 * the ledger of releases knows an entity again. Names are made where the keys are; the process that reads the rows asks for them.
 */
import { createHash, createHmac } from 'node:crypto'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'

/** Rules of one version, and the key under which this scenario's pseudonyms are made. */
export interface Protection {
  readonly rules: ProtectionRules
  /** 32 bytes; null only where no rule asks for pseudonyms. */
  readonly pseudonymKey: Buffer | null
  /** Absent where nothing released is compared by the entities behind it. */
  readonly entityHash?: EntityHash
}

/**
 * By what the ledger of releases knows an entity again in another scenario, whose pseudonyms differ: a column beside the
 * protected ones that no statement of a tenant can name.
 */
export interface EntityHash {
  /** Known to the platform alone. */
  readonly secret: string
  /** What is identified, so that equal keys of different kinds are not one entity. */
  readonly kind: string
  readonly key: readonly string[]
}

/** No declared column can have this name. */
export const ENTITY_HASH_COLUMN = 'entity-hash'
/** unit: hexadecimal digits; source: 64 bits, as the ledger's own hashes */
const ENTITY_HASH_DIGITS = 16
/** Stands between two parts of a key; no text of a table holds it. */
export const KEY_SEPARATOR = '\u001f'

/** unit: hexadecimal digits; source: 128 bits, so that no two persons of a country meet by chance */
const PSEUDONYM_DIGITS = 32
const PSEUDONYM_PURPOSE = 'gongshu pseudonym 1\0'

/** The pseudonym of a value under one scenario's key (HMAC-SM3, GB/T 15852.2). Without the key it cannot be found by trying. */
export function pseudonymOf(key: Buffer, text: string): string {
  return createHmac('sm3', key).update(PSEUDONYM_PURPOSE).update(text).digest('hex').slice(0, PSEUDONYM_DIGITS)
}

/**
 * The hash of an entity. The secret stands before a text of known form and only the half of the digest is kept, so nothing
 * can be appended to it. @param text the parts of the entity's key, in order, with `KEY_SEPARATOR` between them
 */
export function entityHashOf({ secret, kind }: EntityHash, text: string): string {
  return createHash('sha256').update(`${secret}|${kind}|${KEY_SEPARATOR}${text}`).digest('hex').slice(0, ENTITY_HASH_DIGITS)
}
