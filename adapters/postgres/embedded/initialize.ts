import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../storage-error.ts'
import { handOver, type Account } from './account.ts'
import type { Layout } from './layout.ts'
import type { Program } from './program.ts'

/** The cluster's superuser; only the supervisor and the making of roles and databases use it. */
export const SUPERUSER = 'gongshu_superuser'

const PRIVATE_FILE = 0o600
const PRIVATE_DIRECTORY = 0o700
const PASSWORD_BYTES = 32

/** The passwords by role, made once with the data directory and kept in a file that only we can read. */
export type Passwords = Readonly<Record<string, string>>

/**
 * Reads the passwords of the cluster's roles, making those that are lacking.
 *
 * @throws StorageError `data-directory-unreadable` where the file is not ours or not whole.
 */
export async function keepPasswords(layout: Layout, roles: readonly string[]): Promise<Passwords> {
  const kept = await readPasswords(layout)
  const lacking = roles.filter((role) => kept[role] === undefined)
  if (lacking.length === 0) return kept
  const passwords = { ...kept, ...Object.fromEntries(lacking.map((role) => [role, randomBytes(PASSWORD_BYTES).toString('base64url')])) }
  await writeDurably(layout.passwords, JSON.stringify(passwords))
  return passwords
}

async function readPasswords(layout: Layout): Promise<Record<string, string>> {
  let text: string
  try {
    text = await readFile(layout.passwords, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new StorageError('data-directory-unreadable', `无法读取数据库口令文件 ${layout.passwords}。请以建立该数据目录的账户启动。`, { cause: error })
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([role, password]) => [role, String(password)]))
  } catch (error) {
    throw new StorageError('data-directory-unreadable', `数据库口令文件 ${layout.passwords} 已损坏，请从备份中恢复该文件。`, { cause: error })
  }
  throw new StorageError('data-directory-unreadable', `数据库口令文件 ${layout.passwords} 已损坏，请从备份中恢复该文件。`)
}

/** Whole on the disk or not there: a password lost in a power cut would lock the cluster for good. */
async function writeDurably(path: string, text: string): Promise<void> {
  const making = `${path}.${process.pid}`
  const file = await open(making, 'w', PRIVATE_FILE)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(making, path)
}

/**
 * Makes the cluster where there is none: page checksums on, SCRAM for every login, UTF-8 with the built-in locale, so
 * that the order of texts does not change with the operating system. It appears whole or not at all. An existing one is
 * only checked for its version.
 *
 * @throws StorageError `data-directory-of-other-version`, `initialization-failed`.
 */
export async function initializeCluster(layout: Layout, program: Program, account: Account, superuserPassword: string): Promise<void> {
  const version = await clusterVersion(layout.cluster)
  if (version !== undefined) return checkVersion(version, program, layout)
  const making = join(layout.dataDir, `.cluster-${process.pid}`)
  const passwordFile = join(making, 'password')
  const cluster = join(making, 'cluster')
  await rm(making, { recursive: true, force: true })
  await mkdir(cluster, { recursive: true, mode: PRIVATE_DIRECTORY })
  await writeFile(passwordFile, superuserPassword, { mode: PRIVATE_FILE })
  await handOver(making, account)
  try {
    const directory = account.clusterPath(cluster)
    const passwordPath = account.kind === 'dropped' ? `${directory}/../password` : passwordFile
    await run(account, program, cluster, [
      `--pgdata=${directory}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordPath}`,
      '--auth=scram-sha-256',
      '--data-checksums',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ])
    await rename(cluster, layout.cluster).catch((error: unknown) => {
      // Another start was first with the same directory; its cluster is as good as ours.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

async function clusterVersion(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new StorageError('data-directory-unreadable', `无法读取数据目录 ${cluster}。请以建立该目录的账户启动。`, { cause: error })
  }
}

function checkVersion(version: string, program: Program, layout: Layout): void {
  const [major] = program.version.split('.')
  if (version === major) return
  throw new StorageError(
    'data-directory-of-other-version',
    `数据目录 ${layout.dataDir} 由 PostgreSQL ${version} 建立，本版本平台内置的是 PostgreSQL ${major}，不能直接打开。请用原版本平台做备份，再在新版本中恢复。`,
  )
}

function run(account: Account, program: Program, cluster: string, args: string[]): Promise<void> {
  const launch = account.launch(join(program.native, 'bin', 'initdb'), args, cluster)
  return new Promise((resolve, reject) => {
    const child = spawn(launch.file, launch.args, { ...launch.options, stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment() })
    let said = ''
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new StorageError('initialization-failed', `内置数据库初始化失败（initdb 退出码 ${code}，运行账户：${account.description}）：\n${said.trim()}`))
    })
  })
}

/** What the programs see of our environment: nothing that begins with PG may lead them to another database. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
}
