import type { Page, Response } from 'playwright-core'
import { choose } from './inputs.ts'
import type { Screen } from './screen.ts'

/** unit: ms; a job takes a second or two; the rest is for its turn in the queue on a machine busy with other tests */
const JOB_MS_MAX = 120_000

/** 开发利用环境: what may be used, a job to run, and what came of it. */
export class EnvironmentPage {
  readonly #screen: Screen
  readonly #page: Page

  constructor(screen: Screen) {
    this.#screen = screen
    this.#page = screen.page
  }

  /** Hands in SQL for a purpose and waits for the answer: the job waits for its turn. */
  async run(scenario: string, purpose: string, sql: string): Promise<Response> {
    const form = this.#page.getByRole('region', { name: '新作业' })
    await choose(this.#page, form, '应用场景', scenario, false)
    await form.getByLabel('用途', { exact: true }).fill(purpose)
    await form.getByLabel('SQL', { exact: true }).fill(sql)
    return this.#screen.answerTo('POST', /^\/api\/environment\/jobs$/, () => form.getByRole('button', { name: '运行', exact: true }).click())
  }

  /** The whole page of the job that was just run, once it has ended: with its report, or with why there is none. */
  async jobText(): Promise<string> {
    await this.#page.waitForURL(/\/environment\/jobs\/job-/)
    await this.#page.getByRole('region', { name: '检查报告' }).or(this.#page.locator('main').getByRole('alert')).first().waitFor({ timeout: JOB_MS_MAX })
    // What passed is folded where something did not: it is read as well.
    const folded = this.#page.locator('main details:not([open]) > summary').filter({ hasText: '已通过的检查' })
    while ((await folded.count()) > 0) await folded.first().click()
    return this.#page.locator('main').innerText()
  }
}
