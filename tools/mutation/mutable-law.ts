import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { readPacks } from '#adapters/packs/read-pack.ts'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { hashOf as hashAnew, packOf as packAnywhere } from '#tests/support/case-law.ts'
import type { Json } from '#core/json.ts'

/**
 * Stands in for `tests/support/case-law.ts`: every law asked for shares its rules with one set of sources, so that a
 * rule changed there in place is changed for each story, and changed back afterwards.
 */
export const PACKS = 'packs'
const packs: ReadonlyMap<string, ReadPack> = readPacks(PACKS)
const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))

/** Which sections of a pack were looked at, since this was last emptied; copies that nobody changes are not counted. */
export const sectionsRead = new Set<string>()
let copying = false

function unnoted<T>(make: () => T): T {
  const before = copying
  copying = true
  try {
    return make()
  } finally {
    copying = before
  }
}

const compiled = new Map([...packs.keys()].map((id) => [id, watched(compilePack(id, sources))]))
let calendar: Promise<WorkingCalendar> | undefined

const hashes = new Map<string, string>()
const digests = new Map<string, string>()

/** The stories give the same texts again and again: each is hashed once. */
export function hashOf(value: Json): string {
  const text = JSON.stringify(value)
  const known = hashes.get(text) ?? hashAnew(value)
  hashes.set(text, known)
  return known
}

/** The packs as read, with the places of their rules. */
export const readSources = (): ReadonlyMap<string, ReadPack> => packs

/** A pack over its parents, sharing every rule with the sources. */
export function sharedPack(id: string): CompiledPack {
  const found = compiled.get(id)
  if (!found) throw new Error(`no pack ${id}; there are: ${[...compiled.keys()].join(', ')}`)
  return found
}

export const sharedCalendar = (): Promise<WorkingCalendar> => (calendar ??= readWorkingCalendar(`${PACKS}/national-holidays`))

/** For which packs the loaded tests have asked, since this was last emptied. */
export const asked = new Set<string>()

export function packOf(id: string, folder = PACKS): CompiledPack {
  if (folder !== PACKS) return packAnywhere(id, folder) // a changed copy is nobody's mutant
  asked.add(id)
  return unnoted(() => structuredClone(sharedPack(id)))
}

export async function lawOf(id: string, change?: (pack: CompiledPack) => void): Promise<CaseLaw> {
  asked.add(id)
  const base = sharedPack(id)
  const pack = change === undefined ? base : unnoted(() => changedBy(base, change))
  return { pack, ref: { id, version: pack.manifest.version, digest: digestOf(id, pack, change !== undefined) }, calendar: await sharedCalendar(), hashOf }
}

/** The digest of the unchanged pack: tests are loaded before anything is changed. */
function digestOf(id: string, pack: CompiledPack, changed: boolean): string {
  const known = changed ? undefined : digests.get(id)
  if (known !== undefined) return known
  const digest = unnoted(() => hashAnew(JSON.parse(JSON.stringify(pack))))
  if (!changed) digests.set(id, digest)
  return digest
}

/** A copy as `change` makes it; rules that it leaves alone stay shared. */
function changedBy(base: CompiledPack, change: (pack: CompiledPack) => void): CompiledPack {
  const copy = structuredClone(base)
  change(copy)
  const shared = (mine: unknown, theirs: unknown, depth: number): unknown => {
    if (JSON.stringify(mine) === JSON.stringify(theirs)) return theirs
    if (depth === 0 || !isRecord(mine) || !isRecord(theirs)) return mine
    return Object.fromEntries(Object.entries(mine).map(([key, value]) => [key, shared(value, theirs[key], depth - 1)]))
  }
  return watched(shared(copy, base, SECTION_AND_RULE) as CompiledPack) // the same shape, in part the same objects
}

/** The pack, which notes when its rules are read. */
function watched(pack: CompiledPack): CompiledPack {
  for (const section of ['figures', 'thresholds', 'contents', 'procedures', 'policies'] as const) {
    const value = pack[section]
    Object.defineProperty(pack, section, { enumerable: true, configurable: true, get: () => {
      if (!copying) sectionsRead.add(section)
      return value
    } })
  }
  return pack
}

const SECTION_AND_RULE = 2 // levels: a pack's sections, and the rules in each

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
