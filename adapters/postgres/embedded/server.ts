import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { StorageError } from '../storage-error.ts'
import type { Account } from './account.ts'
import { tryConnect } from './connect.ts'
import { serverEnvironment } from './initialize.ts'
import type { Layout } from './layout.ts'
import type { Program } from './program.ts'
import { serverSettings } from './settings.ts'

const POLL_MS = 10
/** unit: lines before the state in postmaster.pid; source: PostgreSQL, src/include/utils/pidfile.h, LOCK_FILE_LINE_PM_STATUS */
const STATE_LINE = 7
const PRIVATE_FILE = 0o600
const LOG_LIMIT_BYTES = 16 * 1024 * 1024
const TAIL_LINES = 12
/** A fast shutdown that hangs is followed by an immediate one, from which PostgreSQL recovers at the next start. */
const FAST_STOP_MS = 30_000

export type Server = { child: ChildProcess; ended: Promise<string> }

/**
 * Spawns PostgreSQL on the cluster. It stands in a session of its own, so that Ctrl+C at a terminal reaches the platform
 * only, and logs to a file, so that it outlives us without harm. `disregard` is a process id in `postmaster.pid` that is
 * known to be no server of this cluster: PostgreSQL takes it in as that of its grandparent, and still checks by itself
 * whether the cluster's shared memory is in use.
 */
export async function spawnServer(layout: Layout, program: Program, account: Account, socketDir: string, disregard: number | undefined): Promise<Server> {
  await turnLog(layout)
  const settings = Object.entries(serverSettings(socketDir)).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const launch = account.launch(join(program.native, 'bin', 'postgres'), ['-D', account.clusterPath(layout.cluster), ...settings], layout.cluster)
  const logFile = await open(layout.log, 'a', PRIVATE_FILE)
  try {
    const child = spawn(launch.file, launch.args, {
      ...launch.options,
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      env: { ...serverEnvironment(), ...(disregard === undefined ? {} : { PG_GRANDPARENT_PID: String(disregard) }) },
    })
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal === null ? `退出码 ${code}` : `信号 ${signal}`))
    })
    return { child, ended }
  } finally {
    await logFile.close()
  }
}

/**
 * Waits until the server takes connections, recovery included, and answers the first one.
 *
 * @throws StorageError `server-did-not-start` with the end of the server's log, when it ends instead.
 */
export async function whenReady(server: Server, superuser: ClientConfig, layout: Layout): Promise<Client> {
  const end: { how?: string } = {}
  const noteEnd = async () => {
    end.how = await server.ended
  }
  void noteEnd()
  for (;;) {
    // Each try that fails costs an error with its stack, while the platform is loaded beside.
    if (end.how === undefined && !(await saysReady(layout))) {
      await delay(POLL_MS)
      continue
    }
    const result = await tryConnect(superuser)
    if (result instanceof Client) return result
    if (end.how !== undefined) {
      throw new StorageError('server-did-not-start', `内置数据库未能启动（${end.how}）。日志 ${layout.log} 的末尾：\n${await tail(layout.log)}`, { cause: result.error })
    }
    if (result.why === 'other') throw result.error
    await delay(POLL_MS)
  }
}

/** Whether the server has written into its own file that it takes connections, as its own tools wait for it. */
async function saysReady({ cluster }: Layout): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[STATE_LINE]?.trim() === 'ready'
}

/** Stops the server in an orderly way: open transactions are rolled back, a checkpoint is written. */
export async function stopServer(server: Server): Promise<void> {
  server.child.kill('SIGINT')
  const timer = setTimeout(() => server.child.kill('SIGQUIT'), FAST_STOP_MS)
  await server.ended
  clearTimeout(timer)
}

async function turnLog(layout: Layout): Promise<void> {
  const size = await stat(layout.log).then((found) => found.size, () => 0)
  if (size > LOG_LIMIT_BYTES) await rename(layout.log, `${layout.log}.1`)
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
}
