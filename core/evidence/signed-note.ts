import { sameBytes, toHex } from './hash-function.ts'
import type { HashFunction } from './hash-function.ts'

/** unit: first byte of a key; source: C2SP signed-note, for signatures without a number of their own */
const UNASSIGNED = 0xff

/** Signature algorithms of a note: Ed25519 has C2SP's number 0x01; SM2 has none, so the unassigned byte and a name. */
export const NOTE_ALGORITHMS = {
  ed25519: Uint8Array.of(0x01),
  sm2: Uint8Array.of(UNASSIGNED, ...new TextEncoder().encode('gm/sm2-sm3')),
} as const
export type NoteAlgorithm = keyof typeof NOTE_ALGORITHMS

/** A public key under the name of a log, with the four bytes by which a signature line points at it. */
export type NoteKey = { readonly name: string; readonly algorithm: NoteAlgorithm; readonly publicKey: Uint8Array; readonly keyId: Uint8Array }

/** Signs the bytes of a note; may live in a device outside, hence the promise. Signature without key id. */
export type NoteSigner = { readonly key: NoteKey; sign(message: Uint8Array): Promise<Uint8Array> }

export type NoteSignature = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array }
export type SignedNote = { readonly text: string; readonly signatures: readonly NoteSignature[] }

/** A signed note whose form is broken. */
export class SignedNoteError extends Error {
  readonly code = 'evidence-note-malformed'
  constructor(message: string) {
    super(message)
    this.name = 'SignedNoteError'
  }
}

/** Length in bytes of the key id before each signature (C2SP signed-note). */
const KEY_ID_BYTES = 4
const SIGNATURE_MARK = '— '
const encoder = new TextEncoder()

/** A key under a log's name. Its id is the first four bytes of SHA-256(name ‖ LF ‖ algorithm ‖ key) (C2SP signed-note). */
export function noteKey(sha256: HashFunction, name: string, algorithm: NoteAlgorithm, publicKey: Uint8Array): NoteKey {
  if (!/^[^\s+]+$/u.test(name)) throw new SignedNoteError(`the key name "${name}" must be without spaces and plus signs`)
  const id = sha256.digest(Uint8Array.of(...encoder.encode(`${name}\n`), ...NOTE_ALGORITHMS[algorithm], ...publicKey))
  return { name, algorithm, publicKey, keyId: id.slice(0, KEY_ID_BYTES) }
}

/** The key as a line for a verifier's list: name, key id in hexadecimal, algorithm and key in base64 (C2SP signed-note). */
export function writeNoteKey(key: NoteKey): string {
  return `${key.name}+${toHex(key.keyId)}+${toBase64(Uint8Array.of(...NOTE_ALGORITHMS[key.algorithm], ...key.publicKey))}`
}

/** The whole note: text, an empty line, one line for each signer in the order given. The text ends with a line feed. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!text.endsWith('\n')) throw new SignedNoteError('the text of a note must end with a line feed')
  const message = encoder.encode(text)
  const lines = await Promise.all(
    signers.map(async ({ key, sign }) => `${SIGNATURE_MARK}${key.name} ${toBase64(Uint8Array.of(...key.keyId, ...(await sign(message))))}\n`),
  )
  return `${text}\n${lines.join('')}`
}

/**
 * Takes a note apart. Nothing is verified here.
 * @throws SignedNoteError when the empty line, a signature line or the last line feed is missing or malformed.
 */
export function readNote(note: string): SignedNote {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new SignedNoteError('a note needs a text, an empty line and signature lines')
  const lines = note.slice(end, -1).split('\n').filter((line) => line !== '')
  if (lines.length === 0) throw new SignedNoteError('the note has no signature')
  return { text: note.slice(0, end + 1), signatures: lines.map(readSignature) }
}

function readSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : fromBase64(encoded)
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) throw new SignedNoteError(`not a signature line: ${line}`)
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) }
}

/** The signature in the note that points at this key, if there is one. */
export function signatureBy(note: SignedNote, key: NoteKey): Uint8Array | undefined {
  return note.signatures.find((line) => line.name === key.name && sameBytes(line.keyId, key.keyId))?.signature
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Bytes of a standard base64 text, or undefined when it is not exactly what toBase64 would write. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 'AAAA'.length !== 0) return undefined
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : undefined
}
