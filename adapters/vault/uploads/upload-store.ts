/**
 * Uploads in pieces that survive everything: each piece is sealed in a file of its own, and becomes part of the upload by
 * one rename. What has been received is what the folder holds; there is no other record that could disagree with it.
 *
 * <data directory>/uploads/<id>/upload.json          what was announced, and the wrapped key
 *                              /<offset>-<bytes>     one sealed piece
 *                              /<offset>.part        a piece under way; of no account
 * <data directory>/uploads.owner                     the one process that works on the folder
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { overwriteAndUnlink, syncDirectory } from '#adapters/vault/seal/durable-files.ts'
import { SealedWriter, readSealed } from '#adapters/vault/seal/sealed-file.ts'
import { keyBytes, suites } from '#adapters/vault/seal/suite.ts'
import { ownFolder } from '#adapters/vault/uploads/folder-owner.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import type { Vault } from '#adapters/vault/vault.ts'

const announced = z.strictObject({
  id: z.uuid(),
  organization: z.string().min(1),
  /** The file's name as the provider knows it; shown, never part of a path. */
  name: z.string().min(1).max(200),
  bytes: z.int().positive(),
  suite: z.enum(suites),
  wrappedKey: z.base64(),
})
type Announced = z.infer<typeof announced>

export interface UploadProgress {
  id: string
  organization: string
  name: string
  /** Bytes of the whole file as announced, and of it safely kept. */
  bytes: number
  received: number
  lastReceivedAt: Date
}

/** unit: bytes; platform default: large enough for 10 GB in some 160 pieces, small enough to send again */
export const pieceBytesMax = 64 * 1024 * 1024
/** unit: bytes; platform default: what a file that is pulled holds in memory before it is sealed */
const filledPieceBytes = 8 * 1024 * 1024
const privateDirectory = 0o700
const privateFile = 0o600
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const piecePattern = /^(\d+)-(\d+)$/

/** The uploads of one vault. One process owns the folder; two pieces of one upload are never taken at once. */
export class UploadStore {
  readonly #vault: Vault
  readonly #root: string
  readonly #busy = new Set<string>()

  private constructor(vault: Vault, root: string) {
    this.#vault = vault
    this.#root = root
  }

  /** Opens the store and removes pieces that a killed process left half written. Throws `FolderOwned` where another process lives on it. */
  static async open(vault: Vault): Promise<UploadStore> {
    const root = join(vault.dataDirectory, 'uploads')
    await mkdir(root, { recursive: true, mode: privateDirectory })
    await ownFolder(`${root}.owner`)
    for (const id of await readdir(root)) {
      for (const name of await readdir(join(root, id))) {
        if (name.endsWith('.part')) await overwriteAndUnlink(join(root, id, name))
      }
    }
    return new UploadStore(vault, root)
  }

  /** Announces a file of `bytes` bytes. Throws `upload-size-must-be-within-limit`. */
  async begin(organization: string, name: string, bytes: number): Promise<UploadProgress> {
    const { sourceBytesMax } = this.#vault.limits
    if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > sourceBytesMax) {
      throw new UploadError('upload-size-must-be-within-limit', `文件大小应在 1 至 ${sourceBytesMax} 字节之间。`)
    }
    const id = randomUUID()
    await this.#begin(id, organization, name, bytes)
    return this.progress(id, organization)
  }

  async #begin(id: string, organization: string, name: string, bytes: number): Promise<void> {
    const key = randomBytes(keyBytes)
    try {
      const wrappedKey = (await this.#vault.masterKey.wrap(id, key)).toString('base64')
      const whole: Announced = { id, organization, name, bytes, suite: this.#vault.suite, wrappedKey }
      await mkdir(join(this.#root, id), { mode: privateDirectory })
      await writeFile(join(this.#root, id, 'upload.json'), JSON.stringify(announced.parse(whole)), { flag: 'wx', mode: privateFile, flush: true })
      await syncDirectory(join(this.#root, id))
      await syncDirectory(this.#root)
    } finally {
      key.fill(0)
    }
  }

  /** How far an upload of this organisation is. Throws `upload-must-exist`, also for another's. */
  async progress(id: string, organization: string): Promise<UploadProgress> {
    const { bytes, name } = await this.#announced(id, organization)
    const { received, lastReceivedAt } = await this.#received(id)
    return { id, organization, name, bytes, received, lastReceivedAt }
  }

  /**
   * Takes the piece that begins at `offset`, whose SHA-256 the sender states. It counts only when it has arrived whole and
   * unchanged; otherwise nothing of it is kept and the error says where to go on.
   */
  async append(id: string, organization: string, piece: { offset: number; sha256: string; source: Readable }): Promise<UploadProgress> {
    const whole = await this.#announced(id, organization)
    if (this.#busy.has(id)) throw new UploadError('upload-must-be-idle', '这一文件的另一段正在上传，请稍后再试。')
    this.#busy.add(id)
    try {
      const { received } = await this.#received(id)
      if (piece.offset !== received) throw new UploadError('piece-must-begin-at-offset', `已收到 ${received} 字节，应从第 ${received} 字节处续传。`, received)
      await this.#take(whole, piece, received)
      return await this.progress(id, organization)
    } finally {
      this.#busy.delete(id)
    }
  }

  /**
   * Takes a file whose size is not known before its end, from a source that the platform reads itself. `report` hears how
   * much is safely kept. Where the source breaks off, the error is passed on and the caller removes the upload.
   */
  async fill(id: string, organization: string, name: string, source: Readable, report: (received: number) => void): Promise<UploadProgress> {
    await this.#begin(id, organization, name, this.#vault.limits.sourceBytesMax)
    this.#busy.add(id)
    try {
      const whole = await this.#announced(id, organization)
      const bytes = await this.#fill(whole, source, report)
      if (bytes === 0) throw new UploadError('piece-must-be-whole', '数据源没有传来任何内容。', 0)
      await this.#announce({ ...whole, bytes })
      return await this.progress(id, organization)
    } catch (error) {
      source.destroy()
      await this.remove(id)
      throw error
    } finally {
      this.#busy.delete(id)
    }
  }

  async #fill(whole: Announced, source: Readable, report: (received: number) => void): Promise<number> {
    let received = 0
    let piece: Buffer[] = []
    let bytes = 0
    const keep = async (): Promise<void> => {
      await this.#take(whole, { source: Readable.from(piece, { objectMode: false }) }, received)
      received += bytes
      piece = []
      bytes = 0
      report(received)
    }
    for await (const part of source) {
      const plain = Buffer.from(part)
      piece.push(plain)
      bytes += plain.length
      if (bytes >= filledPieceBytes) await keep()
    }
    if (bytes > 0) await keep()
    return received
  }

  /** Writes the announcement anew, by a file of its own and one rename. */
  async #announce(whole: Announced): Promise<void> {
    const folder = join(this.#root, whole.id)
    await writeFile(join(folder, 'upload.part'), JSON.stringify(announced.parse(whole)), { mode: privateFile, flush: true })
    await rename(join(folder, 'upload.part'), join(folder, 'upload.json'))
    await syncDirectory(folder)
  }

  /** The whole file as a stream. Throws `upload-must-be-complete`; memory does not grow with the file. */
  async read(id: string, organization: string): Promise<Readable> {
    const whole = await this.#announced(id, organization)
    const { received, pieces } = await this.#received(id)
    if (received !== whole.bytes) throw new UploadError('upload-must-be-complete', `文件共 ${whole.bytes} 字节，已收到 ${received} 字节，尚未传完。`, received)
    return Readable.from(this.#opened(whole, pieces), { objectMode: false })
  }

  /** Removes an upload and destroys its key. An upload that is gone already is fine. */
  async remove(id: string): Promise<void> {
    if (!idPattern.test(id)) return
    await this.#vault.masterKey.destroy(id)
    await rm(join(this.#root, id), { recursive: true, force: true })
    await syncDirectory(this.#root)
  }

  /** Removes uploads that received nothing since `before`, but for those to be kept; says which. */
  async expire(before: Date, kept: ReadonlySet<string> = new Set()): Promise<string[]> {
    const expired: string[] = []
    for (const id of await readdir(this.#root)) {
      if (kept.has(id) || this.#busy.has(id) || (await this.#received(id)).lastReceivedAt >= before) continue
      await this.remove(id)
      expired.push(id)
    }
    return expired
  }

  async #announced(id: string, organization: string): Promise<Announced> {
    const unknown = new UploadError('upload-must-exist', '没有这一上传，或者已经过期清除，请重新上传。')
    if (!idPattern.test(id)) throw unknown
    let text: string
    try {
      text = await readFile(join(this.#root, id, 'upload.json'), 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw unknown
      throw error
    }
    const whole = announced.parse(JSON.parse(text))
    if (whole.organization !== organization) throw unknown
    return whole
  }

  async #received(id: string): Promise<{ received: number; pieces: { name: string; offset: number }[]; lastReceivedAt: Date }> {
    const folder = join(this.#root, id)
    const pieces = (await readdir(folder)).flatMap((name) => {
      const [, offset, bytes] = piecePattern.exec(name) ?? []
      return offset === undefined ? [] : [{ name, offset: Number(offset), bytes: Number(bytes) }]
    })
    pieces.sort((one, other) => one.offset - other.offset)
    const last = pieces.at(-1)
    // Of the last piece, or of the announcement.
    const { mtime } = await stat(join(folder, last?.name ?? '.'))
    return { received: last === undefined ? 0 : last.offset + last.bytes, pieces, lastReceivedAt: mtime }
  }

  /** Without a stated hash the piece comes from the platform itself. */
  async #take(whole: Announced, piece: { sha256?: string; source: Readable }, offset: number): Promise<void> {
    const folder = join(this.#root, whole.id)
    const path = join(folder, `${offset}.part`)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      await this.#withKey(whole, async (key) => {
        const writer = await SealedWriter.create(path, whole.suite, key, purposeOf(whole.id, offset))
        try {
          for await (const part of piece.source) {
            const plain = Buffer.from(part)
            bytes += plain.length
            if (bytes > Math.min(pieceBytesMax, whole.bytes - offset)) {
              throw new UploadError('piece-must-be-within-limit', `一段不超过 ${pieceBytesMax} 字节，且不超出所报的文件大小。`, offset)
            }
            hash.update(plain)
            await writer.write(plain)
          }
          if (bytes === 0 || (piece.sha256 !== undefined && hash.digest('hex') !== piece.sha256.toLowerCase())) throw new UploadError('piece-hash-must-match', '这一段的校验值不符，请重新上传这一段。', offset)
          await writer.finish()
        } finally {
          await writer.abandon()
        }
      })
      await rename(path, join(folder, `${offset}-${bytes}`))
      await syncDirectory(folder)
    } catch (error) {
      await overwriteAndUnlink(path)
      if (error instanceof UploadError || !piece.source.errored) throw error
      throw new UploadError('piece-must-be-whole', `这一段在传输中中断，请从第 ${offset} 字节处续传。`, offset, { cause: error })
    }
  }

  async *#opened(whole: Announced, pieces: { name: string; offset: number }[]): AsyncGenerator<Buffer> {
    const key = await this.#vault.masterKey.unwrap(whole.id, Buffer.from(whole.wrappedKey, 'base64'))
    try {
      for (const { name, offset } of pieces) yield* readSealed(join(this.#root, whole.id, name), key, purposeOf(whole.id, offset))
    } finally {
      key.fill(0)
    }
  }

  async #withKey<T>(whole: Announced, task: (key: Buffer) => Promise<T>): Promise<T> {
    const key = await this.#vault.masterKey.unwrap(whole.id, Buffer.from(whole.wrappedKey, 'base64'))
    try {
      return await task(key)
    } finally {
      key.fill(0)
    }
  }
}

/** Binds a piece to its upload and place, so that none can be exchanged or moved. */
function purposeOf(id: string, offset: number): string {
  return `gongshu vault upload ${id} ${offset}`
}
