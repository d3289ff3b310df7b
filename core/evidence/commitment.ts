import { canonicalBytes } from './canonical-json.ts'
import { writtenDigest } from './hash-function.ts'
import type { HashFunction } from './hash-function.ts'

/** A salt shorter than this can be searched together with a short value such as a name. */
export const SALT_BYTES = 32

/** Keeps a commitment apart from every other hash of the log: leaves begin with 0x00 and nodes with 0x01. */
const COMMITMENT_PREFIX = 2

/**
 * What stands in an entry instead of personal data: `hash:hex` over prefix, salt and canonical value.
 * Who holds value and salt can show that they belong to the entry; when the salt is destroyed nobody can,
 * and the entry's place in the tree stays proven (design: erasure without rewriting).
 * @param salt exactly 32 random bytes, a new one for each field of each entry.
 * @throws RangeError when the salt has another length.
 */
export function commit(hash: HashFunction, value: unknown, salt: Uint8Array): string {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a commitment needs a salt of ${SALT_BYTES} bytes, not ${salt.length}`)
  const body = canonicalBytes(value)
  const bytes = new Uint8Array(1 + salt.length + body.length)
  bytes[0] = COMMITMENT_PREFIX
  bytes.set(salt, 1)
  bytes.set(body, 1 + salt.length)
  return writtenDigest(hash, bytes)
}

/** True when the commitment was made from this value and this salt. */
export function opens(hash: HashFunction, commitment: string, value: unknown, salt: Uint8Array): boolean {
  return commit(hash, value, salt) === commitment
}

