import { readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { MAINTENANCE_DATABASE, startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { CityDesk } from '#tools/crash/city-desk.ts'
import { ServerProcess } from '#tools/crash/server-process.ts'

export const PASSWORD = 'bench-2026'
const DATABASE = 'gongshu_bench'

/** The real server as a process of its own, over a PostgreSQL that the bench can reach as well. */
export class BenchCity {
  readonly directory: string
  readonly databaseUrl: string
  readonly desk = new CityDesk(PASSWORD)
  readonly #embedded: EmbeddedPostgres
  #server: ServerProcess | null = null
  /** A bench that is broken off leaves neither its database nor its files behind. */
  readonly #abandon = () => {
    process.kill(Number.parseInt(readFileSync(join(this.directory, 'database', 'cluster', 'postmaster.pid'), 'utf8'), 10), 'SIGINT')
    rmSync(this.directory, { recursive: true, force: true })
  }

  private constructor(directory: string, embedded: EmbeddedPostgres, databaseUrl: string) {
    this.directory = directory
    this.#embedded = embedded
    this.databaseUrl = databaseUrl
    process.once('exit', this.#abandon)
  }

  static async open(): Promise<BenchCity> {
    const directory = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
    const embedded = await startEmbeddedPostgres({ dataDir: join(directory, 'database'), log: { info: () => undefined, warn: console.error, error: console.error }, ballast: false })
    const client = new Client(embedded.connection('superuser', MAINTENANCE_DATABASE))
    await client.connect()
    await client.query(`create database ${DATABASE}`)
    await client.end()
    const { user = '', password, host = '', port = '' } = embedded.connection('superuser', DATABASE)
    const url = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(String(password))}@/${DATABASE}?host=${encodeURIComponent(host)}&port=${port}`
    return new BenchCity(directory, embedded, url)
  }

  get dataDir(): string {
    return join(this.directory, 'data')
  }

  /** Starts the server, and stops the one before unless it was killed. */
  async start(port = 0, { killed = false }: { killed?: boolean } = {}): Promise<ServerProcess> {
    if (killed) this.#server = null
    await this.stop()
    this.#server = await ServerProcess.start({ dataDir: this.dataDir, password: PASSWORD, databaseUrl: this.databaseUrl, port })
    this.desk.opened(this.#server.url)
    return this.#server
  }

  get server(): ServerProcess {
    if (this.#server === null) throw new Error('no server runs')
    return this.#server
  }

  async stop(): Promise<void> {
    this.desk.closed()
    await this.#server?.stop()
    this.#server = null
  }

  /** Runs `use` as the superuser on the city's database. */
  async asSuperuser<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.databaseUrl })
    await client.connect()
    try {
      return await use(client)
    } finally {
      await client.end()
    }
  }

  async close(): Promise<void> {
    process.off('exit', this.#abandon)
    await this.stop()
    await this.#embedded.stop()
    await rm(this.directory, { recursive: true, force: true })
  }
}
