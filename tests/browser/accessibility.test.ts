import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { accessibilityOfPage } from './pages/accessibility.ts'
import { ConsolePage } from './pages/console.page.ts'
import { LoginPage } from './pages/login.page.ts'
import { Screen } from './pages/screen.ts'

/** The pages of the menu; those that need a case are looked at in the chain by clicks. */
const PAGES = ['/tasks/todo', '/tasks/overdue', '/tasks/done', '/tasks/copied', '/open', '/open/chengdu-2026/implementation-plan', '/cases', '/delegations', '/environment', '/products', '/registers', '/rules', '/rules/chengdu-2026', '/rules/chengdu-2026/cd26-20.2', '/notices', '/evidence']
const TABS = 40

let server: TestServer
let browser: Browser
let screen: Screen

beforeAll(async () => {
  browser = await launchBrowser()
  await buildScreens()
  server = await startTestServer()
  screen = await Screen.open(browser, server.url)
  const door = new LoginPage(screen)
  await door.open()
  await screen.forEverybody()
  await door.pick('zx-liu')
})

afterAll(async () => {
  await screen?.close()
  await browser?.close()
  await server?.stop()
})

describe('for everybody', () => {
  test('the check itself finds what it looks for', async () => {
    const own = await Screen.open(browser, server.url)
    await own.page.setContent('<html lang="en"><main><h1>a</h1><h3>b</h3><button></button><i id="x"></i><i id="x"></i><p style="color:#999">pale</p><p style="color:#111">dark</p><p tabindex="3"></p></main></html>')
    const found = await own.page.evaluate(accessibilityOfPage)
    expect(found).toMatchObject({ unnamed: [expect.stringContaining('<button')], doubleIds: ['x'], headings: [expect.stringContaining('h3 after h1')], tabindex: [expect.stringContaining('<p')] })
    expect(found.landmarks).toEqual(['language “en”', 'no title'])
    expect(found.pale).toEqual([expect.stringContaining('pale')])
    await own.close()
  })

  test.each(PAGES)('%s: names, headings, landmarks, contrast', async (path) => {
    await screen.goTo(path)
    await screen.settled()
    await screen.inOrder()
    await screen.forEverybody()
  })

  test.each(['gov-chen', 'hbj-yang', 'yy-zhou', 'aj-tian', 'dj-ren', 'gl-xitong', 'gl-anquan', 'gl-shenji'])('%s: no entry of the menu leads to a closed door', async (login) => {
    const own = await Screen.open(browser, server.url)
    const door = new LoginPage(own)
    await door.open()
    await own.page.getByRole('button', { name: new RegExp(`（${login}）$`) }).click()
    const entries = own.page.getByRole('navigation', { name: '主导航' }).getByRole('link')
    await entries.first().waitFor()
    const names = await entries.allInnerTexts()
    for (const name of names) {
      await new ConsolePage(own).menu(name.trim())
      await own.settled()
      await own.inOrder()
    }
    await own.close()
    expect(names).toContain('规则库')
  })

  test('the public’s page', async () => {
    await screen.goTo('/portal')
    await screen.settled()
    await screen.inOrder()
    await screen.forEverybody()
  })

  test('the focus goes down the page in the order of reading, is never lost, and always seen', async () => {
    await screen.goTo('/open')
    const stops: { top: number; left: number; about: string; outlined: boolean; at: number }[] = []
    for (let count = 0; count < TABS; count += 1) {
      await screen.page.keyboard.press('Tab')
      stops.push(await screen.page.evaluate(() => {
        const one = document.activeElement ?? document.body
        const { top, left } = one.getBoundingClientRect()
        const style = getComputedStyle(one)
        const all = [...document.querySelectorAll('*')]
        return { top, left, about: `${one.tagName} ${(one.getAttribute('aria-label') ?? one.textContent ?? '').slice(0, 30)}`, outlined: style.outlineStyle !== 'none' || style.boxShadow !== 'none', at: all.indexOf(one) }
      }))
    }
    const onPage = stops.filter(({ about }) => !about.startsWith('BODY'))
    expect(onPage.length).toBeGreaterThan(TABS / 2)
    expect(onPage.filter(({ outlined }) => !outlined).map(({ about }) => about), 'focused without being seen').toEqual([])
    const first = onPage.slice(0, onPage.findIndex(({ at }, index) => index > 0 && at <= (onPage[index - 1]?.at ?? 0)))
    expect(first.length === 0 ? onPage.length : first.length, 'the order of the focus is the order of the page').toBeGreaterThan(TABS / 2)
  })
})
