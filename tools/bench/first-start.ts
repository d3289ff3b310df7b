import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { ServerProcess } from '#tools/crash/server-process.ts'
import { figureLine, timed } from './figure.ts'
import type { Print } from './figure.ts'
import { startReference } from './child-process.ts'

const FIRST_S = 15
const LATER_S = 3
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const LOOK_MS = 60_000

/** From the command to the login page: on an empty data directory, and again. Beside a bare server and a bare PostgreSQL started on an empty directory. */
export async function benchStart(print: Print): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  const browser = await openBrowser()
  print(browser === null ? '  NO BROWSER: measured to the first answer of / instead of the rendered login page' : '  measured to the rendered login page in headless Chromium, the browser itself already open')
  try {
    const dataDir = join(directory, 'data')
    const bareFirst = await bareStart(directory)
    const bareLater = await bareStart(directory)
    const [first, later] = [await startOnce(dataDir, browser), await startOnce(dataDir, browser)]
    print(figureLine({ name: 'first start', value: first.seconds, unit: 's', reference: { what: 'bare server and PostgreSQL, first', value: bareFirst }, budget: { bound: FIRST_S, is: 'at-most' } }))
    print(`  of which until it listens: ${first.listening.toFixed(1)} s`)
    print(figureLine({ name: 'later start', value: later.seconds, unit: 's', reference: { what: 'bare server and PostgreSQL, later', value: bareLater }, budget: { bound: LATER_S, is: 'at-most' } }))
    print(`  of which until it listens: ${later.listening.toFixed(1)} s`)
  } finally {
    await browser?.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function startOnce(dataDir: string, browser: Browser | null): Promise<{ seconds: number; listening: number }> {
  const since = performance.now()
  const server = await ServerProcess.start({ dataDir, screens: true })
  try {
    await (browser === null ? firstAnswer(server.url) : loginPage(browser, server.url))
    return { seconds: (performance.now() - since) / 1000, listening: server.startMs / 1000 }
  } finally {
    await server.stop()
  }
}

async function firstAnswer(url: string): Promise<void> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`GET / answered ${response.status}`)
}

async function loginPage(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage()
  try {
    await page.goto(url, { timeout: LOOK_MS })
    await page.locator('input[type=password]').waitFor({ timeout: LOOK_MS })
  } finally {
    await page.close()
  }
}

async function bareStart(directory: string): Promise<number> {
  return (await timed(async () => {
    const [server, embedded] = await Promise.all([
      startReference({ answer: '{}', databaseUrl: null }),
      startEmbeddedPostgres({ dataDir: join(directory, 'bare'), log: { info: () => undefined, warn: () => undefined, error: console.error }, ballast: false }),
    ])
    await Promise.all([server.stop(), embedded.stop()])
  })) / 1000
}

async function openBrowser(): Promise<Browser | null> {
  const given = process.env['CHROMIUM_PATH']
  const paths = given === undefined ? (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))) : [given]
  const executablePath = paths.find(isExecutable)
  return executablePath === undefined ? null : chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], headless: true })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run
  }
}
