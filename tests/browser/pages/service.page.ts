import type { Page, Response } from 'playwright-core'
import { choose } from './inputs.ts'
import type { Screen } from './screen.ts'

type Condition = { field: string; is: string; value: string }

/** 我的订用 and the page of a product with its trial. */
export class ServicePage {
  readonly #screen: Screen
  readonly #page: Page

  constructor(screen: Screen) {
    this.#screen = screen
    this.#page = screen.page
  }

  /** Makes the key of a subscription; it is shown once. */
  async makeKey(product: string): Promise<string> {
    await this.#screen.answerTo('POST', /^\/api\/subscriptions\/[^/]+\/key$/, () => this.#page.getByRole('button', { name: `生成密钥 ${product}`, exact: true }).click())
    const dialog = this.#page.getByRole('dialog', { name: '密钥只显示这一次' })
    const key = await dialog.getByTestId('issued-key').innerText()
    await dialog.getByRole('button', { name: '我已保存' }).click()
    await dialog.waitFor({ state: 'hidden' })
    return key
  }

  /** Fills the trial of a product. */
  async prepare(key: string, scenario: string, conditions: readonly Condition[]): Promise<void> {
    const trial = this.#page.getByRole('region', { name: '试用' })
    await trial.getByLabel('密钥', { exact: true }).fill(key)
    await trial.getByLabel('应用场景', { exact: true }).fill(scenario)
    for (const [at, { field, is, value }] of conditions.entries()) {
      if ((await trial.getByLabel(`条件${at + 1} 值`).count()) === 0) await trial.getByRole('button', { name: '添加条件' }).click()
      await choose(this.#page, trial, `条件${at + 1} 字段`, field, false)
      await choose(this.#page, trial, `条件${at + 1}`, is, false)
      await trial.getByLabel(`条件${at + 1} 值`).fill(value)
    }
  }

  async query(): Promise<Response> {
    return this.#screen.answerTo('POST', /\/query$/, () => this.#page.getByRole('region', { name: '试用' }).getByRole('button', { name: '查询', exact: true }).click())
  }

  async verify(): Promise<Response> {
    return this.#screen.answerTo('POST', /\/verify$/, () => this.#page.getByRole('region', { name: '试用' }).getByRole('button', { name: /^核验/ }).click())
  }
}
