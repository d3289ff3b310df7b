import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Browser, BrowserContext, Page, Request, Response } from 'playwright-core'
import { saveScreenshot } from '#tests/support/browser.ts'
import { accessibilityOfPage } from './accessibility.ts'

/** What officials' notebooks show. unit: CSS pixels */
export const OFFICIALS_SCREEN = { width: 1366, height: 768 }
/** unit: ms; nothing on a screen takes as long; the rest is for a machine busy with other tests */
const PATIENCE_MS = 120_000
const LOOK_AGAIN_MS = 25
const REFUSED_FROM = 400
/** The browser itself reports every 4xx and every aborted question here; both are looked at as answers. */
const OF_THE_NETWORK = /Failed to load resource/

/** An answer of 400 or more. */
export type Failed = { method: string; path: string; status: number }

/** One person's browser: a profile of its own and one page, watched for everything that a person should never meet. */
export class Screen {
  readonly page: Page
  readonly url: string
  readonly #context: BrowserContext
  readonly #complaints: string[] = []
  readonly #failed: Failed[] = []
  readonly #asked = new Set<Request>()
  /** Every address that was looked at and found in order, without the ids in it. */
  readonly seen = new Set<string>()

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context
    this.page = page
    this.url = url
    page.on('pageerror', (error) => this.#complaints.push(`page error: ${error.message}`))
    page.on('console', (message) => {
      const isBad = message.type() === 'error' || message.type() === 'warning'
      if (isBad && !OF_THE_NETWORK.test(message.text())) this.#complaints.push(`console ${message.type()}: ${message.text()}`)
    })
    page.on('requestfailed', (request) => {
      this.#asked.delete(request)
      // Going to another page gives up what the old one still asked for.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') this.#complaints.push(`request failed: ${request.method()} ${request.url()} ${request.failure()?.errorText ?? ''}`)
    })
    page.on('request', (request) => this.#asked.add(request))
    page.on('requestfinished', (request) => this.#asked.delete(request))
    page.on('response', (response) => {
      if (response.status() >= REFUSED_FROM) this.#failed.push({ method: response.request().method(), path: new URL(response.url()).pathname, status: response.status() })
    })
  }

  static async open(browser: Browser, url: string): Promise<Screen> {
    const context = await browser.newContext({ viewport: OFFICIALS_SCREEN, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] })
    context.setDefaultTimeout(PATIENCE_MS)
    return new Screen(context, await context.newPage(), url)
  }

  async close(): Promise<void> {
    await this.#context.close()
  }

  /** Goes to an address as a bookmark does. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(this.url + path)
    await this.page.getByRole('heading', { level: 1 }).first().waitFor()
  }

  /** Does something that sends a question to the server, and gives its answer. A refusal so answered is expected by the caller. */
  async answerTo(method: string, path: RegExp, act: () => Promise<unknown>): Promise<Response> {
    const isIt = (response: Response): boolean => response.request().method() === method && path.test(new URL(response.url()).pathname)
    const [response] = await Promise.all([this.page.waitForResponse(isIt), act()])
    if (response.status() >= REFUSED_FROM) this.expected(response.status(), new URL(response.url()).pathname)
    return response
  }

  /** Takes an expected refusal out of what is complained of. */
  expected(status: number, path: string): void {
    const at = this.#failed.findIndex((one) => one.status === status && one.path === path)
    if (at >= 0) this.#failed.splice(at, 1)
  }

  /** The page as it stands: nothing wider than the screen, no error, no failed request, no heading missing, nothing untranslated. */
  async inOrder(): Promise<void> {
    const path = new URL(this.page.url()).pathname
    const { width, wide, headings, raw } = await this.page.evaluate(shapeOfPage)
    expect(width, `${path} is wider than the screen: ${wide.join(' | ')}`).toBeLessThanOrEqual(OFFICIALS_SCREEN.width)
    expect(headings, `${path} has not one main heading`).toBe(1)
    expect(raw, `${path} shows what a program says to itself`).toEqual([])
    expect(this.#complaints, path).toEqual([])
    expect(this.#failed, path).toEqual([])
    this.seen.add(path.replaceAll(/[0-9a-z]*\d[0-9a-z-]{5,}/g, '…'))
  }

  /** Whoever cannot see well, or uses no mouse, can use the page as well. */
  async forEverybody(): Promise<void> {
    const found = await this.page.evaluate(accessibilityOfPage)
    expect(found, new URL(this.page.url()).pathname).toEqual({ unnamed: [], doubleIds: [], headings: [], landmarks: [], pale: [], tabindex: [] })
  }

  /** Waits until nothing is asked of the server any more and nothing on the page still loads or moves. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"], .ant-spin-spinning') === null)
    await this.answered()
    await this.page.waitForFunction(() => document.fonts.status === 'loaded' && document.getAnimations().every((one) => one.playState !== 'running'))
  }

  /** Waits until every question has its answer. A test's own polling does not work here: pages are also opened in preparation. */
  private async answered(): Promise<void> {
    const until = Date.now() + PATIENCE_MS
    while (this.#asked.size > 0) {
      if (Date.now() > until) throw new Error(`${new URL(this.page.url()).pathname}: no answer yet to ${[...this.#asked].map((one) => one.url()).join(', ')}`)
      await setTimeout(LOOK_AGAIN_MS)
    }
  }

  /** Checks the page thoroughly and keeps its picture for people to look at. */
  async picture(name: string): Promise<void> {
    await this.settled()
    await this.inOrder()
    await this.forEverybody()
    await saveScreenshot(this.page, name)
  }
}

/** Runs in the page: how wide it is, what sticks out, how many main headings, and texts that no person should read. */
function shapeOfPage(): { width: number; wide: string[]; headings: number; raw: string[] } {
  const limit = document.documentElement.clientWidth
  const wide = [...document.querySelectorAll('main *')]
    .filter((one) => one.getBoundingClientRect().right > limit + 1 && one.closest('.value-table, .flow, pre, .scroll') === null)
    .slice(0, 3)
    .map((one) => `${one.tagName} ${one.className.toString()} ${(one.textContent ?? '').slice(0, 30)}`)
  const text = document.body.innerText
  const raw = text.match(/\b(undefined|NaN|Invalid Date|\[object Object\])\b|\[object Object\]/g) ?? []
  return { width: document.documentElement.scrollWidth, wide, headings: document.querySelectorAll('h1').length, raw: [...new Set(raw)] }
}
