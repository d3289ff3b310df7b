import { accessSync, constants, mkdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { bundledChromium } from './bundled-chromium.ts'

/** Headless, without a sandbox (tests run as root in containers), silent on the network, the profile empty. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** unit: ms; source: a cold start on two cores takes below 2 s; the rest is for a machine busy with other tests */
const START_MS_MAX = 60_000

/** Which browser a test runs in. `auto` takes the first of the others that starts. */
export type BrowserChoice = 'auto' | 'system' | 'bundled'

/** No browser could be started, so no browser test was run. The message says what was tried and how to bring one. */
export class NoBrowser extends Error {
  constructor(tried: readonly string[]) {
    super(
      [
        'NOT RUN: the browser tests, because no browser could be started.',
        ...tried.map((line) => `  tried ${line}`),
        'Bring one: apt-get install -y chromium; or set CHROMIUM_PATH to the executable of a Chromium or Chrome;',
        'or run `npm ci` again on Linux x64, where @sparticuz/chromium carries one.',
      ].join('\n'),
    )
    this.name = 'NoBrowser'
  }
}

/**
 * Starts a headless Chromium with an empty profile; the caller closes it.
 * Order: CHROMIUM_PATH (and then no other), the system's Chromium or Chrome, the one in @sparticuz/chromium.
 * Throws NoBrowser where none starts: a browser test that cannot run must not pass.
 */
export async function launchBrowser(choice: BrowserChoice = 'auto'): Promise<Browser> {
  const given = process.env['CHROMIUM_PATH']
  const tried: string[] = []
  for (const start of given ? [() => launch(given)] : startersFor(choice)) {
    try {
      return await start()
    } catch (error) {
      tried.push(firstLines(error))
    }
  }
  throw new NoBrowser(tried.length > 0 ? tried : [`${NAMES.join(', ')} on the PATH: none is there`])
}

function startersFor(choice: BrowserChoice): (() => Promise<Browser>)[] {
  const system = systemBrowsers().map((path) => () => launch(path))
  // First with the system's libraries, then with those that the package brings for a bare machine.
  const bundled = [
    async () => launch((await bundledChromium()).executable),
    async () => {
      const { executable, libraries } = await bundledChromium()
      return launch(executable, { LD_LIBRARY_PATH: libraries })
    },
  ]
  return [...(choice === 'bundled' ? [] : system), ...(choice === 'system' ? [] : bundled)]
}

async function launch(executablePath: string, env: Record<string, string> = {}): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath, args: FLAGS, headless: true, timeout: START_MS_MAX, env: { ...definedEnvironment(), ...env } })
  } catch (error) {
    throw new Error(`${executablePath}: ${firstLines(error)}`, { cause: error })
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function systemBrowsers(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
    .concat('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
    .filter(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // Not there, or not ours to run: either way no browser for us.
  }
}

function firstLines(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n').slice(0, 3).join(' ')
}

/** Saves the whole page as `.build/screenshots/<name>.png` (git-ignored) and answers the path, to be looked at by people. */
export async function saveScreenshot(page: Page, name: string): Promise<string> {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`a screenshot's name is in kebab-case, not “${name}”`)
  const folder = resolve('.build/screenshots')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, fullPage: true })
  return path
}
