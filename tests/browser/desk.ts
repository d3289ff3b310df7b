import type { Locator, Response } from 'playwright-core'
import type { AcceptedView, TaskView } from '#apps/api/wire/case.ts'
import type { Problem, RefusalView } from '#apps/api/wire/refusal.ts'
import type { CaseHandle } from '../../demo/journey/case-view.ts'
import { Refused } from '../../demo/journey/door.ts'
import type { Hands } from './hands.ts'
import { CasePage } from './pages/case.page.ts'
import { ConsolePage } from './pages/console.page.ts'
import { LoginPage } from './pages/login.page.ts'
import type { Screen } from './pages/screen.ts'

const REFUSED_FROM = 400

/** One person's browser in the story: signed in at the first look, and always of the city's present day. */
export class Desk {
  readonly hands: Hands
  readonly #login: string
  readonly #today: () => string
  #screen: Screen | null = null

  constructor(hands: Hands, login: string, today: () => string) {
    this.hands = hands
    this.#login = login
    this.#today = today
  }

  async console(): Promise<ConsolePage> {
    if (this.#screen === null) {
      this.#screen = await this.hands.newScreen()
      const door = new LoginPage(this.#screen)
      await door.open()
      await door.pick(this.#login)
    }
    const around = new ConsolePage(this.#screen)
    await around.ofToday(this.#today())
    return around
  }

  /** The page of a case: from 待办 where the task is this person's, else by its address. A page already open stays open. */
  async atTask(one: CaseHandle, task: TaskView): Promise<CasePage> {
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

  /** What the server answered to a click. @throws Refused once the refusal was read on the screen */
  async answered<T>(sheet: CasePage, response: Response, tried: string): Promise<T> {
    const body: unknown = await response.json()
    if (response.status() < REFUSED_FROM) return body as T // the wire contract
    const problem = body as Problem // the wire contract of every answer from 400
    await sheet.readsRefusal(problem)
    await this.hands.pictured(sheet.screen, `refusal-${problem.code}`)
    this.hands.ledger.refused += 1
    throw new Refused(problem, tried)
  }

  /** A button that is off is a refusal too: it says why before anything is tried. @throws Refused always */
  async off(sheet: CasePage, button: Locator, off: RefusalView, tried: string): Promise<never> {
    await sheet.readsWhyOff(button, off)
    await this.hands.pictured(sheet.screen, 'button-off')
    this.hands.ledger.off += 1
    const { message, ...reason } = off
    throw new Refused({ ...reason, status: 0, detail: message }, tried)
  }

  /** What was done stands in the timeline with its evidence, and the page is in order. Answers the entry. */
  async done(sheet: CasePage, accepted: AcceptedView): Promise<string> {
    const entry = accepted.entries[0] ?? '—'
    await sheet.showsEntry(entry)
    await sheet.screen.inOrder()
    this.hands.ledger.clicked += 1
    return entry
  }
}
