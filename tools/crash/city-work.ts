import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Json, JsonObject } from '#core/json.ts'
import { ChapterContents, filled } from '../../demo/journey/contents.ts'
import type { Contents } from '../../demo/journey/contents.ts'
import { Official } from './city-desk.ts'
import type { Accepted, CityDesk } from './city-desk.ts'
import { DRILL } from './drill-packs.ts'

/** What the server has acknowledged: it must be there at the end, once. */
export type History = { opened: { caseId: string; number: string; person: string }[]; concluded: { caseId: string; task: string; person: string }[] }

type TaskSeen = { id: string; step: string }
type CaseSeen = { status: { id: string }; tasks: TaskSeen[] }

const GLANCE_MS = 60
const DRILL_ROWS = 40

/** The file that providers of the drill hand over, and its hash. */
export function drillFile(): { name: string; text: string; rows: number; sha256: string } {
  const rows = Array.from({ length: DRILL_ROWS }, (_, index) => [index + 1, 2010, 1, 2, index % 24, 4].join(','))
  const text = `${['No', ...DRILL.fields.slice(1)].join(',')}\n${rows.join('\n')}\n`
  return { name: 'drill.csv', text, rows: DRILL_ROWS, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Officials at work until they are told to stop; each ends the case in hand first. */
export class CityWork {
  readonly history: History = { opened: [], concluded: [] }
  readonly #desk: CityDesk
  readonly #run: string
  #commands = 0
  #stopping = false

  /** `run` makes the keys of this run its own. */
  constructor(desk: CityDesk, run: string) {
    this.#desk = desk
    this.#run = run
  }

  /** Asks everybody to finish what is in hand. */
  stop(): void {
    this.#stopping = true
  }

  /** Two teams guide plans, two officers send drills through outside platform, vault and destruction. */
  async work(): Promise<void> {
    const [liu, sun, zhang, li, wang, zhao] = await Promise.all(['zx-liu', 'zx-sun', 'dsj-zhang', 'dsj-li', 'czb-wang', 'czb-zhao'].map((login) => Official.signIn(this.#desk, login)))
    if (!liu || !sun || !zhang || !li || !wang || !zhao) throw new Error('six officials are needed')
    await Promise.all([
      this.#again(() => this.#guidePlan(liu, zhang, wang)),
      this.#again(() => this.#guidePlan(sun, li, zhao)),
      this.#again(() => this.#drill(wang)),
      this.#again(() => this.#drill(zhao)),
    ])
  }

  async #again(one: () => Promise<void>): Promise<void> {
    while (!this.#stopping) await one()
  }

  async #guidePlan(drafter: Official, authority: Official, manager: Official): Promise<void> {
    const { case_id: id } = await this.#open(drafter, 'implementation-plan', { 'case-name': '中断恢复演练方案' })
    await this.#conclude(drafter, id, 'draft', 'ready', await planContents())
    await Promise.all([this.#conclude(authority, id, 'guide-data-authority', 'none'), this.#conclude(manager, id, 'guide-public-data-manager', 'none')])
    await this.#conclude(drafter, id, 'finalize', 'final')
  }

  async #drill(officer: Official): Promise<void> {
    const { rows, sha256 } = drillFile()
    const { case_id: id } = await this.#open(officer, DRILL.procedure.procedure, { 'drill-source': { rows, sha256 } })
    await this.#until(officer, id, (seen) => seen.tasks.some((task) => task.step === 'order-destruction'))
    await this.#conclude(officer, id, 'order-destruction', 'order')
    await this.#until(officer, id, (seen) => seen.status.id === 'destroyed')
  }

  async #until(official: Official, id: string, done: (seen: CaseSeen) => boolean): Promise<void> {
    while (!done(await official.get<CaseSeen>(`/api/cases/${id}`))) await delay(GLANCE_MS)
  }

  async #open(official: Official, procedure: string, contents: JsonObject): Promise<Accepted> {
    const accepted = await official.command('/api/cases', this.#key(official), { pack: DRILL.pack, procedure, links: {}, contents })
    this.history.opened.push({ caseId: accepted.case_id, number: accepted.number, person: official.login })
    return accepted
  }

  async #conclude(official: Official, caseId: string, step: string, outcome: string, contents: Contents = {}): Promise<void> {
    const { tasks } = await official.get<CaseSeen>(`/api/cases/${caseId}`)
    const task = tasks.find((one) => one.step === step)
    if (task === undefined) throw new Error(`${caseId}: the step ${step} is not open; open: ${tasks.map((one) => one.id).join(', ')}`)
    await official.command(`/api/cases/${caseId}/commands`, this.#key(official), { type: 'conclude', task: task.id, outcome, contents })
    this.history.concluded.push({ caseId, task: task.id, person: official.login })
  }

  #key(official: Official): string {
    this.#commands += 1
    return `crash-${this.#run}-${official.login}-${this.#commands}`
  }
}

const WORDS: Readonly<Record<string, Json>> = { 'plan.start': '2026-08-01', 'plan.end': '2031-07-31', 'plan.platform-ready': '2026-12-31', 'plan.first-products': '2027-06-30', 'plan.target-year': 2027 }

/** The plan and study of the demonstration's story, with this run's words. */
async function planContents(): Promise<Contents> {
  const filling = { word: (path: string) => WORDS[path] ?? `演练${path}`, day: () => '2026-07-01', file: () => Promise.reject(new Error('the drill attaches no file')), hash: () => '' }
  return (await filled(new ChapterContents('01-plan').take('implementation-plan', 'feasibility-study'), filling)) as Contents // an object stays an object
}
