import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { launchBrowser } from '#tests/support/browser.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { ConsolePage } from './pages/console.page.ts'
import { EnvironmentPage } from './pages/environment.page.ts'
import { LoginPage } from './pages/login.page.ts'
import { Screen } from './pages/screen.ts'
import { SCENARIO, startSuppliedEnvironment } from './supplied-environment.ts'
import type { SuppliedEnvironment } from './supplied-environment.ts'

const SMALL_GROUPS = 'select district, occupation, birth_year,\n  count(distinct id_number) as persons\nfrom synthetic_persons\ngroup by district, occupation, birth_year'
const BY_DISTRICT = 'select district, count(distinct id_number) as persons\nfrom synthetic_persons\ngroup by district\nhaving count(distinct id_number) >= 10'
const BY_SEX = 'select district, sex, count(distinct id_number) as persons\nfrom synthetic_persons\ngroup by district, sex\nhaving count(distinct id_number) >= 10'
/** So many comparisons that it never ends within its limits of time. */
const ENDLESS = 'select a.district, count(distinct a.id_number) as persons\nfrom synthetic_persons a, synthetic_persons b, synthetic_persons c\nwhere a.monthly_income + b.monthly_income + c.monthly_income > 0\ngroup by a.district'

let city: SuppliedEnvironment
let browser: Browser
const screens: Screen[] = []

beforeAll(async () => {
  [browser, city] = await Promise.all([launchBrowser(), startSuppliedEnvironment(), buildScreens()])
})
afterAll(async () => {
  for (const screen of screens) await screen.close()
  await browser?.close()
  await city?.server.stop()
})

async function signedIn(login: string): Promise<Screen> {
  const screen = await Screen.open(browser, city.server.url)
  screens.push(screen)
  const door = new LoginPage(screen)
  await door.open()
  await door.pick(login)
  return screen
}

/** Lets a job's result leave, as the case of its release would. */
async function released(job: string): Promise<void> {
  await inTransaction(city.server.platform.db, { as: 'system' }, (tx) => tx.insertInto('release').values({
    id: `release-${randomUUID()}`, job, agreement: city.agreement, organization: 'river-data-group', title: '各区人数', columns: '[]', row_count: 10, digest: 'x', case_id: city.agreement, released_on: '2026-06-08',
  }).execute())
}

describe('an output that was blocked', () => {
  test('is explained to a person without SQL: what was found, why, by an example from its counts, what to change, by which threshold', async () => {
    const zhou = await signedIn('yy-zhou')
    await new ConsolePage(zhou).menu('开发利用环境')
    await zhou.page.getByRole('button', { name: /人员健康与收入登记表/ }).click()
    await zhou.picture('workspace')
    const room = new EnvironmentPage(zhou)
    await room.run(SCENARIO, '按区、职业、出生年统计人数', SMALL_GROUPS)
    await room.jobText()
    const report = zhou.page.getByRole('region', { name: '检查报告' })
    const finding = report.getByRole('article').filter({ hasText: 'too-few-entities' })
    const text = await finding.innerText()
    for (const part of ['发现了什么', '为什么要紧', '打个比方', '怎么改', '不足 10 个主体']) expect(text).toContain(part)
    expect(text).toMatch(/本结果共 \d+ 行，其中 \d+ 行不足 10 个主体/)
    await finding.getByText('判断所依的阈值及其来源').click()
    expect(await finding.getByRole('row').filter({ hasText: '每个统计值背后的最少主体数' }).innerText()).toMatch(/10[\s\S]*平台默认/)
    for (const heading of ['超出授权协议使用', '原始数据、敏感数据、个人隐私直接暴露', '其他风险']) expect(await report.getByRole('heading', { level: 3, name: new RegExp(heading) }).count(), heading).toBe(1)
    expect(await zhou.page.getByRole('region', { name: '字段来源' }).getByRole('row').filter({ hasText: 'occupation' }).innerText()).toContain('准标识')
    await zhou.picture('job-explained')
  })

  test('is changed as told, passes, and is compared with what left before', async () => {
    const zhou = screens[0] ?? (await signedIn('yy-zhou'))
    const run = async (purpose: string, sql: string): Promise<string> => {
      await new ConsolePage(zhou).menu('开发利用环境')
      const room = new EnvironmentPage(zhou)
      await room.run(SCENARIO, purpose, sql)
      await room.jobText()
      return new URL(zhou.page.url()).pathname.split('/').at(-1) ?? ''
    }
    const first = await run('各区人数', BY_DISTRICT)
    await zhou.page.getByText('同一协议、同一场景下还没有出域的结果').waitFor()
    await released(first)
    const second = await run('各区分性别人数', BY_SEX)
    const difference = zhou.page.getByRole('region', { name: '与上一次出域的差别' })
    await difference.getByText('新增 sex').waitFor()
    expect(await difference.locator('.line-added').allInnerTexts()).toContain('+ group by district, sex')
    await zhou.picture('job-difference')
    // Who reviews for the agency reads the same report.
    const liu = await signedIn('zx-liu')
    await liu.goTo(`/environment/jobs/${second}`)
    await liu.page.getByRole('region', { name: '检查报告' }).getByText('已通过的检查').first().waitFor()
    await liu.inOrder()
  })
})

describe('the workspace', () => {
  test('proposes what may stand in a statement, by its Chinese name too, and leaves the keys of a text their meaning', async () => {
    const wu = await signedIn('yy-wu')
    await new ConsolePage(wu).menu('开发利用环境')
    const field = wu.page.getByRole('region', { name: '新作业' }).getByLabel('SQL', { exact: true })
    await field.pressSequentially('select 居住')
    await wu.page.getByRole('group', { name: '可以填入' }).getByRole('button', { name: /district/ }).waitFor()
    await wu.picture('sql-proposals')
    await field.press('Control+ ')
    await wu.page.waitForFunction(() => document.querySelector('textarea')?.value === 'select district')
    await field.press('Enter')
    await field.press('Tab')
    expect(await field.inputValue()).toBe('select district\n')
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(false)
    await wu.inOrder()
  })

  test('says beforehand whether a statement may run, and where what it says comes from, without reading any data', async () => {
    const wu = screens.at(-1) ?? (await signedIn('yy-wu'))
    await new ConsolePage(wu).menu('开发利用环境')
    const form = wu.page.getByRole('region', { name: '新作业' })
    await form.getByLabel('SQL', { exact: true }).fill('select district, name\nfrom synthetic_persons')
    await form.getByRole('button', { name: '预先检查' }).click()
    await form.getByRole('alert').filter({ hasText: '第 1 行' }).getByText('怎么改').waitFor()
    await form.getByLabel('SQL', { exact: true }).fill(BY_DISTRICT)
    await form.getByRole('button', { name: '预先检查' }).click()
    await form.getByText('语句可以运行').waitFor()
    expect(await form.getByRole('row', { name: /^persons / }).innerText()).toContain('居民身份证号')
    await wu.picture('explained')
  })

  test('shows how far a job is, lets it be cancelled after a question, and hands its statement back to be changed', async () => {
    const wu = screens.at(-1) ?? (await signedIn('yy-wu'))
    await new ConsolePage(wu).menu('开发利用环境')
    await new EnvironmentPage(wu).run(SCENARIO, '两两比对', ENDLESS)
    const under = wu.page.getByRole('region', { name: '办理进度' })
    await under.getByRole('button', { name: '取消作业' }).click()
    await wu.page.getByRole('dialog').getByText('取消后不产生结果').waitFor()
    await wu.picture('job-under-way')
    await wu.answerTo('POST', /\/cancel$/, () => wu.page.getByRole('dialog').getByRole('button', { name: '确认取消' }).click())
    await wu.page.locator('.page-sub').getByText('已取消').waitFor()
    await under.waitFor({ state: 'detached' })
    await wu.page.getByRole('button', { name: '修改后重新运行' }).click()
    const form = wu.page.getByRole('region', { name: '新作业' })
    await form.waitFor()
    expect(await form.getByLabel('SQL', { exact: true }).inputValue()).toBe(ENDLESS)
    expect(await form.getByLabel('用途', { exact: true }).inputValue()).toBe('两两比对')
    await wu.page.getByRole('region', { name: '作业', exact: true }).getByText('已取消').first().waitFor()
    await wu.inOrder()
  })
})
