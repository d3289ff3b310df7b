import type { Locator, Page } from 'playwright-core'
import type { Screen } from './screen.ts'

/** unit: ms; how long a list may take to show what another person has just done, before it is loaded anew */
const GLANCE_MS = 3_000

/** What stands around every page of the console: menu, city date, and the to-do list behind the first entry. */
export class ConsolePage {
  readonly screen: Screen
  readonly #page: Page

  constructor(screen: Screen) {
    this.screen = screen
    this.#page = screen.page
  }

  /** Follows an entry of the left menu. */
  async menu(entry: string): Promise<void> {
    await this.#page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: entry, exact: true }).click()
    await this.#page.getByRole('heading', { level: 1, name: entry, exact: true }).waitFor()
  }

  /** Loads the page anew where it still shows an earlier day, as a person does who left it open. */
  async ofToday(today: string): Promise<void> {
    const shown = this.#page.getByTestId('city-date')
    if ((await shown.innerText()) === today) return
    await this.#page.reload()
    await this.#page.getByRole('heading', { level: 1 }).first().waitFor()
    await shown.filter({ hasText: today }).waitFor()
  }

  /** Moves the city's date with the dialog in the head. */
  async advanceTo(date: string): Promise<void> {
    await this.#page.getByRole('button', { name: '推进日期' }).click()
    const dialog = this.#page.getByRole('dialog', { name: '推进城市日期' })
    await dialog.getByText('日期只能向后推进').waitFor()
    const input = dialog.getByLabel('推进到')
    await input.fill(date)
    await input.press('Enter')
    await this.screen.answerTo('POST', /^\/api\/clock\/advance$/, () => dialog.getByRole('button', { name: '确认推进' }).click())
    await this.#page.getByTestId('city-date').filter({ hasText: date }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Opens a task from 待办, by its case's number; the list is loaded anew where it does not yet show it. */
  async openTask(number: string, task: string): Promise<void> {
    await this.menu('待办')
    const row = this.#page.getByRole('row').filter({ hasText: number })
    const link = row.getByRole('link', { name: /^办理 / }).and(this.#page.locator(`[href$="#task-${task}"]`)).first()
    await seen(link).catch(() => this.#page.reload())
    await link.click()
    await this.#page.waitForURL(/\/cases\//)
    await this.#page.getByRole('region', { name: '待办理的任务' }).waitFor()
  }
}

function seen(locator: Locator): Promise<void> {
  return locator.waitFor({ timeout: GLANCE_MS })
}
