import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const SCREENS = ['console', 'portal'] as const
type Screen = (typeof SCREENS)[number]

/** What a screen is made of beside its own folder: the types it shares, the pure code it uses, how it is built. */
const SHARED = ['apps/api/wire', 'core', 'tools/screens', 'tools/build-screens.ts', 'package-lock.json', 'package.json']
const NOT_BUILT = /(\.test\.tsx?$|(^|\/)fixtures\/)/

export type BuiltScreens = { built: Screen[]; skipped: Screen[]; elapsedMs: number }

/**
 * Builds console and portal into `dist/`, both at once. A screen whose sources and lockfile are what they were at its
 * last build is left as it is. Throws where a source does not compile; the screen built before then stays.
 */
export async function buildScreens(options: { force?: boolean } = {}): Promise<BuiltScreens> {
  const started = performance.now()
  const wanted = SCREENS.filter((screen) => options.force === true || readHash(screen) !== sourceHash(screen))
  if (wanted.length > 0) {
    await asForProduction(() => Promise.all(wanted.map(buildOne)))
  }
  return { built: wanted, skipped: SCREENS.filter((screen) => !wanted.includes(screen)), elapsedMs: Math.round(performance.now() - started) }
}

/** Builds beside the served folder and swaps the two: a server that runs, or another build, never meets a half-built screen. */
async function buildOne(screen: Screen): Promise<void> {
  // The hash of what is read now: a source that changes while it is built makes the next start build again.
  const hash = sourceHash(screen)
  const { build } = await import('vite')
  const served = join(ROOT, 'dist', screen)
  const next = join(ROOT, 'dist', `.${screen}-${randomUUID()}`)
  await build({ configFile: join(ROOT, `apps/${screen}/vite.config.ts`), logLevel: 'error', build: { outDir: next } })
  swap(served, next)
  writeFileSync(hashFile(screen), hash)
}

/** Puts `next` in the place of `served`. Where another build does the same at this moment, the later one stays. */
function swap(served: string, next: string): void {
  for (let tries = 0; ; tries += 1) {
    const last = `${next}.${tries}`
    try {
      if (existsSync(served)) renameSync(served, last)
      renameSync(next, served)
      return
    } catch (error) {
      if (tries === SWAP_TRIES) throw error
    } finally {
      rmSync(last, { recursive: true, force: true })
    }
  }
}

const SWAP_TRIES = 10

/** A screen is built for its users whoever builds it: under a test runner's NODE_ENV the libraries would put in their test parts. */
async function asForProduction(work: () => Promise<unknown>): Promise<void> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}

function hashFile(screen: Screen): string {
  return join(ROOT, 'dist', `${screen}.sources`)
}

function readHash(screen: Screen): string | null {
  const isThere = existsSync(hashFile(screen)) && existsSync(join(ROOT, 'dist', screen, 'index.html'))
  return isThere ? readFileSync(hashFile(screen), 'utf8') : null
}

/** SHA-256 over every source's path and bytes, in the order of the paths. */
function sourceHash(screen: Screen): string {
  const hash = createHash('sha256')
  for (const path of [`apps/${screen}`, ...SHARED].flatMap((place) => filesBelow(join(ROOT, place))).toSorted()) {
    const name = relative(ROOT, path).split(sep).join('/')
    if (NOT_BUILT.test(name)) continue
    hash.update(`${name}\0`).update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return hash.digest('hex')
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path]
    throw error
  }
}
