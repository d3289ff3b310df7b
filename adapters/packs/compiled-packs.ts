import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import { loadPacks } from './check-packs.ts'
import { hashOfJson } from './pack-library.ts'
import type { Json } from '#core/json.ts'

/** A pack over its parents with the digest of its canonical JSON. */
export type CompiledEdition = { digest: string; pack: CompiledPack }

/** `kept`: read as it was kept; `made`: read from its source files, checked, and kept for the next start. */
export type CompiledPacks = { editions: readonly CompiledEdition[]; from: 'kept' | 'made' }

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What decides how a source becomes a compiled pack: the format with its checks, and the libraries that read it. */
const COMPILERS = ['core', 'adapters/packs', 'package-lock.json']
const OWNER_ONLY_DIRECTORY = 0o700
const OWNER_ONLY = 0o600

/**
 * Every pack below a folder, checked and put together. What was made once is kept in `keptIn` under the SHA-256 of all
 * source files, of the calendar and of the code that compiles: where one of them changed, it is made anew. The kept
 * file bears the SHA-256 of its own text; a file that does not match is not read, but made anew as well.
 *
 * @param sources the folder of the packs. @param calendarDir the notices with which golden cases are reckoned.
 * @throws PackRefused with every error of the sources.
 */
export async function compiledPacks(sources: string, calendarDir: string, calendar: WorkingCalendar, keptIn: string): Promise<CompiledPacks> {
  const key = sourceKey([sources, calendarDir])
  const path = join(keptIn, `${key}.json`)
  const kept = readKept(path)
  if (kept !== null) return { editions: kept, from: 'kept' }
  const packs = await loadPacks(sources, calendar)
  const texts = new Map([...packs].map(([id, pack]) => [id, pack.source]))
  const editions = [...packs.keys()].map((id) => editionOf(compilePack(id, texts)))
  // Sources that changed while they were read belong to no key: they are made again at the next start.
  if (sourceKey([sources, calendarDir]) === key) keep(keptIn, path, editions)
  return { editions, from: 'made' }
}

/** A compiled pack with its digest. */
export function editionOf(pack: CompiledPack): CompiledEdition {
  return { digest: hashOfJson(pack as unknown as Json), pack } // a compiled pack is plain JSON
}

/** The SHA-256 over paths and bytes of all that a compiled pack depends on. */
function sourceKey(folders: readonly string[]): string {
  const hash = createHash('sha256')
  for (const folder of folders) for (const path of filesBelow(folder, /\.(yaml|md)$/)) addFile(hash, relative(folder, path), path)
  for (const part of COMPILERS) for (const path of filesBelow(join(ROOT, part), /(?<!\.test)\.ts$/)) addFile(hash, relative(ROOT, path), path)
  return hash.digest('hex')
}

function addFile(hash: ReturnType<typeof createHash>, name: string, path: string): void {
  const bytes = readFileSync(path)
  hash.update(`${name.split(sep).join('/')} ${bytes.length}\n`).update(bytes)
}

/** The files below a folder in the order of their paths; a file by itself. */
function filesBelow(path: string, wanted: RegExp): string[] {
  if (path.endsWith('.json')) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => wanted.test(name)).toSorted().map((name) => join(path, name))
}

const DIGEST_LENGTH = 64 // hexadecimal characters of a SHA-256

function readKept(path: string): CompiledEdition[] | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null // not kept yet
    throw error
  }
  const body = text.slice(DIGEST_LENGTH + 1)
  if (text.slice(0, DIGEST_LENGTH) !== sha256Of(body)) return null
  return JSON.parse(body) as CompiledEdition[] // written below, and unchanged since, as its digest shows
}

/** Writes beside and puts in place at once; what was kept of other sources is taken away. */
function keep(folder: string, path: string, editions: readonly CompiledEdition[]): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
  const body = JSON.stringify(editions)
  const next = `${path}.${process.pid}.next`
  writeFileSync(next, `${sha256Of(body)}\n${body}`, { mode: OWNER_ONLY })
  renameSync(next, path)
  for (const name of readdirSync(folder)) if (name.endsWith('.json') && join(folder, name) !== path) rmSync(join(folder, name), { force: true })
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
