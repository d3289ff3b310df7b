import { expect } from 'vitest'
import type { Locator, Page, Response } from 'playwright-core'
import type { OutcomeView, TaskView } from '#apps/api/wire/case.ts'
import type { Problem, RefusalView } from '#apps/api/wire/refusal.ts'
import { escaped } from './inputs.ts'
import type { Screen } from './screen.ts'

/** The page of a case: its open tasks, their forms, and what the platform says to them. */
export class CasePage {
  readonly screen: Screen
  readonly #page: Page

  constructor(screen: Screen) {
    this.screen = screen
    this.#page = screen.page
  }

  card(task: string): Locator {
    return this.#page.locator(`[id="task-${task}"]`)
  }

  /** The task's due date with its derivation unfolded, line by line as the server reckoned it. */
  async readsDerivation(task: TaskView): Promise<void> {
    const card = this.card(task.id)
    const details = card.locator('details')
    if (!(await details.evaluate((one: HTMLDetailsElement) => one.open))) await card.getByText('期限推算').click()
    expect(await details.getByRole('listitem').allInnerTexts()).toEqual(task.due?.derivation ?? [])
    expect(await card.locator('.due-line').innerText()).toContain(task.due?.date ?? '不设固定期限')
  }

  #outcomes(task: TaskView): Locator {
    return this.card(task.id).getByRole('group', { name: `${task.title} 可以作出的决定`, exact: true })
  }

  /** Unfolds the form of an outcome, where it is not unfolded already. */
  async choose(task: TaskView, outcome: OutcomeView): Promise<Locator> {
    const form = this.form(`提交：${outcome.title}`, this.card(task.id))
    const button = this.#outcomes(task).getByRole('button', { name: outcome.title, exact: true })
    if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click()
    await form.waitFor()
    return form
  }

  form(label: string, within: Locator = this.#page.locator('main')): Locator {
    return within.getByRole('form', { name: label, exact: true })
  }

  /** Sends a form, confirming where it asks; gives the server's answer. */
  async submit(form: Locator, label: string, path: RegExp, confirms: boolean): Promise<Response> {
    return this.screen.answerTo('POST', path, async () => {
      await form.getByRole('button', { name: label, exact: true }).click()
      if (confirms) await this.#page.getByRole('dialog').getByRole('button', { name: '确认提交' }).click()
    })
  }

  /** The button of an outcome that is closed to this person. */
  closedOutcome(task: TaskView, outcome: OutcomeView): Locator {
    return this.#outcomes(task).getByRole('button', { name: new RegExp(`^${escaped(outcome.title)}`) }).first()
  }

  /** A button that is off says why, on which article, and what to do. */
  async readsWhyOff(button: Locator, reason: RefusalView): Promise<void> {
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await button.focus()
    const tip = this.#page.getByRole('tooltip').filter({ hasText: reason.message })
    await tip.first().waitFor()
    if (reason.basis?.label) expect(await tip.first().innerText()).toContain(reason.basis.label)
  }

  /** The refusal as it stands on the screen: what is wrong, what to do, the article, the code. */
  async readsRefusal(problem: Problem, within: Locator = this.#page.locator('body')): Promise<void> {
    const alert = within.getByRole('alert').filter({ hasText: problem.code }).first()
    await alert.waitFor()
    const text = await alert.innerText()
    expect(text).toContain(problem.detail)
    expect(text).toContain(problem.cure)
    if (problem.basis?.label) expect(text).toContain(problem.basis.label)
  }

  /** What was done stands in the case's timeline, with the entry that keeps it. */
  async showsEntry(entry: string): Promise<void> {
    await this.#page.getByRole('link', { name: `存证 ${entry}`, exact: true }).first().waitFor()
  }

  /** Asks for more time in the dialog of a task. */
  async askExtension(task: TaskView, days: number, reason: string): Promise<Response> {
    await this.card(task.id).getByRole('button', { name: '申请延期', exact: true }).click()
    const dialog = this.#page.getByRole('dialog', { name: '申请延期' })
    await dialog.getByLabel('延长的工作日数').fill(String(days))
    return this.#sendDialog(dialog, '特殊原因', reason, '申请延期')
  }

  async answerExtension(task: TaskView, grant: boolean, reason: string): Promise<Response> {
    const title = grant ? '同意延期' : '不同意延期'
    await this.card(task.id).getByRole('button', { name: title, exact: true }).click()
    return this.#sendDialog(this.#page.getByRole('dialog', { name: title }), '理由', reason, title)
  }

  async #sendDialog(dialog: Locator, label: string, reason: string, ok: string): Promise<Response> {
    await dialog.getByLabel(label, { exact: true }).fill(reason)
    return this.screen.answerTo('POST', /\/commands$/, () => dialog.getByRole('button', { name: ok, exact: true }).click())
  }

  /** Closes an open dialog without doing anything. */
  async cancelDialog(): Promise<void> {
    const dialog = this.#page.getByRole('dialog')
    await dialog.getByRole('button', { name: '取消', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
  }
}
