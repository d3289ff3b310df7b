import type { Page, Response } from 'playwright-core'
import { choose } from './inputs.ts'
import type { Screen } from './screen.ts'

/** 开发利用环境: what may be used, a job to run, and what came of it. */
export class EnvironmentPage {
  readonly #screen: Screen
  readonly #page: Page

  constructor(screen: Screen) {
    this.#screen = screen
    this.#page = screen.page
  }

  /** Runs SQL for a purpose and waits for the answer. */
  async run(scenario: string, purpose: string, sql: string): Promise<Response> {
    const form = this.#page.getByRole('region', { name: '新作业' })
    await choose(this.#page, form, '应用场景', scenario, false)
    await form.getByLabel('用途', { exact: true }).fill(purpose)
    await form.getByLabel('SQL', { exact: true }).fill(sql)
    return this.#screen.answerTo('POST', /^\/api\/environment\/jobs$/, () => form.getByRole('button', { name: '运行', exact: true }).click())
  }

  /** The whole page of the job that was just run. */
  async jobText(): Promise<string> {
    await this.#page.getByRole('region', { name: '检查报告' }).waitFor()
    return this.#page.locator('main').innerText()
  }
}
