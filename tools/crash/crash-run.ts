import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CityDesk, Official } from './city-desk.ts'
import type { Seen } from './city-desk.ts'
import { checkHistory } from './check-history.ts'
import type { Finding } from './check-history.ts'
import { CityWork, drillFile } from './city-work.ts'
import { CounterpartyProcess } from './counterparty-process.ts'
import { writeDrillPacks } from './drill-packs.ts'
import { Draw } from './draw.ts'
import { ServerProcess } from './server-process.ts'

export type CrashOptions = {
  /** Repeats the same kills at the same moments; how far the work has come then depends on the machine. */
  seed: number
  /** Failpoints to die at, one server's life for each: `name` or `name:times`. */
  failpoints: readonly string[]
  /** How many times the whole tree is killed at a random moment. */
  randomKills: number
  print: (line: string) => void
}

/** What a run has shown. `control` is what the checks say of a history with an opening that never was: they must miss it. */
export type CrashReport = { kills: number; processes: number; startMs: number[]; seen: Seen; opened: number; concluded: number; verdict: string; findings: Finding[]; control: Finding[] }

const PASSWORD = 'crash-drill-2026'
/** A failpoint that is not reached within this time is not on anybody's way: a fault of the run. */
const REACH_MS = 60_000
/** The tree is killed this long after it was up, at the earliest and at the latest. */
const LIFE_MS = { from: 50, to: 2_500 }
const FINISH_MS = 120_000

/** Kills the real server at every named place and at random moments while officials work, then looks at what is left. */
export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-crash-'))
  const outside = await CounterpartyProcess.start(join(directory, 'counterparty'))
  try {
    const file = drillFile()
    await outside.hand(file.name, file.text)
    await writeDrillPacks(join(directory, 'packs'))
    return await new CrashRun(directory, outside, options).go()
  } finally {
    await outside.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

class CrashRun {
  readonly #directory: string
  readonly #outside: CounterpartyProcess
  readonly #options: CrashOptions
  readonly #draw: Draw
  readonly #desk = new CityDesk(PASSWORD)
  readonly #work: CityWork
  readonly #startMs: number[] = []
  #kills = 0
  #processes = 0
  #failed: unknown = null

  constructor(directory: string, outside: CounterpartyProcess, options: CrashOptions) {
    this.#directory = directory
    this.#outside = outside
    this.#options = options
    this.#draw = new Draw(options.seed)
    this.#work = new CityWork(this.#desk, String(options.seed))
  }

  get #dataDir(): string {
    return join(this.#directory, 'data')
  }

  async go(): Promise<CrashReport> {
    const atWork = this.#work.work().catch((error: unknown) => {
      this.#failed = error
    })
    try {
      for (const failpoint of this.#options.failpoints) await this.#dieAt(failpoint)
      for (let kill = 1; kill <= this.#options.randomKills; kill += 1) await this.#dieSometime(kill)
      const verdict = await this.#finish(atWork)
      const { history } = this.#work
      const delivered = await this.#outside.delivered()
      const findings = await checkHistory(this.#dataDir, history, delivered)
      const forged = { ...history, opened: [...history.opened, { caseId: 'case-never', number: '—', person: 'nobody' }] }
      const control = (await checkHistory(this.#dataDir, forged, delivered)).filter((finding) => !finding.holds)
      return {
        kills: this.#kills, processes: this.#processes, startMs: this.#startMs, seen: this.#desk.seen,
        opened: history.opened.length, concluded: history.concluded.length, verdict, findings, control,
      }
    } finally {
      this.#desk.end()
      await atWork
    }
  }

  /** The server lives until it comes to the place, and dies of its own hand there; its database is left an orphan. */
  async #dieAt(failpoint: string): Promise<void> {
    const server = await this.#start(failpoint)
    this.#desk.opened(server.url)
    const how = await Promise.race([server.ended, this.#brokenWork(), delay(REACH_MS, 'not reached', { ref: false })])
    this.#desk.closed()
    if (how !== 'SIGKILL') {
      await server.killTree()
      this.#refuseFailed()
      throw new Error(`${failpoint}: ${how}\n${server.said.join('\n')}`)
    }
    this.#kills += 1
    this.#processes += 1
    this.#options.print(`${String(this.#kills).padStart(3)}  died at ${failpoint}; ${this.#progress()}`)
  }

  async #dieSometime(kill: number): Promise<void> {
    const life = this.#draw.between(LIFE_MS.from, LIFE_MS.to)
    const server = await this.#start()
    this.#desk.opened(server.url)
    await delay(life)
    const processes = await server.killTree()
    this.#desk.closed()
    this.#refuseFailed()
    this.#kills += 1
    this.#processes += processes
    this.#options.print(`${String(this.#kills).padStart(3)}  kill ${kill} of ${this.#options.randomKills}: ${processes} processes after ${life} ms; ${this.#progress()}`)
  }

  /** Lets everybody finish, takes the evidence along, and stops the server in an orderly way. */
  async #finish(atWork: Promise<void>): Promise<string> {
    const server = await this.#start()
    this.#desk.opened(server.url)
    this.#work.stop()
    await Promise.race([atWork, delay(FINISH_MS, undefined, { ref: false })])
    this.#refuseFailed()
    const auditor = await Official.signIn(this.#desk, 'gl-shenji')
    const bundle = join(this.#directory, 'bundle.jsonl')
    await writeFile(bundle, await auditor.getText('/api/evidence/bundle'))
    await server.stop()
    this.#desk.closed()
    const run = spawnSync(process.execPath, ['apps/verifier/verify.mjs', bundle, '--keys', join(this.#dataDir, 'evidence-keys.txt')], { encoding: 'utf8' })
    const last = run.stdout.trim().split('\n').at(-1) ?? ''
    return run.status === 0 ? last : `exit ${run.status}: ${run.stdout}${run.stderr}`
  }

  async #start(failpoint?: string): Promise<ServerProcess> {
    const server = await ServerProcess.start({
      dataDir: this.#dataDir, packsDir: join(this.#directory, 'packs'), integratedPlatform: this.#outside.address, password: PASSWORD,
      ...(failpoint === undefined ? {} : { failpoint }),
    })
    this.#startMs.push(server.startMs)
    return server
  }

  async #brokenWork(): Promise<string> {
    while (this.#failed === null) await delay(WATCH_MS, undefined, { ref: false })
    return 'the officials met a fault'
  }

  #refuseFailed(): void {
    if (this.#failed !== null) throw this.#failed
  }

  #progress(): string {
    const { opened, concluded } = this.#work.history
    return `${opened.length} cases, ${concluded.length} steps acknowledged, ${this.#desk.seen.unknown} unknown outcomes`
  }
}

const WATCH_MS = 100
