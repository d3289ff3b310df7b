import { createPublicKey, verify } from 'node:crypto'
import { leafHash, rootOf } from '#core/evidence/merkle-tree.ts'
import { sha256, sm3 } from './node-hashes.ts'
import { newSm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts'

/** The cryptography of this machine gives wrong answers: nothing may be signed or entered. */
export class CryptoSelfTestError extends Error {
  readonly code = 'evidence-crypto-self-test-failed'
  constructor(failed: readonly string[]) {
    super(`密码算法自检未通过：${failed.join('、')}。请修复 Node.js 或其 OpenSSL 后再启动`)
    this.name = 'CryptoSelfTestError'
  }
}

/** One known vector: its name with the standard it stands in, and whether this machine gives the known answer. */
export type SelfTestVector = { readonly name: string; readonly holds: () => boolean }

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const textOf = (text: string) => new TextEncoder().encode(text)

/** GB/T 32918.5-2017 appendix A: key, message "message digest", default ID. */
const SM2_PUBLIC_KEY = bytesOf('0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13')
const SM2_SIGNATURE = bytesOf('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa')

/** RFC 8032 section 7.1 test 2; the prefix makes an SPKI structure of the raw key. */
const ED25519_PUBLIC_KEY = bytesOf('302a300506032b65700321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
const ED25519_SIGNATURE = bytesOf('92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00')

/** Leaves of the RFC 6962 reference data of Certificate Transparency and their root. */
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const CT_ROOT = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'

export const SELF_TEST_VECTORS: readonly SelfTestVector[] = [
  { name: 'FIPS 180-4 SHA-256 "abc"', holds: () => hexOf(sha256.digest(textOf('abc'))) === 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  { name: 'GM/T 0004 SM3 "abc"', holds: () => hexOf(sm3.digest(textOf('abc'))) === '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' },
  { name: 'GM/T 0004 SM3 64 bytes', holds: () => hexOf(sm3.digest(textOf('abcd'.repeat(16)))) === 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732' },
  { name: 'GB/T 32918.5 SM2 signature', holds: () => sm2Verify(textOf('message digest'), SM2_SIGNATURE, SM2_PUBLIC_KEY) },
  { name: 'GB/T 32918.5 SM2 signature over another message', holds: () => !sm2Verify(textOf('message digesT'), SM2_SIGNATURE, SM2_PUBLIC_KEY) },
  { name: 'SM2 sign and verify', holds: signsItself },
  { name: 'RFC 8032 Ed25519 test 2', holds: () => verify(null, Uint8Array.of(0x72), createPublicKey({ key: Buffer.from(ED25519_PUBLIC_KEY), format: 'der', type: 'spki' }), ED25519_SIGNATURE) },
  { name: 'RFC 6962 root of eight leaves', holds: () => hexOf(rootOf(sha256, CT_LEAVES.map((leaf) => leafHash(sha256, bytesOf(leaf))))) === CT_ROOT },
]

function signsItself(): boolean {
  const privateKey = newSm2PrivateKey()
  const publicKey = sm2PublicKey(privateKey)
  return sm2Verify(textOf('公枢'), sm2Sign(textOf('公枢'), privateKey, publicKey), publicKey)
}

/**
 * Runs every known vector. To be called at each start; its result belongs into the entry `server-started`.
 * @returns how many vectors held and their names.
 * @throws CryptoSelfTestError naming those that did not.
 */
export function runCryptoSelfTest(vectors: readonly SelfTestVector[] = SELF_TEST_VECTORS): { passed: number; vectors: string[] } {
  const failed = vectors.filter(({ holds }) => !holds()).map(({ name }) => name)
  if (failed.length > 0) throw new CryptoSelfTestError(failed)
  return { passed: vectors.length, vectors: vectors.map(({ name }) => name) }
}
