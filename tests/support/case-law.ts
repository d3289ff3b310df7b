import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'

/** The hash of a content's canonical JSON, as the platform takes it. */
export function hashOf(value: Json): string {
  return createHash('sha256').update(canonicalBytes(value)).digest('hex')
}

const compiled = new Map<string, CompiledPack>()

/** The pack as it lies in `packs/` (or in a changed copy of it), put together with its parents; no other pack is read, and those of `packs/` once in each worker. */
export function packOf(id: string, folder = 'packs'): CompiledPack {
  if (folder !== 'packs') return readAndCompile(id, folder)
  const pack = compiled.get(id) ?? readAndCompile(id, folder)
  compiled.set(id, pack)
  return structuredClone(pack)
}

function readAndCompile(id: string, folder: string): CompiledPack {
  const sources = new Map<string, PackSource>()
  const read = (name: string): void => {
    if (sources.has(name)) return
    const { source } = readPack(join(folder, name))
    sources.set(name, source)
    for (const parent of [...source.manifest.parents, ...source.manifest.compare_with]) read(parent)
  }
  read(id)
  return compilePack(id, sources)
}

/** The law of a pack with the real calendar; `change` may swap a rule in a copy of the pack. */
export async function lawOf(id: string, change: (pack: CompiledPack) => void = () => undefined): Promise<CaseLaw> {
  const pack = packOf(id)
  change(pack)
  const calendar = workingCalendar(await readHolidayNotices('packs/national-holidays'))
  return { pack, ref: { id, version: pack.manifest.version, digest: hashOf(JSON.parse(JSON.stringify(pack))) }, calendar, hashOf }
}
