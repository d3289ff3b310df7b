/**
 * The two ways the vault encrypts a chunk. Both give confidentiality and integrity:
 * suite 1 is AES-256-GCM; suite 2 is SM4-CTR with HMAC-SM3 over what was encrypted, because OpenSSL 3.0 knows no SM4-GCM.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Decipher, DecipherGCM } from 'node:crypto'

export const suites = ['aes-256-gcm', 'sm4-ctr-hmac-sm3'] as const
export type Suite = (typeof suites)[number]

/** The byte that names the suite in a sealed file. Never reassign one. */
export const suiteBytes: Record<Suite, number> = { 'aes-256-gcm': 1, 'sm4-ctr-hmac-sm3': 2 }

const aesKeyBytes = 32
const aesTagBytes = 16
const sm4KeyBytes = 16
const sm4BlockCounterBytes = 4
const hmacKeyBytes = 32
const hmacTagBytes = 32

/** Bytes of the nonce a chunk is sealed under: never the same twice under one key. */
export const nonceBytes = 12
/** Bytes of a data key, a master key and a version's share. */
export const keyBytes = 32

/** The ciphertext was changed, cut, reordered, or the key is another. The two cannot be told apart, by design. */
export class SealBroken extends Error {
  readonly code = 'seal-broken'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SealBroken'
  }
}

/** Seals and opens single chunks under keys derived for one purpose. */
export interface ChunkSeal {
  readonly tagBytes: number
  /** Ciphertext of the same length as `plain`, followed by the tag. */
  seal(nonce: Buffer, associated: Buffer, plain: Buffer): Buffer
  /** Throws `SealBroken` unless every bit is as sealed. */
  open(nonce: Buffer, associated: Buffer, sealed: Buffer): Buffer
  /** The same, written to the start of `target`, which has room; a chunk that does not open leaves nothing in it. */
  openInto(nonce: Buffer, associated: Buffer, sealed: Buffer, target: Uint8Array): void
}

/** unit: bytes; source: measured: what a cipher gives out in such pieces is copied from the fast cache and costs no fresh memory of a whole chunk */
const pieceBytes = 32 * 1024

/** Derives the keys for `purpose` from `key` (HKDF over SHA-256 or SM3, as the suite) and returns the chunk seal. */
export function chunkSeal(suite: Suite, key: Buffer, salt: Buffer, purpose: string): ChunkSeal {
  if (key.length !== keyBytes) throw new SealBroken(`a key has ${keyBytes} bytes, not ${key.length}`)
  const derive = (digest: string, bytes: number): Buffer => Buffer.from(hkdfSync(digest, key, salt, purpose, bytes))
  if (suite === 'aes-256-gcm') return aesGcm(derive('sha256', aesKeyBytes))
  const keys = derive('sm3', sm4KeyBytes + hmacKeyBytes)
  return sm4CtrHmac(keys.subarray(0, sm4KeyBytes), keys.subarray(sm4KeyBytes))
}

function aesGcm(key: Buffer): ChunkSeal {
  const decipherOf = (nonce: Buffer, associated: Buffer, tag: Buffer): DecipherGCM => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: aesTagBytes })
    return decipher.setAAD(associated).setAuthTag(tag)
  }
  return {
    tagBytes: aesTagBytes,
    seal(nonce, associated, plain) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated)
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(nonce, associated, sealed) {
      const { body, tag } = split(sealed, aesTagBytes)
      const decipher = decipherOf(nonce, associated, tag)
      const plain = decipher.update(body)
      try {
        const rest = decipher.final()
        return rest.length === 0 ? plain : Buffer.concat([plain, rest])
      } catch (error) {
        throw new SealBroken('authentication failed', { cause: error })
      }
    },
    openInto(nonce, associated, sealed, target) {
      const { body, tag } = split(sealed, aesTagBytes)
      const decipher = decipherOf(nonce, associated, tag)
      inPieces(decipher, body, target)
      try {
        decipher.final()
      } catch (error) {
        // Deciphered before it was known to be true.
        target.fill(0, 0, body.length)
        throw new SealBroken('authentication failed', { cause: error })
      }
    },
  }
}

function sm4CtrHmac(cipherKey: Buffer, hmacKey: Buffer): ChunkSeal {
  // The last four bytes count cipher blocks inside the chunk; 1 MiB is 65,536 of them, so chunks never overlap.
  const counterBlock = (nonce: Buffer): Buffer => Buffer.concat([nonce, Buffer.alloc(sm4BlockCounterBytes)])
  const tagOf = (nonce: Buffer, associated: Buffer, body: Buffer): Buffer => {
    const length = Buffer.alloc(sm4BlockCounterBytes)
    length.writeUInt32BE(associated.length)
    return createHmac('sm3', hmacKey).update(length).update(associated).update(nonce).update(body).digest()
  }
  const trueBody = (nonce: Buffer, associated: Buffer, sealed: Buffer): Buffer => {
    const { body, tag } = split(sealed, hmacTagBytes)
    if (!timingSafeEqual(tag, tagOf(nonce, associated, body))) throw new SealBroken('authentication failed')
    return body
  }
  return {
    tagBytes: hmacTagBytes,
    seal(nonce, associated, plain) {
      const cipher = createCipheriv('sm4-ctr', cipherKey, counterBlock(nonce))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([body, tagOf(nonce, associated, body)])
    },
    open(nonce, associated, sealed) {
      const body = trueBody(nonce, associated, sealed)
      const decipher = createDecipheriv('sm4-ctr', cipherKey, counterBlock(nonce))
      return Buffer.concat([decipher.update(body), decipher.final()])
    },
    openInto(nonce, associated, sealed, target) {
      const body = trueBody(nonce, associated, sealed)
      inPieces(createDecipheriv('sm4-ctr', cipherKey, counterBlock(nonce)), body, target)
    },
  }
}

/** Both ciphers count a stream: each piece gives out as many bytes as it takes in. */
function inPieces(decipher: Decipher, body: Buffer, target: Uint8Array): void {
  for (let at = 0; at < body.length; at += pieceBytes) target.set(decipher.update(body.subarray(at, at + pieceBytes)), at)
}

function split(sealed: Buffer, tagBytes: number): { body: Buffer; tag: Buffer } {
  if (sealed.length < tagBytes) throw new SealBroken('shorter than its tag')
  return { body: sealed.subarray(0, sealed.length - tagBytes), tag: sealed.subarray(sealed.length - tagBytes) }
}
