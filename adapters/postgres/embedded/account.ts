import { spawn, type SpawnOptions } from 'node:child_process'
import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../storage-error.ts'

/**
 * The account under which PostgreSQL runs; it refuses to run as root.
 *
 * - `direct`: as we are, an ordinary user.
 * - `namespace`: in a user namespace where our own id bears another number. Seen from outside nothing changes, so a
 *   directory that only root may enter stays usable.
 * - `dropped`: as another user. Such a server reaches its cluster by the working directory that it inherits, because
 *   the directories above may be closed to it.
 */
export type Account = {
  kind: 'direct' | 'namespace' | 'dropped'
  description: string
  /** Owner that the server's files must have; undefined: ours. */
  owner: number | undefined
  /** What to spawn so that `file` runs under this account with `cluster` as its data directory. */
  launch(file: string, args: string[], cluster: string): Launch
  /** The name of `cluster` as the server knows it. */
  clusterPath(cluster: string): string
  /** Whether this account can execute the file, or enter the directory, at `path`. */
  canRun(path: string): Promise<boolean>
}

export type Launch = { file: string; args: string[]; options: SpawnOptions }

/** The kernel's name for a process's own working directory; it opens without the right to enter the directories above. */
export const OWN_DIRECTORY = '/proc/self/cwd'

type PasswdEntry = { name: string; uid: number; gid: number }

/**
 * Chooses the account for the server of `cluster`, which may not exist yet. `barNamespaces` takes the second way of root
 * even where the first would do.
 *
 * @throws StorageError `no-account-for-postgres` with what to do.
 */
export async function chooseAccount(cluster: string, barNamespaces: boolean): Promise<Account> {
  const uid = process.getuid?.()
  if (uid === undefined) throw new StorageError('no-account-for-postgres', '内置 PostgreSQL 只支持 Linux 和 macOS。请以环境变量 DATABASE_URL 指向已有的 PostgreSQL。')
  const accounts = await readAccounts()
  if (uid !== 0 && (process.platform !== 'linux' || accounts.some((entry) => entry.uid === uid))) return direct(uid)

  const owner = await ownerOf(cluster)
  const foreign = uid === 0 && owner !== undefined && owner !== 0
  if (process.platform === 'linux' && !foreign && !barNamespaces) {
    const mask = pick(accounts, ['postgres', 'daemon', 'nobody'])
    const account = mask && namespace(mask)
    if (account && (await account.canRun('/bin/sh'))) return account
  }
  if (process.platform === 'linux' && uid === 0) {
    const service = foreign ? (accounts.find((entry) => entry.uid === owner) ?? { name: String(owner), uid: owner, gid: owner }) : pick(accounts, ['postgres', 'nobody', 'daemon'])
    if (service) return dropped(service)
  }
  throw new StorageError(
    'no-account-for-postgres',
    uid === 0
      ? '内置 PostgreSQL 不能以 root 运行，而本机既不允许用户命名空间（unshare --user），/etc/passwd 中也没有可用的普通账户。请以普通账户启动，或以环境变量 DATABASE_URL 指向已有的 PostgreSQL。'
      : `当前账户（编号 ${uid}）在 /etc/passwd 中没有条目，且本机不允许用户命名空间（unshare --user），内置 PostgreSQL 无法初始化。请为该编号添加账户条目，或以环境变量 DATABASE_URL 指向已有的 PostgreSQL。`,
  )
}

/** Hands the files at `path` to the account's owner where they belong to somebody else. */
export async function handOver(path: string, account: Account): Promise<void> {
  if (account.owner === undefined) return
  const found = await lstat(path)
  if (found.uid === account.owner) return
  await chown(path, account.owner, account.owner)
  if (!found.isDirectory()) return
  for (const name of await readdir(path)) await handOver(join(path, name), account)
}

function direct(uid: number): Account {
  return plain('direct', `编号 ${uid} 的普通账户`, (file, args) => ({ file, args, options: {} }))
}

function namespace(mask: PasswdEntry): Account {
  return plain('namespace', `用户命名空间中的 ${mask.name}`, (file, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${mask.uid}`, `--map-group=${mask.gid}`, '--', file, ...args],
    options: {},
  }))
}

function plain(kind: 'direct' | 'namespace', description: string, launch: Account['launch']): Account {
  return {
    kind,
    description,
    owner: undefined,
    launch,
    clusterPath: (cluster) => cluster,
    canRun: (file) => succeeds(launch('/bin/sh', ['-c', 'test -x "$1"', 'sh', file], '/')),
  }
}

function dropped(service: PasswdEntry): Account {
  const launch: Account['launch'] = (file, args, cluster) => ({ file, args, options: { uid: service.uid, gid: service.gid, cwd: cluster } })
  return {
    kind: 'dropped',
    description: `普通账户 ${service.name}`,
    owner: service.uid,
    launch,
    clusterPath: () => OWN_DIRECTORY,
    canRun: (file) => succeeds(launch('/bin/sh', ['-c', 'test -x "$1"', 'sh', file], '/')),
  }
}

function succeeds({ file, args, options }: Launch): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function pick(accounts: PasswdEntry[], preferred: string[]): PasswdEntry | undefined {
  const ordinary = accounts.filter((entry) => entry.uid !== 0)
  for (const name of preferred) {
    const found = ordinary.find((entry) => entry.name === name)
    if (found) return found
  }
  return ordinary[0]
}

/** initdb looks its own user up by number, so only accounts with an entry will do. */
async function readAccounts(): Promise<PasswdEntry[]> {
  if (process.platform !== 'linux') return []
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
