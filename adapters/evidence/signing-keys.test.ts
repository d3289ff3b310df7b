import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CryptoSelfTestError, runCryptoSelfTest, SELF_TEST_VECTORS } from './self-test.ts'
import { openSigningKeys } from './signing-keys.ts'
import { newSm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evidence-keys-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('the checkpoint keys', () => {
  test('are made once, readable by the owner only, and found again', async () => {
    const made = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
    for (const file of ['checkpoint-ed25519.pem', 'checkpoint-sm2.hex']) expect(statSync(join(directory, 'keys', file)).mode & 0o777).toBe(0o600)
    const found = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
    expect(found.publicKeys).toEqual(made.publicKeys)
    expect(made.publicKeys.map((line) => line.split('+')[0])).toEqual(['data.example/evidence', 'data.example/evidence', 'data.example/evidence/sm3', 'data.example/evidence/sm3'])
  })

  test('are refused when others may read them, and when the file holds something else', async () => {
    await openSigningKeys(directory, 'o')
    const path = join(directory, 'checkpoint-sm2.hex')
    chmodSync(path, 0o640)
    await expect(openSigningKeys(directory, 'o')).rejects.toThrow('chmod 600')
    chmodSync(path, 0o600)
    for (const text of ['', 'nothing\n', `${'0'.repeat(64)}\n`, `${'f'.repeat(64)}\n`]) {
      writeFileSync(path, text)
      await expect(openSigningKeys(directory, 'o')).rejects.toThrow(expect.objectContaining({ code: 'evidence-signing-key-unusable' }))
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })
})

const openssl = spawnSync('openssl', ['version'])
if (openssl.error !== undefined) console.warn('NOT RUN: SM2 against the openssl command, because this machine has none')

describe('SM2 with the default ID', () => {
  test.skipIf(openssl.error !== undefined)('is what the openssl command verifies with distid 1234567812345678', () => {
    const privateKey = newSm2PrivateKey()
    const publicKey = sm2PublicKey(privateKey)
    const message = Buffer.from('origin\n1\nroot\n')
    const signature = sm2Sign(message, privateKey, publicKey)
    // SPKI of an SM2 key: id-ecPublicKey with the curve 1.2.156.10197.1.301.
    const spki = Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex'), publicKey])
    writeFileSync(join(directory, 'key.der'), spki)
    writeFileSync(join(directory, 'message'), message)
    writeFileSync(join(directory, 'signature'), derOf(signature))
    const verdict = execFileSync('openssl', ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', 'key.der', '-rawin', '-digest', 'sm3', '-in', 'message', '-sigfile', 'signature', '-pkeyopt', 'distid:1234567812345678'], { cwd: directory, encoding: 'utf8' })
    expect(verdict).toContain('Signature Verified Successfully')
  })

  test('refuses a signature of another length, another message and a key beside the curve', () => {
    const privateKey = newSm2PrivateKey()
    const publicKey = sm2PublicKey(privateKey)
    const signature = sm2Sign(Buffer.from('m'), privateKey, publicKey)
    expect(sm2Verify(Buffer.from('m'), signature, publicKey)).toBe(true)
    expect(sm2Verify(Buffer.from('n'), signature, publicKey)).toBe(false)
    expect(sm2Verify(Buffer.from('m'), signature.slice(1), publicKey)).toBe(false)
    expect(sm2Verify(Buffer.from('m'), new Uint8Array(64), publicKey)).toBe(false)
    const beside = Uint8Array.from(publicKey, (byte, at) => (at === 64 ? byte ^ 1 : byte))
    expect(sm2Verify(Buffer.from('m'), signature, beside)).toBe(false)
  })
})

describe('the self-test at start', () => {
  test('passes every known vector on this machine', () => {
    expect(runCryptoSelfTest().passed).toBe(SELF_TEST_VECTORS.length)
  })

  test('names the vector that fails', () => {
    expect(() => runCryptoSelfTest([...SELF_TEST_VECTORS, { name: 'a broken one', holds: () => false }])).toThrow(CryptoSelfTestError)
    expect(() => runCryptoSelfTest([{ name: 'a broken one', holds: () => false }])).toThrow('a broken one')
  })
})

function derOf(signature: Uint8Array): Buffer {
  const integer = (bytes: Buffer) => {
    let start = 0
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1
    const value = bytes.subarray(start)
    const body = (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value
    return Buffer.concat([Buffer.of(2, body.length), body])
  }
  const body = Buffer.concat([integer(Buffer.from(signature.subarray(0, 32))), integer(Buffer.from(signature.subarray(32)))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}
