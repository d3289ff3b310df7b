import { readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { StorageError, type StorageLog } from '../storage-error.ts'
import { OWN_DIRECTORY } from './account.ts'
import { tryConnect } from './connect.ts'
import { isAlive, isTaken, isZombie } from './process-state.ts'
import { isSupervised } from './supervision-lock.ts'

const POLL_MS = 50
/** A server whose platform is just starting takes its lock within this time, on a busy machine too; afterwards it counts as orphaned. */
const LOCK_GRACE_MS = 1_000
/** A fast shutdown writes a last checkpoint; a full disk queue may take this long over it. */
const STOP_LIMIT_MS = 120_000

/** The process that `postmaster.pid` names, where it lives. */
type Named = { pid: number; kind: 'server-of-this-cluster' | 'somebody-else' | 'unknown' }

/**
 * Deals with the server that an earlier, killed platform may have left running on `cluster`: asks it by SQL whether it
 * serves this very directory, and stops it in an orderly way. `postmaster.pid` is never deleted: PostgreSQL judges it
 * itself. Answers the process id that PostgreSQL may disregard, because it now belongs to a program that is no server of
 * this cluster; undefined where there is none.
 *
 * @throws StorageError `data-directory-in-use` where a living platform supervises the server.
 */
export async function settlePredecessor(cluster: string, superuser: ClientConfig, log: StorageLog): Promise<number | undefined> {
  const named = await readNamed(cluster)
  if (named === undefined) return undefined
  const client = await connectWhenReady(superuser)
  if (client === undefined) {
    if (named.kind === 'somebody-else') return named.pid
    if (named.kind === 'server-of-this-cluster') await stopOrphan(named.pid, cluster, log)
    return undefined
  }
  try {
    if (!(await servesCluster(client, cluster, named.pid))) {
      throw new StorageError('data-directory-in-use', `套接字目录 ${String(superuser.host)} 上的数据库服务于另一个数据目录，而不是 ${cluster}。请先停止该数据库。`)
    }
    if (await becomesSupervised(client)) {
      throw new StorageError('data-directory-in-use', `数据目录 ${cluster} 正由另一个运行中的平台使用（数据库进程 ${named.pid}）。请先停止该平台，或为本次启动指定另一个数据目录。`)
    }
  } finally {
    await Promise.allSettled([client.end()])
  }
  await stopOrphan(named.pid, cluster, log)
  return undefined
}

/** Whether a living platform supervises the server, or does so before the grace is over. */
async function becomesSupervised(client: Client): Promise<boolean> {
  for (let waited = 0; waited < LOCK_GRACE_MS; waited += POLL_MS) {
    if (await isSupervised(client)) return true
    await delay(POLL_MS)
  }
  return isSupervised(client)
}

async function readNamed(cluster: string): Promise<Named | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!Number.isInteger(pid) || pid <= 0 || !isTaken(pid)) return undefined
  // PostgreSQL cannot tell a zombie from a running server, and would wait for it for ever.
  if (isZombie(pid)) return { pid, kind: 'somebody-else' }
  if (process.platform !== 'linux') return { pid, kind: 'unknown' }
  try {
    const directory = await realpath(`/proc/${pid}/cwd`)
    const program = basename(await realpath(`/proc/${pid}/exe`))
    return { pid, kind: program === 'postgres' && directory === cluster ? 'server-of-this-cluster' : 'somebody-else' }
  } catch {
    // Gone in between, or not ours to look at. PostgreSQL will judge.
    return { pid, kind: 'unknown' }
  }
}

/** A connection to whoever listens on the socket, after start-up or shutdown (57P03) has passed; undefined: nobody does. */
async function connectWhenReady(superuser: ClientConfig): Promise<Client | undefined> {
  for (;;) {
    const result = await tryConnect(superuser)
    if (result instanceof Client) return result
    if (result.why === 'nobody-listens') return undefined
    if (result.why === 'other') {
      throw new StorageError('data-directory-in-use', `遗留的数据库服务（${String(superuser.host)}）不接受连接：${String(result.error)}。请由管理员检查并停止该服务后重试。`, { cause: result.error })
    }
    await delay(POLL_MS)
  }
}

async function servesCluster(client: Client, cluster: string, pid: number): Promise<boolean> {
  const answer = await client.query<{ directory: string; pid: string }>(
    `select current_setting('data_directory') as directory, split_part(pg_read_file('postmaster.pid'), chr(10), 1) as pid`,
  )
  const row = answer.rows[0]
  if (row === undefined || Number(row.pid) !== pid) return false
  const directory = row.directory === OWN_DIRECTORY ? `/proc/${pid}/cwd` : row.directory
  return (await realpath(directory)) === cluster
}

async function stopOrphan(pid: number, cluster: string, log: StorageLog): Promise<void> {
  log.warn(`上次平台异常退出，遗留的数据库进程 ${pid} 仍在使用 ${cluster}，正在将其正常停止。`)
  process.kill(pid, 'SIGINT')
  for (let waited = 0; isAlive(pid); waited += POLL_MS) {
    if (waited > STOP_LIMIT_MS) {
      throw new StorageError('data-directory-in-use', `遗留的数据库进程 ${pid} 未能停止。请由管理员检查该进程后重试；不要删除 ${cluster}/postmaster.pid。`)
    }
    await delay(POLL_MS)
  }
}
