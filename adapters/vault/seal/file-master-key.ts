/**
 * The master key in a file that only the service's user can read, outside the data directory.
 * Beside it, in `<path>.versions/`, lies one random share for each version. A version's wrapping key is derived from both;
 * removing the share destroys the version even for whoever holds the master key and every copy of the data directory.
 * Backups of the share directory must therefore not outlive a destruction.
 */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { lstat, mkdir, open, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'
import { SealBroken, chunkSeal, keyBytes, nonceBytes, suiteBytes, suites } from '#adapters/vault/seal/suite.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'
import { overwriteAndUnlink, syncDirectory } from '#adapters/vault/seal/durable-files.ts'

const privateFile = 0o600
const privateDirectory = 0o700
const othersMask = 0o077
const label = 'gongshu-master-key-1:'

export interface FileMasterKeyOptions {
  path: string
  dataDirectory: string
  /** Suite of the wrapping. */
  suite: Suite
  /** Create the key if there is none. For the demonstration and for installation, never silently in production. */
  create: boolean
}

/** Where the demonstration keeps its master key: beside the data directory, not in it. */
export function masterKeyPathBeside(dataDirectory: string): string {
  const directory = resolve(dataDirectory)
  return join(dirname(directory), `${basename(directory)}.master-key`)
}

/** Opens the master key. Throws `MasterKeyError` if it lies inside the data directory, others can read it, or it is no key. */
export async function openFileMasterKey(options: FileMasterKeyOptions): Promise<MasterKeyPort> {
  const path = await outsideDataDirectory(options.path, options.dataDirectory)
  const master = await readMaster(path, options.create)
  const shares = `${path}.versions`
  await mkdir(shares, { recursive: true, mode: privateDirectory })
  await refuseExposed(shares)
  return new FileMasterKey(master, shares, options.suite)
}

class FileMasterKey implements MasterKeyPort {
  readonly id: string
  readonly #master: Buffer
  readonly #shares: string
  readonly #suite: Suite

  constructor(master: Buffer, shares: string, suite: Suite) {
    this.#master = master
    this.#shares = shares
    this.#suite = suite
    this.id = createHash('sha256').update('gongshu master key id').update(master).digest('hex').slice(0, 16)
  }

  async wrap(versionId: string, dataKey: Buffer): Promise<Buffer> {
    const share = randomBytes(keyBytes)
    await this.#writeShare(versionId, share)
    const suiteByte = Buffer.from([suiteBytes[this.#suite]])
    // The nonce is constant because each wrapping key, fresh through its share, seals exactly one data key.
    const sealed = this.#seal(this.#suite, versionId, share).seal(Buffer.alloc(nonceBytes), suiteByte, dataKey)
    return Buffer.concat([suiteByte, sealed])
  }

  async unwrap(versionId: string, wrapped: Buffer): Promise<Buffer> {
    const suite = suites.find((candidate) => suiteBytes[candidate] === wrapped[0])
    if (suite === undefined) throw new SealBroken('not a wrapped key')
    const share = this.#readShare(versionId)
    return this.#seal(suite, versionId, share).open(Buffer.alloc(nonceBytes), wrapped.subarray(0, 1), wrapped.subarray(1))
  }

  async destroy(versionId: string): Promise<void> {
    await overwriteAndUnlink(this.#sharePath(versionId))
  }

  #seal(suite: Suite, versionId: string, share: Buffer): ReturnType<typeof chunkSeal> {
    return chunkSeal(suite, this.#master, share, `gongshu vault data key ${versionId}`)
  }

  #sharePath(versionId: string): string {
    if (!/^[0-9a-z-]+$/.test(versionId)) throw new SealBroken('not a version id')
    return join(this.#shares, `${versionId}.share`)
  }

  async #writeShare(versionId: string, share: Buffer): Promise<void> {
    try {
      const file = await open(this.#sharePath(versionId), 'wx', privateFile)
      try {
        await file.writeFile(share)
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (error) {
      if (isFileError(error, 'EEXIST')) throw new MasterKeyError('version-key-exists', `版本 ${versionId} 已有密钥，不能重复封装。`, { cause: error })
      throw error
    }
    await syncDirectory(this.#shares)
  }

  /** At once: a share is 32 bytes, and whoever compares with a thousand releases needs as many. */
  #readShare(versionId: string): Buffer {
    try {
      const file = openSync(this.#sharePath(versionId), constants.O_RDONLY | constants.O_NOFOLLOW)
      try {
        return readFileSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      if (isFileError(error, 'ENOENT')) throw new MasterKeyError('version-key-destroyed', `版本 ${versionId} 的密钥已销毁，数据不可恢复。`, { cause: error })
      throw error
    }
  }
}

/** The real path of the key; refuses one inside the data directory, also through a symbolic link. */
async function outsideDataDirectory(path: string, dataDirectory: string): Promise<string> {
  const parent = dirname(resolve(path))
  await mkdir(parent, { recursive: true, mode: privateDirectory })
  const real = join(await realpath(parent), basename(path))
  await mkdir(dataDirectory, { recursive: true, mode: privateDirectory })
  const inside = relative(await realpath(dataDirectory), real)
  if (inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`))) {
    throw new MasterKeyError('master-key-inside-data', `主密钥 ${path} 位于数据目录 ${dataDirectory} 之内，请移到数据目录之外。`)
  }
  return real
}

async function readMaster(path: string, create: boolean): Promise<Buffer> {
  try {
    await refuseExposed(path)
  } catch (error) {
    if (!isFileError(error, 'ENOENT')) throw error
    if (!create) throw new MasterKeyError('master-key-missing', `没有找到主密钥 ${path}，请先由安全管理员生成或者恢复。`, { cause: error })
    await createMaster(path)
  }
  const text = (await readFile(path, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW })).trim()
  const master = Buffer.from(text.slice(label.length), 'hex')
  if (!text.startsWith(label) || master.length !== keyBytes) {
    throw new MasterKeyError('master-key-malformed', `主密钥 ${path} 的内容不完整，请从备份恢复；不要新建，否则已有数据无法读取。`)
  }
  return master
}

async function createMaster(path: string): Promise<void> {
  const file = await open(path, 'wx', privateFile)
  try {
    await file.writeFile(`${label}${randomBytes(keyBytes).toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncDirectory(dirname(path))
}

async function refuseExposed(path: string): Promise<void> {
  const state = await lstat(path)
  const foreign = process.getuid !== undefined && state.uid !== process.getuid()
  if (foreign || state.isSymbolicLink() || (state.mode & othersMask) !== 0) {
    throw new MasterKeyError('master-key-exposed', `密钥 ${path} 应为本服务用户所有且仅本用户可读写，请将权限改为 0600（目录为 0700）。`)
  }
}

function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
