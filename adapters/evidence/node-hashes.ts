import { hash } from 'node:crypto'
import type { HashFunction } from '#core/evidence/hash-function.ts'

/** By way of a text, which costs half of what OpenSSL's own buffer does: that is allocated outside the heap for 32 bytes. */
const digest = (name: 'sha256' | 'sm3', bytes: Uint8Array): Uint8Array => Buffer.from(hash(name, bytes, 'binary'), 'binary')

/** SHA-256 (FIPS 180-4) by Node's OpenSSL. */
export const sha256: HashFunction = { name: 'sha256', digest: (bytes) => digest('sha256', bytes) }

/** SM3 (GB/T 32905-2016) by Node's OpenSSL. */
export const sm3: HashFunction = { name: 'sm3', digest: (bytes) => digest('sm3', bytes) }

/** Both hash functions of the log: the same leaves form one tree with each. */
export const logHashes = { sha256, sm3 } as const
export type LogName = keyof typeof logHashes
export const LOG_NAMES = ['sha256', 'sm3'] as const satisfies readonly LogName[]
