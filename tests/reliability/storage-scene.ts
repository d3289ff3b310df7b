import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { findPackage } from '#adapters/postgres/embedded/program.ts'
import { MAINTENANCE_DATABASE, startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { DriverOrders, DriverReport } from './storage-driver.ts'

const DRIVER = fileURLToPath(new URL('./storage-driver.ts', import.meta.url))

/** A temporary directory in which servers are started, and everything in it that has to be cleared away. */
export class Scene {
  readonly directory: string
  readonly warnings: string[] = []
  readonly #servers: EmbeddedPostgres[] = []
  readonly #drivers: ChildProcess[] = []

  private constructor(directory: string) {
    this.directory = directory
  }

  /** A scene in a directory with the given mode, by default one that only we may enter. */
  static async open(mode = 0o700): Promise<Scene> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'gongshu-storage-')))
    await chmod(directory, mode)
    return new Scene(directory)
  }

  /** Starts a server inside this process. */
  async start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
    const note = (line: string) => void this.warnings.push(line)
    const embedded = await startEmbeddedPostgres({ dataDir: join(this.directory, 'data'), log: { info: note, warn: note, error: note }, ballast: false, ...options })
    this.#servers.push(embedded)
    return embedded
  }

  /** Starts a server under a process of its own and waits for its report. */
  async drive(orders: Partial<DriverOrders> = {}): Promise<Driver> {
    const text = JSON.stringify({ dataDir: join(this.directory, 'data'), ...orders })
    const child = spawn(process.execPath, ['--import', 'tsx', DRIVER, text], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#drivers.push(child)
    const lines = createInterface({ input: child.stdout })
    const driver: Driver = { child, acknowledged: 0, report: { code: 'silent', message: 'the driver ended without a report' } }
    await new Promise<void>((resolve) => {
      lines.once('line', (line) => {
        // The driver beside this file prints it.
        driver.report = JSON.parse(line) as DriverReport
        lines.on('line', (number) => {
          driver.acknowledged = Number(number)
        })
        resolve()
      })
      lines.once('close', resolve)
    })
    return driver
  }

  /** The npm package as `npm ci --ignore-scripts` leaves it: without the symbolic links of its install script. */
  async bareProgram(): Promise<string> {
    const copy = join(this.directory, 'package')
    await cp(findPackage(), copy, { recursive: true, verbatimSymlinks: true })
    const lib = join(copy, 'native', 'lib')
    for (const entry of await readdir(lib, { withFileTypes: true })) if (entry.isSymbolicLink()) await unlink(join(lib, entry.name))
    return copy
  }

  async makeDirectory(name: string, mode: number): Promise<string> {
    const path = join(this.directory, name)
    await mkdir(path)
    await chmod(path, mode)
    return path
  }

  /** Stops what still runs and removes the directory. */
  async close(): Promise<void> {
    for (const child of this.#drivers) if (child.exitCode === null && child.signalCode === null) await endBy(child, 'SIGTERM')
    for (const embedded of this.#servers) {
      await embedded.stop()
      if (!embedded.socketDir.startsWith(this.directory)) await rm(embedded.socketDir, { recursive: true, force: true })
    }
    await rm(this.directory, { recursive: true, force: true })
  }
}

export type Driver = { child: ChildProcess; report: DriverReport; acknowledged: number }

/** Sends the signal and waits until the process is gone. */
export async function endBy(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** Asks one question as the superuser. */
export async function ask<Row extends object>(embedded: EmbeddedPostgres, question: string): Promise<Row[]> {
  const client = new Client(embedded.connection('superuser', MAINTENANCE_DATABASE))
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(question)).rows
  } finally {
    await client.end()
  }
}

/** The process id in the cluster's postmaster.pid. */
export async function serverPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8'), 10)
}
