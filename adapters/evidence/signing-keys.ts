import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sm3Origin } from '#core/evidence/checkpoint.ts'
import { noteKey, writeNoteKey } from '#core/evidence/signed-note.ts'
import type { NoteSigner } from '#core/evidence/signed-note.ts'
import { LOG_NAMES, sha256 } from './node-hashes.ts'
import type { LogName } from './node-hashes.ts'
import { newSm2PrivateKey, sm2PublicKey, sm2Sign } from './sm2.ts'

/** A key file that cannot be used; `message` says which and how to cure it. */
export class SigningKeyError extends Error {
  readonly code = 'evidence-signing-key-unusable'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SigningKeyError'
  }
}

/**
 * The keys that sign the checkpoints of one origin. `signers` sign the note of each log, Ed25519 first;
 * `publicKeys` are the lines that verifiers keep. Soft keys: a certified device takes the place of a signer
 * where the cryptography assessment asks for one.
 */
export type SigningKeys = {
  readonly origin: string
  readonly signers: Readonly<Record<LogName, readonly NoteSigner[]>>
  readonly publicKeys: readonly string[]
}

const ED25519_FILE = 'checkpoint-ed25519.pem'
const SM2_FILE = 'checkpoint-sm2.hex'
const OWNER_ONLY = 0o600
const OWNER_ONLY_DIRECTORY = 0o700
const OTHERS_MAY = 0o077
const ED25519_PUBLIC_KEY_BYTES = 32

/**
 * Loads the checkpoint keys from the directory; those that do not exist are made there, readable by the owner only.
 * @param origin name of the log, a host and path without scheme, e.g. `data.example/evidence`.
 * @throws SigningKeyError when a file is open to others or does not hold a key. Nothing is ever overwritten.
 */
export async function openSigningKeys(directory: string, origin: string): Promise<SigningKeys> {
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
  const ed25519 = await openEd25519(join(directory, ED25519_FILE))
  const sm2 = await openSm2(join(directory, SM2_FILE))
  const signersFor = (name: string): readonly NoteSigner[] => [
    { key: noteKey(sha256, name, 'ed25519', rawPublicKey(ed25519)), sign: (message) => Promise.resolve(sign(null, message, ed25519)) },
    { key: noteKey(sha256, name, 'sm2', sm2.publicKey), sign: (message) => Promise.resolve(sm2Sign(message, sm2.privateKey, sm2.publicKey)) },
  ]
  const signers = { sha256: signersFor(origin), sm3: signersFor(sm3Origin(origin)) }
  return { origin, signers, publicKeys: LOG_NAMES.flatMap((log) => signers[log].map(({ key }) => writeNoteKey(key))) }
}

async function openEd25519(path: string): Promise<KeyObject> {
  const pem = await readOrMake(path, () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`the key is of type ${key.asymmetricKeyType ?? 'unknown'}`)
    return key
  } catch (cause) {
    throw new SigningKeyError(`${path} 不是 PEM 格式的 Ed25519 私钥，请从备份恢复该文件`, { cause })
  }
}

async function openSm2(path: string): Promise<{ privateKey: Uint8Array; publicKey: Uint8Array }> {
  const text = await readOrMake(path, () => `${Buffer.from(newSm2PrivateKey()).toString('hex')}\n`)
  try {
    if (!/^[0-9a-f]{64}\n$/.test(text)) throw new TypeError('64 hexadecimal digits and a line feed were expected')
    const privateKey = Uint8Array.from(Buffer.from(text.trim(), 'hex'))
    return { privateKey, publicKey: sm2PublicKey(privateKey) }
  } catch (cause) {
    throw new SigningKeyError(`${path} 不是 SM2 私钥，请从备份恢复该文件`, { cause })
  }
}

async function readOrMake(path: string, make: () => string): Promise<string> {
  try {
    const { mode } = await stat(path)
    if ((mode & OTHERS_MAY) !== 0) throw new SigningKeyError(`${path} 可被其他用户读写，请执行：chmod 600 ${path}`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const text = make()
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  return text
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return Uint8Array.from(der.subarray(-ED25519_PUBLIC_KEY_BYTES))
}
