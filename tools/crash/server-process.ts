import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { FAILPOINT_VARIABLE } from '#adapters/failpoints/failpoint.ts'
import { databaseTree, killAll, treeOf } from './process-tree.ts'

const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 30_000

export type ServerSettings = { dataDir: string; packsDir?: string; integratedPlatform?: string; failpoint?: string; password?: string; databaseUrl?: string; screens?: boolean; /** One that the system chooses where none is wanted. */ port?: number }

/** A real server that did not start, with what it said. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart'
}

/** The real server as a process of its own: `apps/cli/run-built.mjs start`, as `npm start` does, on a port that the system chooses. */
export class ServerProcess {
  readonly url: string
  readonly startMs: number
  readonly said: readonly string[]
  /** Resolves with the signal or the exit code when the process has ended, asked or not. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  readonly #dataDir: string

  private constructor(child: ChildProcess, found: { url: string; startMs: number; said: string[]; ended: Promise<string>; dataDir: string }) {
    this.#child = child
    this.url = found.url
    this.startMs = found.startMs
    this.said = found.said
    this.ended = found.ended
    this.#dataDir = found.dataDir
  }

  /** Starts it and waits until it prints its address. @throws ServerDidNotStart */
  static async start(settings: ServerSettings): Promise<ServerProcess> {
    const since = performance.now()
    const child = spawn(process.execPath, ['apps/cli/run-built.mjs', 'start', ...(settings.screens === true ? [] : ['--no-screens'])], { env: environmentOf(settings), stdio: ['ignore', 'pipe', 'pipe'] })
    // A driver that ends early leaves no server behind: it is asked to stop, and stops its database.
    const askToStop = () => void child.kill('SIGTERM')
    process.once('exit', askToStop)
    child.once('exit', () => process.off('exit', askToStop))
    const said: string[] = []
    const ended = once(child, 'exit').then(([code, signal]: unknown[]) => String(signal ?? code))
    const url = await Promise.race([addressSaid(child, said), ended.then(() => null), delay(START_LIMIT_MS, null, { ref: false })])
    if (url !== null) return new ServerProcess(child, { url, startMs: performance.now() - since, said, ended, dataDir: settings.dataDir })
    await killAll([...(child.pid === undefined ? [] : await treeOf(child.pid)), ...(await databaseTree(settings.dataDir))])
    throw new ServerDidNotStart(`the server did not start (${await ended}):\n${said.join('\n')}`)
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the server has no process')
    return this.#child.pid
  }

  /** Kills the server, its children and its database at one blow. Answers how many processes that were. */
  async killTree(): Promise<number> {
    const pids = [...new Set([...(await treeOf(this.pid)), ...(await databaseTree(this.#dataDir))])]
    await killAll(pids)
    await this.ended
    return pids.length
  }

  /** Asks it to stop and waits for its orderly end. @throws Error when it does not end, or not with code 0. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const how = await Promise.race([this.ended, delay(STOP_LIMIT_MS, 'not at all', { ref: false })])
    if (how !== '0') throw new Error(`the server ended with ${how}:\n${this.said.slice(-SHOWN_LINES).join('\n')}`)
  }
}

const SHOWN_LINES = 20

function environmentOf({ dataDir, packsDir, integratedPlatform, failpoint, password, databaseUrl, port = 0 }: ServerSettings): NodeJS.ProcessEnv {
  const env = { ...process.env, GONGSHU_DATA: dataDir, GONGSHU_PORT: String(port), GONGSHU_MODE: 'demonstration' }
  const settings = { GONGSHU_PACKS: packsDir, GONGSHU_INTEGRATED_PLATFORM: integratedPlatform, GONGSHU_DEMONSTRATION_PASSWORD: password, [FAILPOINT_VARIABLE]: failpoint, DATABASE_URL: databaseUrl }
  return { ...env, ...settings } // spawn leaves out what is undefined
}

function addressSaid(child: ChildProcess, said: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    if (child.stdout === null || child.stderr === null) throw new Error('the server was started without pipes')
    createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line)
      const url = /^公枢已启动：(http:\S+)$/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
