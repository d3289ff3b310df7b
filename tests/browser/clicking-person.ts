import type { AcceptedView, CaseView, OpenableView, OutcomeView, TaskView } from '#apps/api/wire/case.ts'
import type { Problem, RefusalView } from '#apps/api/wire/refusal.ts'
import type { JsonObject } from '#core/json.ts'
import type { Locator, Response } from 'playwright-core'
import { basisText, dueText, taskIn } from '../../demo/journey/case-view.ts'
import type { CaseHandle } from '../../demo/journey/case-view.ts'
import { filled } from '../../demo/journey/contents.ts'
import type { Contents } from '../../demo/journey/contents.ts'
import { Refused } from '../../demo/journey/door.ts'
import type { SessionView, Ticket } from '../../demo/journey/door.ts'
import { Person } from '../../demo/journey/person.ts'
import type { OpenWith } from '../../demo/journey/person.ts'
import type { Story } from '../../demo/journey/story.ts'
import type { Hands } from './hands.ts'
import { ActForm, NotOnScreen, attachment } from './pages/act-form.ts'
import { CasePage } from './pages/case.page.ts'
import { ConsolePage } from './pages/console.page.ts'
import { EnvironmentPage } from './pages/environment.page.ts'
import { choose, escaped } from './pages/inputs.ts'
import { LoginPage } from './pages/login.page.ts'
import { Names } from './pages/names.ts'
import type { Screen } from './pages/screen.ts'
import { ServicePage } from './pages/service.page.ts'

const REFUSED_FROM = 400
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
  readonly #hands: Hands
  readonly #names = new Names(this)
  #screen: Screen | null = null

  constructor(story: Story, login: string, ticket: Ticket & { session: SessionView }, hands: Hands) {
    super(story, login, ticket)
    this.#hands = hands
  }

  /** This person's browser, signed in at the first look. */
  async screen(): Promise<Screen> {
    if (this.#screen === null) {
      this.#screen = await this.#hands.newScreen()
      const door = new LoginPage(this.#screen)
      await door.open()
      await door.pick(this.login)
    }
    return this.#screen
  }

  /** The console on this person's screen, of the city's present day. */
  async console(): Promise<ConsolePage> {
    const around = new ConsolePage(await this.screen())
    await around.ofToday(this.story.today)
    return around
  }

  override async open(procedure: string, opening: OpenWith): Promise<CaseHandle> {
    if (!this.#hands.click) return super.open(procedure, opening)
    const { rows } = await this.get<{ rows: OpenableView[] }>('/api/openable')
    const row = rows.find((one) => one.procedure === procedure)
    const links = opening.links ?? {}
    const isThere = row !== undefined && row.links.every(({ name, candidates }) => links[name] === undefined || candidates.some(({ case_id }) => case_id === links[name]?.id))
    if (!isThere) return this.#overHttp(`${this.login} is not offered ${procedure}`, () => super.open(procedure, opening))
    return this.#opened(row, links, await this.#written(opening.contents ?? {}, null))
  }

  async #opened(row: OpenableView, links: Record<string, CaseHandle>, contents: JsonObject): Promise<CaseHandle> {
    const { screen } = await this.console()
    const { page } = screen
    const around = new ConsolePage(screen)
    await around.menu('发起事项')
    const sheet = new CasePage(screen)
    if (!row.enabled && row.disabled_reason !== null) {
      return this.#readsWhyOff(sheet, page.getByRole('button', { name: new RegExp(`^${escaped(row.open_title)}`) }), row.disabled_reason, row.open_title)
    }
    await page.getByRole('button', { name: row.open_title, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: row.open_title, exact: true }).waitFor()
    const form = sheet.form(row.open_title)
    for (const link of row.links) {
      const number = links[link.name]?.number
      const candidate = link.candidates.find((one) => one.number === number)
      if (candidate !== undefined) await choose(page, form, link.title, `${candidate.number}　${candidate.title}`, false)
    }
    await new ActForm(page, form, this.#names).fill(row.form, contents)
    await this.#hands.pictured(screen, `form-${row.procedure}`)
    const accepted = await this.#answered(sheet, await sheet.submit(form, row.open_title, /^\/api\/cases$/, false), row.open_title)
    await page.waitForURL(new RegExp(`/cases/${accepted.case_id}`))
    const one = { id: accepted.case_id, number: accepted.number, procedure: row.procedure }
    this.story.witness(one, this)
    await this.#done(sheet, accepted, `${row.open_title}：${one.number}`, null)
    return one
  }

  override async conclude(one: CaseHandle, step: string, outcome: string, contents: Contents = {}): Promise<AcceptedView> {
    if (!this.#hands.click) return super.conclude(one, step, outcome, contents)
    const view = await this.#ownView(one)
    const task = view === null ? undefined : (taskIn(view, step) as TaskView | undefined) // the same view, read by the API's own type
    const chosen = task?.outcomes.find((candidate) => candidate.id === outcome)
    if (view === null || task === undefined || chosen === undefined) return this.#overHttp(`${this.login} sees no ${step}/${outcome}`, () => super.conclude(one, step, outcome, contents))
    const sheet = await this.#atTask(one, task)
    if (!chosen.enabled && chosen.disabled_reason !== null) {
      return this.#readsWhyOff(sheet, sheet.closedOutcome(task, chosen), chosen.disabled_reason, `${one.number} ${task.title}：${chosen.title}`)
    }
    try {
      const form = await sheet.choose(task, chosen)
      await new ActForm(sheet.screen.page, form, this.#names).fill(chosen.form, await this.#written(contents, view))
    } catch (error) {
      if (error instanceof NotOnScreen) return this.#overHttp(error.message, () => super.conclude(one, step, outcome, contents))
      throw error
    }
    return this.#concluded(sheet, one, task, chosen)
  }

  async #concluded(sheet: CasePage, one: CaseHandle, task: TaskView, chosen: OutcomeView): Promise<AcceptedView> {
    const form = sheet.form(`提交：${chosen.title}`, sheet.card(task.id))
    const shown = `${one.number} ${task.title}：${chosen.title}`
    await this.#hands.pictured(sheet.screen, `task-${task.step}`)
    const accepted = await this.#answered(sheet, await sheet.submit(form, `提交：${chosen.title}`, COMMAND, chosen.confirm !== null), shown)
    await this.#done(sheet, accepted, shown, task)
    return accepted
  }

  override askExtension(one: CaseHandle, step: string, days: number, reason: string): Promise<AcceptedView> {
    return this.#extension(one, step, (task) => task.extension?.can_ask ?? false, (sheet, task) => sheet.askExtension(task, days, reason), () => super.askExtension(one, step, days, reason))
  }

  override answerExtension(one: CaseHandle, step: string, grant: boolean, reason: string): Promise<AcceptedView> {
    return this.#extension(one, step, (task) => task.extension?.can_answer ?? false, (sheet, task) => sheet.answerExtension(task, grant, reason), () => super.answerExtension(one, step, grant, reason))
  }

  async #extension(one: CaseHandle, step: string, offered: (task: TaskView) => boolean, act: (sheet: CasePage, task: TaskView) => Promise<Response>, overHttp: () => Promise<AcceptedView>): Promise<AcceptedView> {
    if (!this.#hands.click) return overHttp()
    const view = await this.#ownView(one)
    const task = view === null ? undefined : (taskIn(view, step) as TaskView | undefined) // the same view, read by the API's own type
    if (task === undefined || !offered(task)) return this.#overHttp(`${this.login} is not offered an extension of ${step}`, overHttp)
    const sheet = await this.#atTask(one, task)
    const response = await act(sheet, task)
    const shown = `${one.number} ${task.title}：延期`
    const accepted = await this.#answered(sheet, response, shown).catch(async (error: unknown) => {
      await sheet.cancelDialog()
      throw error
    })
    await this.#done(sheet, accepted, shown, task)
    return accepted
  }

  /** What the story posts by itself: a job, the city's next day, a key. */
  override async post<T>(path: string, body: unknown, tried?: string): Promise<T> {
    if (!this.#hands.click) return super.post<T>(path, body, tried)
    if (path === ADVANCE) return (await this.#advance(String((body as { to: string }).to))) as T // the story reads no answer
    if (path === JOBS) return (await this.#run(body as JobAsked, tried ?? path)) as T // the answer of the same question
    if (KEY.test(path)) return (await this.#key(path)) as T // the part of the answer that the screen shows
    return super.post<T>(path, body, tried)
  }

  async #advance(to: string): Promise<null> {
    const around = await this.console()
    await around.advanceTo(to)
    await around.screen.inOrder()
    this.#hands.ledger.clicked += 1
    return null
  }

  async #run(asked: JobAsked, tried: string): Promise<unknown> {
    const { tables } = await this.get<{ tables: { scenario: string }[] }>('/api/environment')
    if (!tables.some(({ scenario }) => scenario === asked.scenario)) return this.#overHttp(`the screen offers no scenario ${asked.scenario}`, () => super.post(JOBS, asked, tried))
    const around = await this.console()
    await around.menu('开发利用环境')
    const room = new EnvironmentPage(around.screen)
    const response = await room.run(asked.scenario, asked.purpose, asked.sql)
    if (response.status() >= REFUSED_FROM) return this.#answered(new CasePage(around.screen), response, tried)
    const job = (await response.json()) as { verdict: string | null; failure: { message: string; code: string } | null; layers: { explanation: string }[] } // the wire contract
    const text = await room.jobText()
    for (const said of [...job.layers.map(({ explanation }) => explanation), ...(job.failure === null ? [] : [job.failure.message, job.failure.code])]) {
      if (!text.includes(said)) throw new Error(`the page of the job does not say “${said}”`)
    }
    await this.#hands.pictured(around.screen, `job-${job.verdict ?? job.failure?.code ?? 'none'}`)
    this.#hands.ledger.clicked += 1
    return job
  }

  async #key(path: string): Promise<{ key: string }> {
    const id = decodeURIComponent(KEY.exec(path)?.[1] ?? '')
    const { rows } = await this.get<{ rows: { id: string; product: { name: string } }[] }>('/api/subscriptions')
    const around = await this.console()
    await around.menu('我的订用')
    const key = await new ServicePage(around.screen).makeKey(rows.find((one) => one.id === id)?.product.name ?? '')
    await around.screen.inOrder()
    this.#hands.ledger.clicked += 1
    return { key }
  }

  /** The case as this person may read it; null where it is closed to them. */
  async #ownView(one: CaseHandle): Promise<CaseView | null> {
    return this.get<CaseView>(`/api/cases/${one.id}`).catch((error: unknown) => {
      if (error instanceof Refused) return null
      throw error
    })
  }

  /** The page of a case: from 待办 where the task is this person's, else by its address. A page already open stays open. */
  async #atTask(one: CaseHandle, task: TaskView): Promise<CasePage> {
    const around = await this.console()
    const { screen } = around
    const sheet = new CasePage(screen)
    const isOpen = new URL(screen.page.url()).pathname === `/cases/${one.id}` && (await sheet.card(task.id).count()) > 0
    if (isOpen) return sheet
    if (task.mine) await around.openTask(one.number, task.id)
    else await screen.goTo(`/cases/${one.id}`)
    await sheet.card(task.id).waitFor()
    return sheet
  }

  /** What the server answered to a click; a refusal must be read on the screen before it counts. */
  async #answered(sheet: CasePage, response: Response, tried: string): Promise<AcceptedView> {
    const body: unknown = await response.json()
    if (response.status() < REFUSED_FROM) return body as AcceptedView // the wire contract
    const problem = body as Problem // the wire contract of every answer from 400
    await sheet.readsRefusal(problem)
    await this.#hands.pictured(sheet.screen, `refusal-${problem.code}`)
    this.#hands.ledger.refused += 1
    throw new Refused(problem, tried)
  }

  /** A button that is off is a refusal too: it says why before anything is tried. */
  async #readsWhyOff(sheet: CasePage, button: Locator, off: RefusalView, tried: string): Promise<never> {
    await sheet.readsWhyOff(button, off)
    await this.#hands.pictured(sheet.screen, 'button-off')
    this.#hands.ledger.off += 1
    const { message, ...reason } = off
    throw new Refused({ ...reason, status: 0, detail: message }, tried)
  }

  async #done(sheet: CasePage, accepted: AcceptedView, shown: string, task: TaskView | null): Promise<void> {
    const entry = accepted.entries[0] ?? '—'
    await sheet.showsEntry(entry)
    await sheet.screen.inOrder()
    this.#hands.ledger.clicked += 1
    this.story.narrator.act({ date: this.story.today, who: this.who, act: shown, provision: basisText(task?.basis), due: dueText(task?.due), entry })
  }

  #overHttp<T>(why: string, act: () => Promise<T>): Promise<T> {
    this.#hands.ledger.overHttp.push(why)
    return this.#hands.withoutClicks(act)
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

type JobAsked = { agreement: string; scenario: string; purpose: string; sql: string }
