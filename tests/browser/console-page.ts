import type { Locator, Page } from 'playwright-core'

/** The console as a person uses it: by names that stand on the screen, never by classes. Each method waits for what it shows. */
export class ConsolePage {
  readonly page: Page
  readonly #url: string
  /** What the browser complained of and the server refused since the last look; refusals that a story expects are taken out by it. */
  readonly complaints: string[] = []

  constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
    page.on('pageerror', (error) => this.complaints.push(`page error: ${error.message}`))
    page.on('console', (message) => {
      // The browser reports every 4xx itself; the story looks at those by their refusals on the screen.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.complaints.push(`console: ${message.text()}`)
    })
  }

  /** Signs in with an account that the demonstration's login page offers. */
  async signIn(login: string): Promise<void> {
    await this.page.goto(`${this.#url}/login`)
    await this.page.getByRole('button', { name: new RegExp(`（${login}）$`) }).click()
    await this.page.getByRole('heading', { level: 1, name: '待办' }).waitFor()
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#url + path)
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  /** Opens the form that starts a case and leaves it open. */
  async startCase(openTitle: string): Promise<void> {
    await this.open('/open')
    await this.page.getByRole('button', { name: openTitle }).click()
    await this.page.getByRole('heading', { level: 1, name: openTitle }).waitFor()
  }

  /** The card of an open task, by the title of its step (and, where there are branches, a part of its branch's title). */
  task(title: string, branch = ''): Locator {
    const card = this.page.locator('[id^="task-"]').filter({ has: this.page.getByRole('heading', { level: 3, name: title, exact: true }) })
    return branch === '' ? card.first() : card.filter({ hasText: branch }).first()
  }

  /** Unfolds the form of an outcome and answers it. */
  async choose(task: Locator, outcome: string): Promise<Locator> {
    await task.getByRole('button', { name: outcome, exact: true }).click()
    const form = task.getByRole('form', { name: `提交：${outcome}` })
    await form.waitFor()
    return form
  }

  /** Sends an unfolded form; where the outcome asks for confirmation, confirms. */
  async submit(form: Locator, label: string, confirmed = false): Promise<void> {
    await form.getByRole('button', { name: label, exact: true }).click()
    if (confirmed) await this.page.getByRole('dialog').getByRole('button', { name: '确认提交' }).click()
  }

  /** The code of the refusal that the screen shows now. */
  async refusalCode(): Promise<string> {
    const text = await this.page.getByRole('alert').filter({ hasText: '规则代码' }).first().innerText()
    return /规则代码\s*(\S+)/.exec(text)?.[1] ?? ''
  }

  /** Fills a text, number or date by its label. */
  async fill(form: Locator, label: string, value: string): Promise<void> {
    const input = form.getByLabel(label, { exact: true }).first()
    await input.fill(value)
    await input.press('Tab')
  }

  /** Chooses by the words of an option in a list that unfolds. */
  async select(form: Locator, label: string, option: string): Promise<void> {
    await form.getByRole('combobox', { name: label, exact: true }).click()
    await this.page.locator('.ant-select-item-option').filter({ hasText: option }).first().click()
  }

  /** Attaches a file to the content of that label and waits until the server has it. */
  async attach(form: Locator, label: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await form.locator('input[type="file"]').and(form.getByLabel(label, { exact: true })).setInputFiles(file)
    await form.getByRole('link', { name: file.name }).first().waitFor()
  }

  /** Pastes rows as from a spreadsheet into the table of that title. */
  async pasteRows(form: Locator, table: string, rows: readonly (readonly string[])[]): Promise<void> {
    await form.getByRole('button', { name: `从 Excel 粘贴 ${table}`, exact: true }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByLabel('粘贴内容').fill(rows.map((row) => row.join('\t')).join('\n'))
    await dialog.getByRole('button', { name: `加入 ${rows.length} 行` }).click()
  }
}
