import { hash } from 'node:crypto'
import type { HashFunction } from '#core/evidence/hash-function.ts'

/** SHA-256 (FIPS 180-4) by Node's OpenSSL. */
export const sha256: HashFunction = { name: 'sha256', digest: (bytes) => hash('sha256', bytes, 'buffer') }

/** SM3 (GB/T 32905-2016) by Node's OpenSSL. */
export const sm3: HashFunction = { name: 'sm3', digest: (bytes) => hash('sm3', bytes, 'buffer') }

/** Both hash functions of the log: the same leaves form one tree with each. */
export const logHashes = { sha256, sm3 } as const
export type LogName = keyof typeof logHashes
export const LOG_NAMES = ['sha256', 'sm3'] as const satisfies readonly LogName[]
