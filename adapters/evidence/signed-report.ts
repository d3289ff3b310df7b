import { createPublicKey, verify } from 'node:crypto'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import { toHex } from '#core/evidence/hash-function.ts'
import { NOTE_ALGORITHMS, fromBase64, readNote, signNote } from '#core/evidence/signed-note.ts'
import { sha256, sm3 } from './node-hashes.ts'
import type { SigningKeys } from './signing-keys.ts'
import { sm2Verify } from './sm2.ts'

/** Prefix of an Ed25519 public key in SPKI form (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_ID_BYTES = 4

/**
 * The text that is signed for a report: a name of its own, so that no report can pass for a checkpoint of the log; the
 * job; and both digests of the report's canonical text.
 */
export function reportText(origin: string, job: string, report: unknown): string {
  const bytes = canonicalBytes(report)
  return `${origin}/disclosure-report\n${job}\nsha256:${toHex(sha256.digest(bytes))}\nsm3:${toHex(sm3.digest(bytes))}\n`
}

/** Signs a report with the platform's keys, Ed25519 and SM2, as a note like those of the log's checkpoints. */
export function signReport(keys: SigningKeys, job: string, report: unknown): Promise<string> {
  return signNote(reportText(keys.origin, job, report), keys.signers.sha256)
}

export type ReportSignature = 'valid' | 'report-changed' | 'signature-invalid' | 'no-known-key'

/**
 * Whether a note signs this report of this job, and by a key of the list.
 * @param publicKeys lines as verifiers keep them: name, key id, and algorithm with key in base64
 * @throws SignedNoteError where the note is malformed
 */
export function verifyReport(note: string, job: string, report: unknown, publicKeys: readonly string[]): ReportSignature {
  const { text, signatures } = readNote(note)
  const origin = (text.split('\n')[0] ?? '').replace(/\/disclosure-report$/, '')
  if (text !== reportText(origin, job, report)) return 'report-changed'
  const message = new TextEncoder().encode(text)
  let known = 0
  for (const { name, keyId, signature } of signatures) {
    const key = publicKeys.map(keyOfLine).find((one) => one !== null && one.name === name && one.keyId === toHex(keyId))
    if (key === undefined || key === null) continue
    known += 1
    const holds = key.algorithm === 'sm2' ? sm2Verify(message, signature, key.publicKey)
      : verify(null, message, createPublicKey({ key: Buffer.concat([ED25519_SPKI, key.publicKey]), format: 'der', type: 'spki' }), signature)
    if (!holds) return 'signature-invalid'
  }
  return known === 0 ? 'no-known-key' : 'valid'
}

function keyOfLine(line: string): { readonly name: string; readonly keyId: string; readonly algorithm: 'ed25519' | 'sm2'; readonly publicKey: Uint8Array } | null {
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]+)\+(.+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (name === '' || keyId.length !== KEY_ID_BYTES * 'ff'.length || bytes === undefined) return null
  for (const algorithm of ['ed25519', 'sm2'] as const) {
    const mark = NOTE_ALGORITHMS[algorithm]
    if (mark.every((byte, place) => bytes[place] === byte)) return { name, keyId, algorithm, publicKey: bytes.slice(mark.length) }
  }
  return null
}
