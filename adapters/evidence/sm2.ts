import { randomBytes } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'

// Node's own SM2 is not used: it signs with ECDSA or with an empty ID, which no other product verifies.

/** The ID that GM/T 0009-2012 section 10 prescribes where the parties agreed on none. */
const DEFAULT_ID = '1234567812345678'
const PRIVATE_KEY_BYTES = 32
/** Uncompressed point: 0x04, x, y. */
const PUBLIC_KEY = /^04[0-9a-f]{128}$/
const SIGNATURE_BYTES = 64

/** Order of the group, GB/T 32918.5-2017; a private key lies between 1 and n − 2. */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

/** A new private key of 32 bytes from the system's random source. */
export function newSm2PrivateKey(): Uint8Array {
  for (;;) {
    const candidate = randomBytes(PRIVATE_KEY_BYTES)
    if (isPrivateKey(candidate)) return Uint8Array.from(candidate)
  }
}

/** Public key of a private key: 65 bytes, 0x04 ‖ x ‖ y. @throws RangeError when it is no private key. */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  if (!isPrivateKey(privateKey)) throw new RangeError('an SM2 private key is a number of 32 bytes between 1 and n − 2')
  return Uint8Array.from(Buffer.from(sm2.getPublicKeyFromPrivateKey(hex(privateKey)), 'hex'))
}

/** SM2 signature with SM3 and the default ID over the message (GB/T 32918.2-2016): 64 bytes, r ‖ s. */
export function sm2Sign(message: Uint8Array, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const signature = sm2.doSignature(message, hex(privateKey), { der: false, hash: true, publicKey: hex(publicKey), userId: DEFAULT_ID })
  return Uint8Array.from(Buffer.from(signature, 'hex'))
}

/** True when the signature (64 bytes, r ‖ s) is that of this key with the default ID; false for anything malformed. */
export function sm2Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = hex(publicKey)
  if (signature.length !== SIGNATURE_BYTES || !PUBLIC_KEY.test(key) || !isOnCurve(key)) return false
  return sm2.doVerifySignature(message, hex(signature), key, { der: false, hash: true, userId: DEFAULT_ID })
}

function isOnCurve(key: string): boolean {
  try {
    return sm2.verifyPublicKey(key)
  } catch {
    // The library throws where it could answer no; any reason it has for refusing the point is a no.
    return false
  }
}

function isPrivateKey(bytes: Uint8Array): boolean {
  if (bytes.length !== PRIVATE_KEY_BYTES) return false
  const value = BigInt(`0x${hex(bytes)}`)
  return value >= 1n && value <= ORDER - 2n
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
