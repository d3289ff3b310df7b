import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, saveScreenshot } from '#tests/support/browser.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { ConsolePage } from './console-page.ts'

const OFFICIALS_SCREEN = { width: 1366, height: 768 }

let server: TestServer
let browser: Browser

beforeAll(async () => {
  const [started, launched] = await Promise.all([startTestServer(), launchBrowser(), buildScreens()])
  server = started
  browser = launched
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function newScreen(): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: OFFICIALS_SCREEN, locale: 'zh-CN' })
  return new ConsolePage(await context.newPage(), server.url)
}

/** An office that may open an implementation plan, as the login page of the demonstration names it. */
const IMPLEMENTING_AGENCY = 'zx-liu'
const PAGES = ['/tasks/todo', '/tasks/overdue', '/tasks/done', '/tasks/copied', '/open', '/cases', '/delegations', '/retention', '/environment', '/products', '/registers', '/rules', '/rules/chengdu-2026', '/rules/chengdu-2026?tab=procedures', '/rules/chengdu-2026?tab=figures', '/notices', '/evidence']

describe('the console in a real browser', () => {
  test('every page fits an official’s screen, has one main heading and says what an empty list means, without a complaint of the browser', async () => {
    const screen = await newScreen()
    await screen.signIn(IMPLEMENTING_AGENCY)
    for (const path of PAGES) {
      // oxlint-disable-next-line no-await-in-loop -- one person looks at one page after the other
      await screen.open(path)
      // oxlint-disable-next-line no-await-in-loop -- the same
      await screen.page.waitForLoadState('networkidle')
      // oxlint-disable-next-line no-await-in-loop -- the same
      const width = await screen.page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, `${path} is wider than the screen`).toBeLessThanOrEqual(OFFICIALS_SCREEN.width)
      // oxlint-disable-next-line no-await-in-loop -- the same
      expect(await screen.page.getByRole('heading', { level: 1 }).count(), path).toBe(1)
    }
    expect(screen.complaints).toEqual([])
  })

  test('a plan is opened, its empty form refused with the article at the missing field, and the draft is there after a reload', async () => {
    const screen = await newScreen()
    await screen.signIn(IMPLEMENTING_AGENCY)
    await screen.startCase('发起编制实施方案')
    const opening = screen.page.getByRole('form', { name: '发起编制实施方案' })
    await screen.fill(opening, '事项名称', '空气质量数据授权运营')
    await screen.submit(opening, '发起编制实施方案')
    await screen.page.waitForURL(/\/cases\//)

    const form = await screen.choose(screen.task('编制实施方案'), '送请指导')
    await screen.submit(form, '提交：送请指导')
    expect(await screen.refusalCode()).toBe('content-must-be-present')
    const name = form.getByLabel('授权运营名称', { exact: true }).first()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    expect(await form.getByRole('alert').first().innerText()).toMatch(/第九条/)

    await name.fill('空气质量公共数据授权运营')
    await screen.pasteRows(form, '运营机构的选择条件', [['资金', '注册资本不少于一千万元'], ['安全', '等级保护第三级']])
    await form.getByText('草稿已自动保存').waitFor()
    await saveScreenshot(screen.page, 'console-case-form')
    await screen.page.reload()
    const again = await screen.choose(screen.task('编制实施方案'), '送请指导')
    expect(await again.getByLabel('授权运营名称', { exact: true }).first().inputValue()).toBe('空气质量公共数据授权运营')
    expect(await again.getByLabel('运营机构的选择条件 第2行 具体条件').inputValue()).toBe('等级保护第三级')
    expect(screen.complaints).toEqual([])
  })

  test('the public’s page needs no account', async () => {
    const screen = await newScreen()
    await screen.open('/portal')
    await screen.page.getByRole('heading', { name: /^授权情况/ }).waitFor()
    expect(await screen.page.getByText('演示模式').count()).toBe(1)
    await screen.page.getByText('依规定应当公开的事项均已按期公开').waitFor()
    expect(screen.complaints).toEqual([])
  })

  test('a stranger is led to the login page and back to where the link pointed', async () => {
    const screen = await newScreen()
    await screen.page.goto(`${server.url}/cases?q=air`)
    await screen.page.waitForURL(/\/login/)
    await screen.page.getByRole('button', { name: new RegExp(`（${IMPLEMENTING_AGENCY}）$`) }).click()
    await screen.page.waitForURL(/\/cases\?q=air$/)
  })

  test('what should have been made public and was not stands on the public’s page, with body, days and provision, and can be taken away as CSV', async () => {
    const disclosure = { pack: 'chengdu-2026', procedure: 'disclosure', contents: { 'period-from': '2026-06-08', 'period-to': '2026-12-31' } }
    await server.database.owner.pool.query("update city_clock set today = '2027-01-04'")
    const opened = await (await server.session(IMPLEMENTING_AGENCY)).send<{ number: string }>('POST', '/api/cases', disclosure)
    expect(opened.status).toBe(201)
    await server.database.owner.pool.query("update city_clock set today = '2027-04-02'")
    const screen = await newScreen()
    await screen.open('/portal')
    const debt = screen.page.getByRole('region', { name: /^应公开未公开（1）/ })
    const row = debt.getByRole('row').filter({ hasText: opened.body.number })
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      '授权运营情况年度披露：编制并公开', opened.body.number, expect.stringContaining('大数据中心'), expect.stringMatching(/^2027-03-31/), '2',
      expect.stringContaining('第三十条第一款'), expect.stringContaining('平台默认'),
    ])
    await debt.scrollIntoViewIfNeeded()
    await saveScreenshot(screen.page, 'portal-disclosure-debt')
    const [file] = await Promise.all([screen.page.waitForEvent('download'), debt.getByRole('button', { name: '下载 CSV：应公开未公开' }).click()])
    expect(file.suggestedFilename()).toBe('应公开未公开.csv')
    expect(await readFile(await file.path(), 'utf8')).toContain(`授权运营情况年度披露：编制并公开,${opened.body.number},`)
    expect(screen.complaints).toEqual([])
  })

  test('what may be disposed of is listed by the longest of all rules, with their provisions, and nothing is disposed of by itself', async () => {
    const liu = await server.session(IMPLEMENTING_AGENCY)
    const open = async (procedure: string, contents: object): Promise<string> => {
      const { status, body } = await liu.send<{ case_id: string }>('POST', '/api/cases', { pack: 'chengdu-2026', procedure, contents })
      expect(status, JSON.stringify(body)).toBe(201)
      return body.case_id
    }
    await server.database.owner.pool.query("update city_clock set today = '2027-04-02'")
    const [over, kept] = [await open('implementation-plan', { 'case-name': '期满的事项' }), await open('implementation-plan', { 'case-name': '两项规定的事项' })]
    const keep = (subject: string, kind: string, from: string) => open('record-retention', { 'retention-kind': kind, 'retention-subject': subject, 'kept-from': from })
    await keep(over, 'logs', '2024-04-01')
    await keep(kept, 'logs', '2024-04-01')
    const longer = await keep(kept, 'destruction', '2026-11-23')
    const screen = await newScreen()
    await screen.signIn(IMPLEMENTING_AGENCY)
    await screen.open('/retention')
    const due = screen.page.getByRole('region', { name: '到期可处置' })
    await due.getByRole('row').filter({ hasText: '期满的事项' }).getByText('自 2027-04-02 起可以处置').waitFor()
    expect(await due.getByText('两项规定的事项').count()).toBe(0)
    const row = screen.page.getByRole('region', { name: '留存中和已处置' }).getByRole('row').filter({ hasText: '两项规定的事项' })
    expect(await row.getByRole('listitem').filter({ hasText: '以此为准' }).innerText()).toMatch(/自 2026-11-23 起 3年，至 2029-11-23[\s\S]*第二十五条第二款/)
    await saveScreenshot(screen.page, 'retention')
    await screen.open(`/cases/${longer}`)
    await screen.page.getByText('至少留存至 2029-11-23').waitFor()
    expect(screen.complaints).toEqual([])
  })
})
