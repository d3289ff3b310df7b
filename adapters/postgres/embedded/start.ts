import { setTimeout as delay } from 'node:timers/promises'
import type { Client, ClientConfig } from 'pg'
import { refuseUnlessDurable } from '../durability.ts'
import { DATABASE_ROLES, type DatabaseRole } from '../roles.ts'
import { StorageError, type StorageLog } from '../storage-error.ts'
import { chooseAccount, handOver, type Account } from './account.ts'
import { dropBallastIfFull, layBallast } from './ballast.ts'
import { initializeCluster, keepPasswords, SUPERUSER, type Passwords } from './initialize.ts'
import { makeLayout, makeSocketDirectory, SOCKET_PORT, type Layout } from './layout.ts'
import { settlePredecessor } from './predecessor.ts'
import { findPackage, prepareProgram, type Program } from './program.ts'
import { spawnServer, stopServer, whenReady, type Server } from './server.ts'
import { takeSupervision } from './supervision-lock.ts'

/** The database that exists in every cluster; the platform's own ones are made beside it. */
export const MAINTENANCE_DATABASE = 'postgres'

/** A running embedded PostgreSQL that belongs to this process. */
export type EmbeddedPostgres = {
  readonly dataDir: string
  readonly socketDir: string
  readonly port: number
  /** How the server runs: as we are, in a user namespace, or as another account. */
  readonly account: 'direct' | 'namespace' | 'dropped'
  /** How to connect as `role` (a platform role, or the superuser) to `database`. */
  connection(role: DatabaseRole | 'superuser', database: string): ClientConfig
  /** Stops the server in an orderly way and waits for its end. Connections still open are cut. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  dataDir: string
  log: StorageLog
  /** The npm package with the programs; by default that of this platform. */
  packageDirectory?: string
  /** Take root's second way (a copy for an unprivileged account) even where user namespaces are allowed. */
  barNamespaces?: boolean
  /** Lay the ballast aside against a full disk; on by default, off for databases that live for one test run. */
  ballast?: boolean
  /** Told each time when the server's process has begun: it takes connections some tenths of a second later. */
  begun?(): void
}

/** A restart after a crash waits this long at first, twice as long each next time, up to the limit. */
const FIRST_BACKOFF_MS = 100
const LAST_BACKOFF_MS = 30_000
/** A server that has lived this long is healthy again: the next wait is the first one. */
const HEALTHY_MS = 60_000
const START_ATTEMPTS = 3

/**
 * Starts the real PostgreSQL of the npm package on `dataDir` (made where it does not exist) and supervises it: it comes
 * back after a crash, with back-off. It listens on a Unix socket in a private directory only. A server orphaned by a
 * killed platform is stopped first. Refuses to run where acknowledged data could be lost.
 *
 * @throws StorageError naming the cause and the cure in Chinese; nothing is left running.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const supervisor = new Supervisor(options, await prepare(options))
  await supervisor.start()
  return supervisor.asEmbedded()
}

type Prepared = { layout: Layout; program: Program; account: Account; passwords: Passwords; socketDir: string }

async function prepare(options: EmbeddedOptions): Promise<Prepared> {
  const packageDirectory = options.packageDirectory ?? findPackage()
  const layout = await makeLayout(options.dataDir)
  const account = await chooseAccount(layout.cluster, options.barNamespaces === true)
  const program = await prepareProgram(packageDirectory, layout.dataDir, account)
  const passwords = await keepPasswords(layout, [SUPERUSER, ...DATABASE_ROLES])
  const socketDir = await makeSocketDirectory(layout, account.owner === undefined, account.owner)
  if (account.owner !== undefined) await handOver(socketDir, account)
  const ballast = options.ballast === false ? undefined : layBallast(layout)
  await initializeCluster(layout, program, account, passwordOf(passwords, SUPERUSER))
  await handOver(layout.cluster, account)
  await ballast
  return { layout, program, account, passwords, socketDir }
}

function passwordOf(passwords: Passwords, role: string): string {
  const password = passwords[role]
  if (password === undefined) throw new StorageError('data-directory-unreadable', `口令文件中缺少数据库角色 ${role} 的口令，请从备份中恢复 passwords.json。`)
  return password
}

class Supervisor {
  readonly #log: StorageLog
  readonly #begun: EmbeddedOptions['begun']
  readonly #prepared: Prepared
  readonly #stopping = new AbortController()
  #server: Server | undefined
  #watch: Client | undefined
  #supervision: Promise<void> = Promise.resolve()

  constructor({ log, begun }: EmbeddedOptions, prepared: Prepared) {
    this.#log = log
    this.#begun = begun
    this.#prepared = prepared
  }

  async start(): Promise<void> {
    await this.#launch()
    this.#supervision = this.#supervise()
  }

  asEmbedded(): EmbeddedPostgres {
    return {
      dataDir: this.#prepared.layout.dataDir,
      socketDir: this.#prepared.socketDir,
      port: SOCKET_PORT,
      account: this.#prepared.account.kind,
      connection: (role, database) => this.#connection(role === 'superuser' ? SUPERUSER : role, database),
      stop: () => this.#stop(),
    }
  }

  #connection(user: string, database: string): ClientConfig {
    return { host: this.#prepared.socketDir, port: SOCKET_PORT, user, password: passwordOf(this.#prepared.passwords, user), database, ssl: false }
  }

  /** One start, repeated where another platform started at the same moment and its server had the directory first. */
  async #launch(): Promise<void> {
    const { layout, program, account, socketDir } = this.#prepared
    const superuser = this.#connection(SUPERUSER, MAINTENANCE_DATABASE)
    for (let attempt = 1; ; attempt += 1) {
      const disregard = await settlePredecessor(layout.cluster, superuser, this.#log)
      const server = await spawnServer(layout, program, account, socketDir, disregard)
      this.#begun?.()
      try {
        const client = await whenReady(server, superuser, layout)
        if (server.child.exitCode !== null || !(await takeSupervision(client))) {
          await client.end()
          throw new StorageError('server-did-not-start', `数据目录 ${layout.dataDir} 同时被另一个平台启动。`)
        }
        await refuseUnlessDurable(client)
        this.#server = server
        this.#watch = client
        return
      } catch (error) {
        await stopServer(server)
        if (attempt >= START_ATTEMPTS || !(error instanceof StorageError) || error.code !== 'server-did-not-start') throw error
      }
    }
  }

  async #supervise(): Promise<void> {
    let backoff = FIRST_BACKOFF_MS
    while (this.#server !== undefined) {
      const since = performance.now()
      const how = await this.#server.ended
      this.#server = undefined
      if (this.#stopping.signal.aborted) return
      if (performance.now() - since > HEALTHY_MS) backoff = FIRST_BACKOFF_MS
      this.#log.error(`内置数据库意外停止（${how}），即将重新启动。`)
      backoff = await this.#restart(backoff)
    }
  }

  /** Tries until the server is up or the platform stops; answers the next wait. */
  async #restart(backoff: number): Promise<number> {
    let wait = backoff
    while (!this.#stopping.signal.aborted && this.#server === undefined) {
      await Promise.allSettled([delay(wait, undefined, { signal: this.#stopping.signal })])
      wait = Math.min(wait + wait, LAST_BACKOFF_MS)
      if (this.#stopping.signal.aborted) break
      try {
        if (await dropBallastIfFull(this.#prepared.layout)) this.#log.error('磁盘空间耗尽，已释放 64 MB 预留文件以恢复数据库。请立即清理磁盘。')
        await this.#launch()
        this.#log.warn('内置数据库已重新启动。')
        // Whoever asked for a stop in the meantime saw no server to stop.
        if (this.#stopping.signal.aborted && this.#server !== undefined) await stopServer(this.#server)
      } catch (error) {
        this.#log.error(`内置数据库重新启动失败：${error instanceof Error ? error.message : String(error)}`)
      }
    }
    return wait
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#server !== undefined) await stopServer(this.#server)
    await this.#supervision
    await Promise.allSettled([this.#watch?.end()])
  }
}
