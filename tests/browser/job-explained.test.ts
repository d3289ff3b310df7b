import { createHash, randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { openDelivery } from '#tools/crash/delivery-case.ts'
import { launchBrowser } from '#tests/support/browser.ts'
import { readJob } from '#capabilities/operation/environment/environment.store.ts'
import { bindingOfJob, digestOfJson } from '#capabilities/operation/environment/release-binding.store.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { ConsolePage } from './pages/console.page.ts'
import { EnvironmentPage } from './pages/environment.page.ts'
import { LoginPage } from './pages/login.page.ts'
import { Screen } from './pages/screen.ts'
import { raiseThresholds, writeAndUseRules } from './protection-story.ts'
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
  await inTransaction(city.server.platform.db, { as: 'system' }, async (tx) => {
    const found = await readJob(tx, job)
    const binding = await bindingOfJob(tx, job)
    await tx.insertInto('release').values({
      id: `release-${randomUUID()}`, job, agreement: city.agreement, organization: 'river-data-group', title: '各区人数', columns: '[]', row_count: 10, digest: found?.digest ?? '', case_id: city.agreement, released_on: '2026-06-08',
      binding: JSON.stringify(binding), binding_digest: digestOfJson(binding),
    }).execute()
  })
}

describe('an output that was blocked', () => {
  test('is explained to a person without SQL: what was found, why, by an example from its counts, what to change, by which threshold', async () => {
    const zhou = await signedIn('yy-zhou')
    await new ConsolePage(zhou).menu('开发利用环境')
    await zhou.page.getByRole('button', { name: /^人员健康与收入登记表/ }).click()
    await zhou.picture('workspace')
    const room = new EnvironmentPage(zhou)
    await room.run(SCENARIO, '按区、职业、出生年统计人数', SMALL_GROUPS)
    await room.jobText()
    const report = zhou.page.getByRole('region', { name: '检查报告' })
    const finding = report.getByRole('article').filter({ hasText: 'too-few-entities' })
    const text = await finding.innerText()
    for (const part of ['发现了什么', '为什么要紧', '打个比方', '怎么改', '不足 10 个主体']) expect(text).toContain(part)
    expect(text).toMatch(/本结果的(部分|全部)行不足 10 个主体/)
    expect(text).not.toMatch(/\d+ 行/)
    expect(await finding.getByRole('row').filter({ hasText: '每个统计值背后的最少主体数' }).innerText()).toMatch(/10[\s\S]*平台默认/)
    for (const heading of ['超出授权协议使用', '原始数据、敏感数据、个人隐私直接暴露', '其他风险']) expect(await report.getByRole('heading', { level: 3, name: new RegExp(heading) }).count(), heading).toBe(1)
    expect(await zhou.page.getByRole('region', { name: '字段来源' }).getByRole('row').filter({ hasText: 'occupation' }).innerText()).toContain('准标识')
    const summary = report.getByRole('region', { name: '为什么不得出域，先改什么' })
    expect(await summary.locator('pre').innerText()).toBe('select district, occupation, count(distinct id_number) as persons\nfrom synthetic_persons\ngroup by district, occupation\nhaving count(distinct id_number) >= 10')
    await zhou.picture('job-explained')
    await summary.getByRole('button', { name: '用这条语句新建作业' }).click()
    await zhou.page.getByRole('region', { name: '新作业' }).waitFor()
    expect(await zhou.page.getByRole('region', { name: '新作业' }).getByLabel('SQL', { exact: true }).inputValue()).toContain('having count(distinct id_number) >= 10')
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
    // And has what left derived anew from what it is bound to.
    await liu.goTo(`/environment/jobs/${first}`)
    const bound = liu.page.getByRole('region', { name: '出域结果的绑定和复核' })
    await bound.getByText('还没有复核过').waitFor()
    await bound.getByRole('button', { name: '重新得出并比对' }).click()
    await bound.getByText('由所绑定的输入重新得出，与出域的结果逐字节相同。').waitFor()
    await liu.picture('release-binding')
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

describe('a clerk of a provider', () => {
  test('uploads a file over a line that breaks, takes it up again in a new window, confirms each column, and hands it over with what was taken in', async () => {
    const fields = [{ name: 'phone', title: '联系方式', type: 'text' }, { name: 'area', title: '所在区', type: 'text' }, { name: 'amount', title: '月用水量', type: 'integer' }, { name: 'note', title: '备注', type: 'text' }]
    const step = await openDelivery(city.server.platform, { id: 'water', provider: 'transport-bureau', entry: 'water', record: { title: '居民用水登记', entity: 'none', fields }, fields: fields.map(({ name }) => name) })
    const rows = Array.from({ length: 1_500 }, (_, index) => `138${String(index).padStart(8, '0')},锦江区,${index % 40}.5,${'已核对'.repeat(120)}`)
    const file = { name: '居民用水.csv', mimeType: 'text/csv', buffer: Buffer.from(`联系方式,所在区,月用水量,备注\n${rows.join('\n')}\n`) }
    const ma = await signedIn('jtj-ma')
    await new ConsolePage(ma).menu('数据提供')
    await ma.page.getByText('同意提供的列').waitFor()
    await ma.picture('deliveries')
    await ma.page.route(/\/pieces\/[1-9]/, (route) => route.abort('aborted'))
    await ma.page.getByLabel('选择要提供的数据文件').setInputFiles(file)
    await ma.page.getByText('网络中断，恢复后自动续传').waitFor()
    await ma.picture('upload-interrupted')
    ma.page.once('dialog', (dialog) => void dialog.accept())
    await ma.page.reload()
    await ma.page.getByText('请重新选择同一文件').waitFor()
    await ma.page.unroute(/\/pieces\/[1-9]/)
    await ma.page.getByLabel('重新选择同一文件续传').setInputFiles({ ...file, buffer: file.buffer.subarray(1) })
    await ma.page.getByText('所选文件与中断的文件不同').waitFor()
    await ma.page.getByLabel('重新选择同一文件续传').setInputFiles(file)

    const columns = ma.page.getByRole('region', { name: '逐列确认' })
    await columns.getByRole('row', { name: /联系方式/ }).getByText('100% 的取值').waitFor()
    await columns.getByText('目录所载与实际内容不一致').waitFor()
    await ma.picture('confirm-columns')
    await columns.getByRole('button', { name: '全部核对' }).click()
    await columns.getByRole('button', { name: '确认并入库' }).click()
    await ma.page.getByText('value-wrong-type').waitFor()
    await columns.getByLabel('月用水量 类型').click()
    await ma.page.getByTitle('小数', { exact: true }).click()
    await columns.getByLabel('月用水量 小数位数').click()
    await ma.page.getByTitle('1 位小数').click()
    await columns.getByRole('button', { name: '全部核对' }).click()
    await columns.getByRole('button', { name: '确认并入库' }).click()
    await ma.page.getByRole('region', { name: '数据概况' }).getByText('0至40之间').waitFor()
    await ma.picture('delivery-taken-in')
    await ma.page.getByRole('link', { name: '去办理' }).click()
    const task = ma.page.locator(`#task-${step.task}`)
    await task.getByText('行数、字段和哈希值已按入库结果填好').waitFor()
    await task.getByRole('button', { name: '提供至市一体化政务大数据平台', exact: true }).click()
    expect(await task.getByLabel('行数', { exact: true }).inputValue()).toBe('1500')
    expect(await task.getByLabel('数据哈希值（SHA-256）', { exact: true }).inputValue()).toBe(createHash('sha256').update(file.buffer).digest('hex'))
    await ma.inOrder()
  })

  test('sends what changed alone, by the columns that name a row, and sees what it will change before it is final and afterwards', async () => {
    const ma = screens.at(-1) ?? (await signedIn('jtj-ma'))
    await new ConsolePage(ma).menu('数据提供')
    await ma.page.getByRole('radio', { name: /按主键更新/ }).check()
    await ma.page.getByText('请先选定主键列').waitFor()
    await ma.page.getByRole('combobox', { name: '主键列' }).click()
    await ma.page.getByTitle('联系方式（phone）').click()
    await ma.page.keyboard.press('Escape')
    await ma.picture('delivery-increment')
    const lines = ['联系方式,所在区,月用水量,备注', '13800000001,青羊区,7.5,已更正', '13900000000,锦江区,3,新增']
    await ma.page.getByLabel('选择要提供的数据文件').setInputFiles({ name: '居民用水_更正.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })
    const changes = ma.page.getByRole('region', { name: '核对变化' })
    await changes.getByRole('row', { name: '第 1 版，1500 行 2 行 1 行 1 行 0 行 1501 行' }).waitFor()
    await ma.picture('confirm-changes')
    await changes.getByRole('button', { name: '确认变化并形成新版本' }).click()
    const history = ma.page.getByRole('region', { name: '版本沿革' })
    await history.getByRole('row', { name: /第 2 版.*按主键更新 第 1 版基础上新增 1 行，替换 1 行 1501/ }).waitFor()
    await ma.picture('version-history')
  })

  test('registers a source only on a host that the system administrator listed', async () => {
    const ma = screens.at(-1) ?? (await signedIn('jtj-ma'))
    await new ConsolePage(ma).menu('数据源')
    for (const [label, text] of [['名称', '市云数据库'], ['主机', '127.0.0.1'], ['数据库', 'city'], ['账号', 'reader']] as const) await ma.page.getByLabel(label, { exact: true }).fill(text)
    const register = (): Promise<unknown> => ma.answerTo('POST', /\/api\/sources$/, () => ma.page.getByRole('button', { name: /^登\s?记$/ }).click())
    await register()
    await ma.page.getByText('平台没有获准访问 127.0.0.1:5432').waitFor()
    const gong = await signedIn('gl-xitong')
    const list = gong.page.getByRole('region', { name: '数据源主机许可名单' })
    await list.getByLabel('主机').fill('127.0.0.1')
    await list.getByRole('button', { name: '列入名单' }).click()
    await list.getByRole('row', { name: /127\.0\.0\.1/ }).waitFor()
    await gong.picture('source-hosts')
    await register()
    await ma.page.getByRole('row', { name: /市云数据库/ }).waitFor()
    await ma.picture('sources')
  })
})

describe('protection rules', () => {
  test('are written by provider and agency with an eye on what they do, and an analyst asks for noisy figures under them', async () => {
    const [he, liu, zhou] = [await signedIn('sjj-he'), await signedIn('zx-liu'), await signedIn('yy-zhou')]
    await writeAndUseRules(he, liu, zhou)
    await raiseThresholds(he, liu)
  })
})
