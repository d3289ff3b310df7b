import type { Browser } from 'playwright-core'
import { Screen } from './pages/screen.ts'

/** What was done how: counted, so that the test can say it. */
export type Ledger = { clicked: number; refused: number; off: number; overHttp: string[] }

/** What all clicking persons of a story share: the browser, whether they click at this time, and the ledger. */
export class Hands {
  readonly ledger: Ledger = { clicked: 0, refused: 0, off: 0, overHttp: [] }
  readonly #browser: Browser
  readonly #url: string
  readonly #screens: Screen[] = []
  readonly #pictures = new Set<string>()
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

  /** A picture of a page, the first time that one of its kind is met; every time the page is looked at. */
  async pictured(screen: Screen, name: string): Promise<void> {
    if (this.#pictures.has(name)) return screen.inOrder()
    this.#pictures.add(name)
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
