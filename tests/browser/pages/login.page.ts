import type { Screen } from './screen.ts'

const UNAUTHORIZED = 401

/** The login page: a form, and in the demonstration the accounts of the city beside it. */
export class LoginPage {
  readonly screen: Screen

  constructor(screen: Screen) {
    this.screen = screen
  }

  async open(): Promise<void> {
    await this.screen.goTo('/login')
    await this.screen.settled()
    // Who is not signed in is told so once; that is how the page knows.
    this.screen.expected(UNAUTHORIZED, '/api/session')
  }

  /** Signs in by the account's own button, as people do in the demonstration. */
  async pick(login: string): Promise<void> {
    const { page } = this.screen
    await page.getByRole('button', { name: new RegExp(`（${login}）$`) }).click()
    await page.getByRole('navigation', { name: '主导航' }).waitFor()
  }

  /** Types account and password and sends them; answers the status. */
  async type(login: string, password: string): Promise<number> {
    const { page } = this.screen
    await page.getByLabel('账号', { exact: true }).fill(login)
    await page.getByLabel('密码', { exact: true }).fill(password)
    const answer = await this.screen.answerTo('POST', /^\/api\/session$/, () => page.getByRole('button', { name: '登录', exact: true }).click())
    return answer.status()
  }

  /** What the page says about a sign-in that did not succeed. */
  async said(): Promise<string> {
    return this.screen.page.locator('.login-card').getByRole('alert').innerText()
  }
}
