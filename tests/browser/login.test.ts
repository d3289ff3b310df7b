import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { LOGIN_FAILURES_MAX } from '#adapters/identity/login.ts'
import { launchBrowser } from '#tests/support/browser.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { LoginPage } from './pages/login.page.ts'
import { Screen } from './pages/screen.ts'

const UNAUTHORIZED = 401
const OK = 200

let server: TestServer
let browser: Browser
const screens: Screen[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  await buildScreens()
  server = await startTestServer()
})

afterAll(async () => {
  for (const screen of screens) await screen.close()
  await browser?.close()
  await server?.stop()
})

async function atTheDoor(): Promise<LoginPage> {
  const screen = await Screen.open(browser, server.url)
  screens.push(screen)
  const door = new LoginPage(screen)
  await door.open()
  return door
}

describe('signing in, in a real browser', () => {
  test('the page says that it is a demonstration, offers every account by name, and so does every page behind it', async () => {
    const door = await atTheDoor()
    const { page } = door.screen
    expect(await page.getByText('不产生任何法律效力').first().isVisible()).toBe(true)
    await door.screen.picture('login')
    await door.pick('zx-liu')
    expect(await page.getByRole('note').innerText()).toMatch(/^演示模式/)
    expect(await page.getByLabel('当前账号').innerText()).toMatch(/刘晓峰\s+蓉江市大数据中心/)
    await page.getByRole('link', { name: '规则库' }).click()
    await page.getByRole('heading', { level: 1, name: '规则库' }).waitFor()
    expect(await page.getByRole('note').isVisible()).toBe(true)
    await door.screen.inOrder()
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.waitForURL(/\/login$/)
  })

  test('a wrong password is told without saying which of the two was wrong', async () => {
    const door = await atTheDoor()
    expect(await door.type('zx-sun', 'wrong')).toBe(UNAUTHORIZED)
    const wrong = await door.said()
    expect(wrong).toMatch(/账号或口令不正确/)
    expect(await door.type('nobody-here', 'wrong')).toBe(UNAUTHORIZED)
    expect(await door.said()).toBe(wrong)
    await door.screen.inOrder()
  })

  test('nothing typed is not even asked', async () => {
    const door = await atTheDoor()
    await door.screen.page.getByRole('button', { name: '登录', exact: true }).click()
    expect(await door.said()).toMatch(/请填写账号和密码/)
    await door.screen.inOrder()
  })

  test('after as many failures as the lock counts, not even the right password helps, and the page says for how long', async () => {
    const door = await atTheDoor()
    const right = (await server.stranger.get<{ password: string }>('/api/demonstration')).body.password
    for (let at = 1; at < LOGIN_FAILURES_MAX; at += 1) expect(await door.type('hbj-xu', `wrong-${at}`)).toBe(UNAUTHORIZED)
    expect(await door.said()).toMatch(/账号或口令不正确/)
    expect(await door.type('hbj-xu', 'wrong-again')).toBe(UNAUTHORIZED)
    expect(await door.type('hbj-xu', right)).not.toBe(OK)
    expect(await door.said()).toMatch(/登录失败次数过多，已暂停登录[\s\S]*30分钟后重试/)
    await door.screen.picture('login-locked')
  })

  test('by keyboard alone: type, Tab, Enter, and the skip link leads past the menu', async () => {
    const door = await atTheDoor()
    const { page } = door.screen
    await page.getByLabel('账号', { exact: true }).focus()
    await page.keyboard.type('czb-wang')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '待办' }).waitFor()
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: '跳到正文' })
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true)
    expect(await skip.evaluate((link) => link.getBoundingClientRect().left)).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('Enter')
    await page.waitForURL(/#content$/)
    await door.screen.inOrder()
  })

  test('who is not signed in is led to the door and from there to where the link pointed', async () => {
    const screen = await Screen.open(browser, server.url)
    screens.push(screen)
    await screen.page.goto(`${server.url}/cases?over=false`)
    await screen.page.waitForURL(/\/login\?next=/)
    screen.expected(UNAUTHORIZED, '/api/session')
    await screen.page.getByRole('button', { name: /（jtj-ma）$/ }).click()
    await screen.page.waitForURL(/\/cases\?over=false$/)
    await screen.page.getByRole('heading', { level: 1, name: '事项列表' }).waitFor()
    await screen.inOrder()
  })
})
