import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import type { TestServer } from '#tests/support/server.ts'
import { buildScreens } from '#tools/build-screens.ts'
import { ConsolePage } from './pages/console.page.ts'
import { LoginPage } from './pages/login.page.ts'
import { choose } from './pages/inputs.ts'
import { Screen } from './pages/screen.ts'
import { startTrialSpace } from './trial-space.ts'

const REQUEST = { name: '道路通行分析', purpose: 'public', amount: 3, fields: ['time', 'road'], rows: [{ code: 'a-1', starts: '2026-06-08', urgent: false }] }
const COMMANDS = /\/commands$/

let server: TestServer
let browser: Browser
const screens: Screen[] = []

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startTrialSpace(), buildScreens()])
})
afterAll(async () => {
  for (const screen of screens) await screen.close()
  await browser?.close()
  await server?.stop()
})

async function signedIn(login: string): Promise<Screen> {
  const screen = await Screen.open(browser, server.url)
  screens.push(screen)
  const door = new LoginPage(screen)
  await door.open()
  await door.pick(login)
  return screen
}

/** A request over HTTP, for the officers of the big-data centre to review. */
async function opened(): Promise<string> {
  const answer = await (await server.session('yy-zhou')).send<{ case_id: string }>('POST', '/api/cases', { pack: 'trial-2026', procedure: 'trial-request', contents: { request: REQUEST } })
  return answer.body.case_id
}

const dialogOf = (screen: Screen): Locator => screen.page.getByRole('dialog')

describe('a colleague acts in another’s name', () => {
  test('is asked for, shown at every act, told in the timeline, and ended with a question', async () => {
    const id = await opened()
    await (await server.session('zx-liu')).send('POST', `/api/cases/${id}/commands`, { type: 'hand-over', task: 'agency-review', to: 'zx-liu', reason: '由我承办' })
    const liu = await signedIn('zx-liu')
    await new ConsolePage(liu).menu('岗位代理')
    await liu.page.getByText('您没有委托他人').waitFor()
    await liu.picture('delegations-empty')
    await liu.page.getByRole('button', { name: '办理代理' }).click()
    const asking = dialogOf(liu)
    await choose(liu.page, asking, '代理人', '孙雅琴', false)
    await asking.getByLabel(/^原因/).fill('赴外地调研')
    await liu.picture('delegation-new')
    await liu.answerTo('POST', /^\/api\/delegations$/, () => asking.getByRole('button', { name: '确认办理' }).click())
    await liu.page.getByRole('region', { name: '谁代理我' }).getByText('代理中').waitFor()

    const sun = await signedIn('zx-sun')
    await sun.goTo(`/cases/${id}`)
    await sun.page.getByRole('button', { name: '同意' }).first().waitFor()
    expect(await sun.page.locator('#task-agency-review').getByText('由我办理').count()).toBe(0)
    await new ConsolePage(sun).menu('岗位代理')
    await sun.page.getByRole('button', { name: /^以其名义办理 刘晓峰/ }).click()
    await sun.page.getByText('您正以刘晓峰').waitFor()
    await sun.page.getByRole('link', { name: /^办理 / }).first().click()
    const card = sun.page.locator('#task-agency-review')
    await card.getByRole('button', { name: '同意', exact: true }).click()
    await card.getByLabel('意见', { exact: true }).fill('情况属实，同意')
    await card.getByText('以刘晓峰').waitFor()
    await sun.picture('acting-for-another')
    const answer = await sun.answerTo('POST', COMMANDS, () => card.getByRole('button', { name: '提交：同意' }).click())
    expect(answer.status()).toBe(200)
    await sun.page.getByText('孙雅琴（代刘晓峰办理）').first().waitFor()
    await sun.page.getByRole('button', { name: '恢复以本人名义办理' }).first().click()
    await sun.page.getByText('您正以刘晓峰').waitFor({ state: 'detached' })

    await liu.page.getByRole('button', { name: /^终止 / }).click()
    await dialogOf(liu).getByText('终止自次日起生效').waitFor()
    await liu.picture('delegation-end')
    await liu.answerTo('POST', /\/end$/, () => dialogOf(liu).getByRole('button', { name: '确认终止' }).click())
    await liu.page.getByRole('region', { name: '谁代理我' }).getByText(/^已于.*终止$/).waitFor()
    await liu.inOrder()
  })
})

describe('who has an interest steps back, and a case changes hands', () => {
  test('the recused person is named, the colleague who takes over may act, the recused may not', async () => {
    const id = await opened()
    const gao = await signedIn('zx-gao')
    await gao.goTo(`/cases/${id}`)
    await gao.page.getByRole('button', { name: '回避 甲单位审核' }).click()
    const dialog = dialogOf(gao)
    await dialog.getByText('此项不能撤销').waitFor()
    await choose(gao.page, dialog, '改由何人承办', '谭卓', false)
    await gao.picture('recusal')
    // Without a reason the server refuses, and the dialog stays with what was chosen.
    const refused = await gao.answerTo('POST', COMMANDS, () => dialog.getByRole('button', { name: '确认回避' }).click())
    expect(refused.status()).toBe(422)
    await dialog.getByRole('alert').filter({ hasText: 'content-must-be-present' }).waitFor()
    await dialog.getByLabel(/^回避理由/).fill('近亲属在申请单位任职')
    await gao.answerTo('POST', COMMANDS, () => dialog.getByRole('button', { name: '确认回避' }).click())
    await gao.page.getByText('高明在“甲单位审核”中回避，改由谭卓办理').waitFor()
    await gao.page.locator('.ant-descriptions').getByText('已回避').waitFor()
    expect(await gao.page.locator('#task-agency-review').getByText('由我办理').count()).toBe(0)
    await gao.picture('recused')
  })

  test('all of one’s tasks in a case go to a colleague', async () => {
    const id = await opened()
    const gao = await signedIn('zx-gao')
    await gao.goTo(`/cases/${id}`)
    await gao.page.getByRole('button', { name: '移交', exact: true }).click()
    const dialog = dialogOf(gao)
    await dialog.getByLabel('移交原因').fill('岗位调整')
    await dialog.getByRole('button', { name: '确认移交' }).click()
    await dialog.getByText('请先选择接办人').waitFor()
    await choose(gao.page, dialog, '接办人', '谭卓', false)
    await gao.picture('transfer')
    await gao.answerTo('POST', COMMANDS, () => dialog.getByRole('button', { name: '确认移交' }).click())
    await gao.page.getByText('经办人 谭卓').waitFor()
    await gao.inOrder()
  })
})

describe('a page that others have made out of date', () => {
  test('is refreshed in place: what was typed stays, what happened is told, and the act succeeds', async () => {
    const id = await opened()
    const liu = await signedIn('zx-liu')
    await liu.goTo(`/cases/${id}`)
    const card = liu.page.locator('#task-agency-review')
    await card.getByRole('button', { name: '同意', exact: true }).click()
    await card.getByLabel('意见', { exact: true }).fill('材料齐全，同意')
    const vote = { type: 'conclude', task: 'authority-review', outcome: 'pass', contents: { 'authority-vote': { opinion: '同意' } } }
    expect((await (await server.session('dsj-zhang')).send('POST', `/api/cases/${id}/commands`, vote)).status).toBe(200)
    const refused = await liu.answerTo('POST', COMMANDS, () => card.getByRole('button', { name: '提交：同意' }).click())
    expect(refused.status()).toBe(409)
    await card.getByText('case-must-not-have-changed').waitFor()
    await liu.picture('out-of-date')
    await card.getByRole('button', { name: '刷新本页' }).click()
    await card.getByText('已填写的内容仍在').waitFor()
    await card.getByRole('listitem').filter({ hasText: '一名评审人已提交意见' }).waitFor()
    expect(await card.getByLabel('意见', { exact: true }).inputValue()).toBe('材料齐全，同意')
    await liu.picture('refreshed')
    expect((await liu.answerTo('POST', COMMANDS, () => card.getByRole('button', { name: '提交：同意' }).click())).status()).toBe(200)
    await liu.inOrder()
  })
})

describe('the preview space', () => {
  test('opens a draft’s procedure under a clear mark, and nothing of it stands in a list of real cases', async () => {
    const zhou = await signedIn('yy-zhou')
    await new ConsolePage(zhou).menu('预演空间')
    await zhou.page.getByText('还没有预演事项').waitFor()
    await zhou.picture('preview-empty')
    await zhou.page.getByRole('button', { name: '提出申请', exact: true }).first().click()
    await zhou.page.getByRole('note').filter({ hasText: '预演，不产生法律效力' }).waitFor()
    const form = zhou.page.getByRole('form', { name: '提出申请' })
    await form.getByLabel('名称', { exact: true }).fill('预演的道路分析')
    await zhou.picture('preview-form')
    const draft = { pack: 'trial-2027-draft', procedure: 'trial-request', contents: { request: { ...REQUEST, name: '预演的道路分析' } }, preview: true }
    const made = await (await server.session('yy-zhou')).send<{ case_id: string; number: string }>('POST', '/api/cases', draft)
    expect(made.status).toBe(201)
    await zhou.goTo(`/cases/${made.body.case_id}`)
    await zhou.page.getByRole('note').filter({ hasText: '预演，不产生法律效力' }).waitFor()
    expect(await zhou.page.title()).toMatch(/^【预演】/)
    await zhou.picture('preview-case')
    await new ConsolePage(zhou).menu('预演空间')
    await zhou.page.getByRole('region', { name: '预演事项' }).getByRole('link').first().waitFor()
    const reviewer = await server.session('zx-tan')
    const rows = async (path: string) => (await reviewer.get<{ rows: { number: string }[] }>(path)).body.rows.map(({ number }) => number)
    for (const real of ['/api/cases?limit=200', '/api/tasks?limit=200', `/api/cases?q=${encodeURIComponent('道路分析')}`, '/api/cases?procedure=trial-request']) expect(await rows(real), real).not.toContain(made.body.number)
    for (const tried of ['/api/cases?preview=true', '/api/tasks?preview=true']) expect(await rows(tried), tried).toEqual([made.body.number])
  })
})
