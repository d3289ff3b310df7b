import type { Browser } from 'playwright-core'
import { Screen } from './pages/screen.ts'

/** What was done how: counted, so that the test can say it. */
export type Ledger = { clicked: number; refused: number; off: number; overHttp: string[] }

/** The kinds of pages of which people look at a picture. To look at a long case page thoroughly and to paint it takes seconds. */
const PICTURED: ReadonlySet<string> = new Set([
  'form-implementation-plan', 'form-catalog-entry', 'form-data-demand', 'form-output-release', 'form-product', 'task-draft', 'task-deliberate', 'task-sign-agency',
  'task-provider-review', 'task-agency-review', 'task-destruction', 'task-disclose', 'button-off', 'refusal-content-must-be-present', 'refusal-extension-cap-exceeded',
  'refusal-automatic-checks-must-not-block', 'environment', 'job-pass', 'job-block', 'job-column-not-authorized', 'subscriptions',
])

/** What all clicking persons of a story share: the browser, whether they click at this time, and the ledger. */
export class Hands {
  readonly ledger: Ledger = { clicked: 0, refused: 0, off: 0, overHttp: [] }
  readonly #browser: Browser
  readonly #url: string
  readonly #screens: Screen[] = []
  readonly #met = new Set<string>()
  /** Whether acts are clicks now, or go over HTTP. */
  click = true

  constructor(browser: Browser, url: string) {
    this.#browser = browser
    this.#url = url
  }

  async newScreen(): Promise<Screen> {
    const screen = await Screen.open(this.#browser, this.#url)
    this.#screens.push(screen)
    return screen
  }

  /** Does something over HTTP though clicking is on. */
  async withoutClicks<T>(act: () => Promise<T>): Promise<T> {
    const before = this.click
    this.click = false
    try {
      return await act()
    } finally {
      this.click = before
    }
  }

  /** Looks at a page; at one of the main kinds thoroughly, the first time that it is met, with a picture for people. */
  async pictured(screen: Screen, name: string): Promise<void> {
    if (this.#met.has(name) || !PICTURED.has(name)) return screen.inOrder()
    this.#met.add(name)
    await screen.picture(name)
  }

  /** Every kind of page that was looked at and found in order. */
  seen(): Set<string> {
    return new Set(this.#screens.flatMap((screen) => [...screen.seen]))
  }

  async close(): Promise<void> {
    for (const screen of this.#screens) await screen.close()
  }
}
