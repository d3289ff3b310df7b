import { existsSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { NoBrowser, launchBrowser, saveScreenshot } from '#tests/support/browser.ts'
import type { BrowserChoice } from '#tests/support/browser.ts'

const given = process.env['CHROMIUM_PATH']

afterEach(() => {
  if (given === undefined) delete process.env['CHROMIUM_PATH']
  else process.env['CHROMIUM_PATH'] = given
})

/** Starts a browser, or says loudly that this machine has none of this kind. Others must be there. */
async function shows(choice: BrowserChoice): Promise<string> {
  const browser = await launchBrowser(choice)
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    await page.setContent('<main lang="zh-CN"><h1>公共数据资源授权运营</h1></main>')
    const file = await saveScreenshot(page, `browser-${choice}`)
    expect(existsSync(file)).toBe(true)
    return `${await page.getByRole('heading').innerText()} ${browser.version()}`
  } finally {
    await browser.close()
  }
}

test('a browser starts and shows Chinese text', async () => {
  expect(await shows('auto')).toMatch(/^公共数据资源授权运营 \d+/)
})

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64' || given !== undefined)(
  'where the machine brings none, the one in the package starts (Linux on x64 without CHROMIUM_PATH; skipped elsewhere)',
  async () => {
    expect(await shows('bundled')).toMatch(/^公共数据资源授权运营 \d+/)
  },
)

test('a browser that was named and cannot start is an error that says how to bring one, never another browser', async () => {
  process.env['CHROMIUM_PATH'] = '/no/such/chromium'
  await expect(launchBrowser()).rejects.toThrow(NoBrowser)
  await expect(launchBrowser()).rejects.toThrow(/NOT RUN: the browser tests[\s\S]*\/no\/such\/chromium[\s\S]*Bring one: apt-get install -y chromium/)
})
