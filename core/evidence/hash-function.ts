/** A hash function handed in from outside: core brings no cryptography of its own. */
export type HashFunction = {
  /** Name as it stands before the colon in a written digest, e.g. `sha256:…`. */
  readonly name: 'sha256' | 'sm3'
  /** Digest of exactly these bytes; 32 bytes for both functions. */
  digest(bytes: Uint8Array): Uint8Array
}

/** Length in bytes of a SHA-256 (FIPS 180-4) and of an SM3 (GB/T 32905) digest. */
export const DIGEST_BYTES = 32

/** unit: none; source: hexadecimal notation */
const HEX_RADIX = 16
/** unit: digits; source: a byte has two hexadecimal digits */
const HEX_DIGITS_PER_BYTE = 2

/** Lower-case hexadecimal of the bytes, two digits for each. */
export function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(HEX_RADIX).padStart(HEX_DIGITS_PER_BYTE, '0')
  return hex
}

/** The digest of the bytes as it is written in entries: name, colon, lower-case hexadecimal. */
export function writtenDigest(hash: HashFunction, bytes: Uint8Array): string {
  return `${hash.name}:${toHex(hash.digest(bytes))}`
}

/** True when both hold the same bytes. For digests that anybody may know, so not in constant time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
