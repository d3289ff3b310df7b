import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Machine } from '../../demo/journey/service-call.ts'
import type { ClickingPerson } from './clicking-person.ts'
import { CasePage } from './pages/case.page.ts'
import { ConsolePage } from './pages/console.page.ts'
import type { Screen } from './pages/screen.ts'
import { ServicePage } from './pages/service.page.ts'

const VERIFIER = fileURLToPath(new URL('../../apps/verifier/verify.mjs', import.meta.url))
const FORBIDDEN = 403
const OK = 200

/** An enterprise tries the product with its key: rows, yes and no, and the refusal of another scenario, read on the screen. */
export async function triesProduct(tian: ClickingPerson, machine: Machine, product: string): Promise<void> {
  const around = await tian.desk.console()
  const { screen } = around
  await around.menu('产品与服务')
  await screen.page.getByRole('link', { name: product, exact: true }).click()
  await screen.page.getByRole('heading', { level: 1, name: product }).waitFor()
  const service = new ServicePage(screen)
  await service.prepare(machine.key, machine.scenario, [{ field: 'year', is: '等于', value: '2014' }, { field: 'month', is: '等于', value: '1' }])
  expect((await service.query()).status()).toBe(OK)
  await screen.page.getByText(/剩余次数 \d+；存证 /).waitFor()
  expect((await service.verify()).status()).toBe(OK)
  await screen.page.getByText('是：现行版本中有符合条件的记录。').waitFor()
  await screen.picture('product')
  await service.prepare(machine.key, '商业选址', [])
  const refused = await service.query()
  expect(refused.status()).toBe(FORBIDDEN)
  await new CasePage(screen).readsRefusal(await refused.json())
  await screen.picture('service-refused')
}

/** Anybody reads who may do what with which data, and takes the table away as CSV. */
export async function readsPortal(screen: Screen, expected: { operator: string; product: string; picture: string }): Promise<void> {
  const { page } = screen
  await screen.goTo('/portal')
  await page.getByRole('heading', { name: /^授权情况（[1-9]/ }).waitFor()
  const parts = ['授权情况', '产品和服务清单', '使用情况'].map((title) => page.getByRole('region', { name: new RegExp(`^${title}（`) }))
  const [authorizations = '', products = '', use = ''] = await Promise.all(parts.map((part) => part.innerText()))
  expect(authorizations).toContain(expected.operator)
  expect(products).toContain(expected.product)
  expect(use).toMatch(new RegExp(`${expected.product}\\s+\\d+\\s+[1-9]`))
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载 CSV：授权情况' }).click()])
  expect(download.suggestedFilename()).toBe('授权情况.csv')
  await screen.picture(expected.picture)
}

/** The auditor takes the whole log along, reads one entry with its proof, and the verifier without the platform's code has the last word. */
export async function takesEvidence(auditor: ClickingPerson, entry: string, folder: string, keysFile: string): Promise<string> {
  const around = await auditor.desk.console()
  const { page } = around.screen
  await around.menu('存证')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载存证包' }).click()])
  const bundle = join(folder, 'bundle.jsonl')
  await download.saveAs(bundle)
  await around.screen.picture('evidence')
  await page.getByLabel('按存证编号查看').fill(entry)
  await page.getByRole('button', { name: '查看', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: /^存证第 \d+ 条$/ }).waitFor()
  expect(await page.locator('main').innerText()).toContain(entry)
  await around.screen.picture('evidence-entry')
  return lastLineOf([VERIFIER, bundle, '--keys', keysFile])
}

async function lastLineOf(args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  await once(child, 'close')
  return said.join('').trim().split('\n').at(-1) ?? ''
}

/** A case as it is printed: without menu, buttons and the law beside it, and not wider than the paper. */
export async function prints(person: ClickingPerson, caseId: string): Promise<void> {
  const { screen } = await person.desk.console()
  await screen.goTo(`/cases/${caseId}`)
  await screen.picture('case')
  await screen.page.emulateMedia({ media: 'print' })
  await screen.page.setViewportSize(PAPER)
  const hidden = ['主导航', '依据条文'].map((name) => screen.page.getByLabel(name, { exact: true }))
  for (const part of hidden) expect(await part.isVisible()).toBe(false)
  expect(await screen.page.getByRole('button', { name: '打印' }).isVisible()).toBe(false)
  const { width, filled, cut } = await screen.page.evaluate(shapeOnPaper)
  expect(width).toBeLessThanOrEqual(PAPER.width)
  expect(filled, 'the content leaves the paper empty at its side').toBeGreaterThan(PAPER.width * FILLED_MIN)
  expect(cut, 'tables that do not fit on the paper').toEqual([])
  await screen.picture('case-printed')
  await screen.page.emulateMedia({ media: null })
}

/** A4 at 96 dots an inch, less the usual margins. unit: CSS pixels */
const PAPER = { width: 718, height: 1047 }

/** Share of the paper's width that the content takes at least. */
const FILLED_MIN = 0.9

/** Runs in the page. */
function shapeOnPaper(): { width: number; filled: number; cut: string[] } {
  const cut = [...document.querySelectorAll('main table')].filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((one) => (one.textContent ?? '').slice(0, 40))
  return { width: document.documentElement.scrollWidth, filled: Math.max(...[...document.querySelectorAll('main section')].map((one) => one.getBoundingClientRect().width)), cut }
}

/** Every entry of the left menu, each page in order and pictured. */
export async function walksTheMenu(person: ClickingPerson, pictures: string): Promise<string[]> {
  const around = await person.desk.console()
  const names = await around.screen.page.getByRole('navigation', { name: '主导航' }).getByRole('link').allInnerTexts()
  for (const [at, name] of names.entries()) {
    await new ConsolePage(around.screen).menu(name)
    await around.screen.picture(`${pictures}-${at + 1}`)
  }
  return names
}
