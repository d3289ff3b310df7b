import type { Response } from 'playwright-core'
import type { AcceptedView, CaseView, OpenableView, OutcomeView, TaskView } from '#apps/api/wire/case.ts'
import type { JsonObject } from '#core/json.ts'
import { basisText, dueText, taskIn } from '../../demo/journey/case-view.ts'
import type { CaseHandle } from '../../demo/journey/case-view.ts'
import { filled } from '../../demo/journey/contents.ts'
import type { Contents } from '../../demo/journey/contents.ts'
import { Refused } from '../../demo/journey/door.ts'
import type { SessionView, Ticket } from '../../demo/journey/door.ts'
import type { JobAsked, JobView } from '../../demo/journey/job.ts'
import { Person } from '../../demo/journey/person.ts'
import type { OpenWith } from '../../demo/journey/person.ts'
import type { Story } from '../../demo/journey/story.ts'
import { Desk } from './desk.ts'
import type { Hands } from './hands.ts'
import { ActForm, attachment } from './pages/act-form.ts'
import { CasePage } from './pages/case.page.ts'
import { EnvironmentPage } from './pages/environment.page.ts'
import { NotOnScreen, choose, escaped } from './pages/inputs.ts'
import { Names } from './pages/names.ts'
import { ServicePage } from './pages/service.page.ts'

const NO_HASH = '0'.repeat(64)
const COMMAND = /^\/api\/cases\/[^/]+\/commands$/
const JOBS = '/api/environment/jobs'
const ADVANCE = '/api/clock/advance'
const KEY = /^\/api\/subscriptions\/([^/]+)\/key$/

/**
 * A person of the journey whose acts are clicks: what the story lets them open, conclude, run or answer is done in a
 * browser of their own, and a refusal counts as one only when it stands on the screen with its code and article. What
 * the screen offers no way to try (another office's act, a text that is not the present one) is tried over HTTP, and
 * the ledger says so.
 */
export class ClickingPerson extends Person {
  readonly desk: Desk
  readonly #names = new Names(this)

  constructor(story: Story, login: string, ticket: Ticket & { session: SessionView }, hands: Hands) {
    super(story, login, ticket)
    this.desk = new Desk(hands, login, () => story.today)
  }

  override open(procedure: string, opening: OpenWith): Promise<CaseHandle> {
    return this.#tried(() => this.#open(procedure, opening), () => super.open(procedure, opening))
  }

  async #open(procedure: string, { links = {}, contents = {} }: OpenWith): Promise<CaseHandle> {
    const { rows } = await this.get<{ rows: OpenableView[] }>('/api/openable')
    const row = rows.find((one) => one.procedure === procedure)
    if (row === undefined) throw new NotOnScreen(`${this.login} is not offered ${procedure}`)
    const around = await this.desk.console()
    const { screen } = around
    const sheet = new CasePage(screen)
    await around.menu('发起事项')
    if (!row.own) await screen.page.getByRole('button', { name: /由其他单位或者岗位发起的事项/ }).click()
    if (!row.enabled && row.disabled_reason !== null) {
      return this.desk.off(sheet, screen.page.getByRole('button', { name: new RegExp(`^${escaped(row.open_title)}`) }), row.disabled_reason, row.open_title)
    }
    await screen.page.getByRole('button', { name: row.open_title, exact: true }).click()
    await screen.page.getByRole('heading', { level: 1, name: row.open_title, exact: true }).waitFor()
    await this.#fillOpening(sheet, row, links, await this.#written(contents, null))
    const answer = await sheet.submit(sheet.form(row.open_title), row.open_title, /^\/api\/cases$/, false)
    const accepted = await this.desk.answered<AcceptedView>(sheet, answer, row.open_title)
    await screen.page.waitForURL(new RegExp(`/cases/${accepted.case_id}`))
    const one = { id: accepted.case_id, number: accepted.number, procedure }
    this.story.witness(one, this)
    this.#told(`${row.open_title}：${one.number}`, null, await this.desk.done(sheet, accepted))
    return one
  }

  async #fillOpening(sheet: CasePage, row: OpenableView, links: Record<string, CaseHandle>, contents: JsonObject): Promise<void> {
    const { page } = sheet.screen
    const form = sheet.form(row.open_title)
    for (const [name, one] of Object.entries(links)) {
      const link = row.links.find((candidate) => candidate.name === name)
      const candidate = link?.candidates.find(({ case_id }) => case_id === one.id)
      if (link === undefined || candidate === undefined) throw new NotOnScreen(`${row.procedure} does not offer ${one.number} as ${name}`)
      await choose(page, form, link.title, `${candidate.number}　${candidate.title}`, false)
    }
    await new ActForm(page, form, this.#names).fill(row.form, contents)
    await this.desk.hands.pictured(sheet.screen, `form-${row.procedure}`)
  }

  override conclude(one: CaseHandle, step: string, outcome: string, contents: Contents = {}): Promise<AcceptedView> {
    return this.#tried(() => this.#conclude(one, step, outcome, contents), () => super.conclude(one, step, outcome, contents))
  }

  async #conclude(one: CaseHandle, step: string, outcome: string, contents: Contents): Promise<AcceptedView> {
    const { view, task } = await this.#taskOf(one, step)
    const chosen = task.outcomes.find((candidate) => candidate.id === outcome)
    if (chosen === undefined) throw new NotOnScreen(`the task ${step} offers no ${outcome}`)
    const shown = `${one.number} ${task.title}：${chosen.title}`
    const sheet = await this.desk.atTask(one, task)
    if (!chosen.enabled && chosen.disabled_reason !== null) return this.desk.off(sheet, sheet.closedOutcome(task, chosen), chosen.disabled_reason, shown)
    const accepted = await this.desk.answered<AcceptedView>(sheet, await this.#sent(sheet, task, chosen, await this.#written(contents, view)), shown)
    this.#told(shown, task, await this.desk.done(sheet, accepted))
    return accepted
  }

  async #sent(sheet: CasePage, task: TaskView, chosen: OutcomeView, contents: JsonObject): Promise<Response> {
    if (task.due !== null && task.due.derivation.length > 0) await sheet.readsDerivation(task)
    const form = await sheet.choose(task, chosen)
    await new ActForm(sheet.screen.page, form, this.#names).fill(chosen.form, contents)
    await this.desk.hands.pictured(sheet.screen, `task-${task.step}`)
    return sheet.submit(form, `提交：${chosen.title}`, COMMAND, chosen.confirm !== null)
  }

  override askExtension(one: CaseHandle, step: string, days: number, reason: string): Promise<AcceptedView> {
    const asked = (task: TaskView) => task.extension?.can_ask ?? false
    return this.#tried(() => this.#extension(one, step, asked, (sheet, task) => sheet.askExtension(task, days, reason)), () => super.askExtension(one, step, days, reason))
  }

  override answerExtension(one: CaseHandle, step: string, grant: boolean, reason: string): Promise<AcceptedView> {
    const asked = (task: TaskView) => task.extension?.can_answer ?? false
    return this.#tried(() => this.#extension(one, step, asked, (sheet, task) => sheet.answerExtension(task, grant, reason)), () => super.answerExtension(one, step, grant, reason))
  }

  async #extension(one: CaseHandle, step: string, isOffered: (task: TaskView) => boolean, act: (sheet: CasePage, task: TaskView) => Promise<Response>): Promise<AcceptedView> {
    const { task } = await this.#taskOf(one, step)
    if (!isOffered(task)) throw new NotOnScreen(`${this.login} is not offered an extension of ${step}`)
    const sheet = await this.desk.atTask(one, task)
    const shown = `${one.number} ${task.title}：延期`
    const accepted = await this.desk.answered<AcceptedView>(sheet, await act(sheet, task), shown).catch(async (error: unknown) => {
      await sheet.cancelDialog()
      throw error
    })
    this.#told(shown, task, await this.desk.done(sheet, accepted))
    return accepted
  }

  /** What the story posts by itself: a job, the city's next day, a key. */
  override async post<T>(path: string, body: unknown, tried = path): Promise<T> {
    const overHttp = () => super.post<T>(path, body, tried)
    if (path === ADVANCE) return this.#tried(() => this.#advance<T>(body as { to: string }), overHttp) // the story's own body
    if (path === JOBS) return this.#tried(() => this.#run<T>({ ...(body as JobAsked) }, tried), overHttp) // the story's own body
    if (KEY.test(path)) return this.#tried(() => this.#key<T>(path), overHttp)
    return overHttp()
  }

  async #advance<T>({ to }: { to: string }): Promise<T> {
    const around = await this.desk.console()
    await around.advanceTo(to)
    await around.screen.inOrder()
    this.desk.hands.ledger.clicked += 1
    return null as T // the story reads no answer
  }

  async #run<T>(asked: { scenario: string; purpose: string; sql: string }, tried: string): Promise<T> {
    const { tables } = await this.get<{ tables: { scenario: string }[] }>('/api/environment')
    if (!tables.some(({ scenario }) => scenario === asked.scenario)) throw new NotOnScreen(`the environment offers no scenario ${asked.scenario}`)
    const around = await this.desk.console()
    await around.menu('开发利用环境')
    await this.desk.hands.pictured(around.screen, 'environment')
    const room = new EnvironmentPage(around.screen)
    const response = await room.run(asked.scenario, asked.purpose, asked.sql)
    const { id } = await this.desk.answered<JobView>(new CasePage(around.screen), response, tried)
    const text = await room.jobText()
    const job = await this.get<JobView>(`${JOBS}/${id}`)
    const said = [...job.layers.map(({ explanation }) => explanation), ...(job.failure === null ? [] : [job.failure.message, job.failure.code])]
    const unsaid = said.filter((one) => !text.includes(one))
    if (unsaid.length > 0) throw new Error(`the page of the job does not say: ${unsaid.join(' | ')}`)
    await this.desk.hands.pictured(around.screen, `job-${job.verdict ?? job.failure?.code ?? 'none'}`)
    this.desk.hands.ledger.clicked += 1
    return job as T // the answer to the same question
  }

  async #key<T>(path: string): Promise<T> {
    const id = decodeURIComponent(KEY.exec(path)?.[1] ?? '')
    const { rows } = await this.get<{ rows: { id: string; product: { name: string } }[] }>('/api/subscriptions')
    const around = await this.desk.console()
    await around.menu('我的订用')
    const key = await new ServicePage(around.screen).makeKey(rows.find((one) => one.id === id)?.product.name ?? '')
    await this.desk.hands.pictured(around.screen, 'subscriptions')
    this.desk.hands.ledger.clicked += 1
    return { key } as T // the part of the answer that the screen shows
  }

  /** By clicks where they are asked for and the screen has a way; else over HTTP, and the ledger says why. */
  async #tried<T>(clicks: () => Promise<T>, overHttp: () => Promise<T>): Promise<T> {
    const { hands } = this.desk
    if (!hands.click) return overHttp()
    try {
      return await clicks().catch((error: unknown) => {
        if (!(error instanceof Refused) || error.problem.code !== 'case-must-not-have-changed') throw error
        return this.#refreshed(clicks)
      })
    } catch (error) {
      if (!(error instanceof NotOnScreen)) throw error
      hands.ledger.overHttp.push(error.message)
      return hands.withoutClicks(overHttp)
    }
  }

  /** A receipt came while the form was being filled in: what the refusal says to do is done, and it is tried once more. */
  async #refreshed<T>(clicks: () => Promise<T>): Promise<T> {
    const around = await this.desk.console()
    await around.screen.page.reload()
    return clicks()
  }

  /** The open task as this person sees it. @throws NotOnScreen where they see none */
  async #taskOf(one: CaseHandle, step: string): Promise<{ view: CaseView; task: TaskView }> {
    const view = await this.get<CaseView>(`/api/cases/${one.id}`).catch((error: unknown) => {
      if (error instanceof Refused) throw new NotOnScreen(`${one.number} is closed to ${this.login}`)
      throw error
    })
    const task = taskIn(view, step) as TaskView | undefined // one of the same view's tasks, by the API's own type
    if (task === undefined) throw new NotOnScreen(`${one.number} has no open task ${step}`)
    return { view, task }
  }

  #told(act: string, task: TaskView | null, entry: string): void {
    this.story.narrator.act({ date: this.story.today, who: this.who, act, provision: basisText(task?.basis), due: dueText(task?.due), entry })
  }

  async #written(contents: Contents, view: CaseView | null): Promise<JsonObject> {
    return filled(contents, {
      word: (path) => this.story.word(path),
      day: (count) => this.story.workingDay(count),
      file: async (name) => attachment(name),
      hash: (content) => view?.contents.find((one) => one.key === content && one.branch.length === 0)?.hash ?? NO_HASH,
    }) as Promise<JsonObject> // an object stays an object
  }
}
