import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '#core/json.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { lawOf } from '#tests/support/case-law.ts'
import type { GoldenCase } from './case.ts'
import { casesOf } from './cases.ts'
import { contentCasesOf } from './content-cases.ts'
import type { ContentCase } from './content-cases.ts'
import { contentsPage, policiesPage, procedurePage } from './page.ts'
import { policyCasesOf } from './policy-cases.ts'
import type { PolicyCase } from './policy-cases.ts'
import { NO_SEEDS, seedsOf } from './seeds.ts'

export const GOLDEN = 'tests/golden/recorded'

/** All golden cases of one pack's own rules, and what they do not reach. */
export type PackCases = { cases: GoldenCase[]; contents: ContentCase[]; policies: PolicyCase[]; untripped: string[]; unreached: string[] }

/** The law that golden cases are asked under: the platform's calendar; a draft and a repealed text as if they governed. */
export async function goldenLaw(id: string): Promise<CaseLaw> {
  const law = await lawOf(id)
  const { last_day: _lastDay, ...manifest } = law.pack.manifest
  const hashes = new Map<string, string>()
  /** Made-up contents are the same again and again. */
  const hashOf = (value: Json): string => {
    const text = JSON.stringify(value)
    const hash = hashes.get(text) ?? law.hashOf(value)
    hashes.set(text, hash)
    return hash
  }
  return { ...law, hashOf, pack: { ...law.pack, manifest: { ...manifest, status: 'in-force' } }, calendar: await readWorkingCalendar('packs/national-holidays') }
}

/** The golden cases of a pack's own procedures, contents and policies, asked of the engine now. */
export function packCases(law: CaseLaw, source: PackSource): PackCases {
  const found: PackCases = { cases: [], contents: [], policies: [], untripped: [], unreached: [] }
  for (const id of Object.keys(source.contents).toSorted()) found.contents.push(...contentCasesOf(law, id))
  for (const id of Object.keys(source.policies).toSorted()) {
    const { cases, untripped } = policyCasesOf(id, source.policies[id] ?? { policy: id, title: id, basis: { 'platform-default': '无' }, rows: [] })
    found.policies.push(...cases)
    found.untripped.push(...untripped)
  }
  const seeds = seedsOf(law)
  for (const id of Object.keys(source.procedures).toSorted()) {
    const procedure = law.pack.procedures[id]
    if (procedure === undefined) throw new Error(`no procedure ${id}`)
    const { cases, untripped, unreached } = casesOf(law, procedure, seeds.get(id) ?? NO_SEEDS)
    found.cases.push(...cases)
    found.untripped.push(...untripped)
    found.unreached.push(...unreached)
  }
  return found
}

/** The pages of a pack by file name: one for each procedure, one for contents, one for policies. */
export function pagesOf(law: CaseLaw, found: PackCases): Map<string, string> {
  const pages = new Map<string, string>()
  for (const id of new Set(found.cases.map((one) => one.procedure))) pages.set(`${id}.yaml`, procedurePage(law, id, found.cases.filter((one) => one.procedure === id)))
  if (found.contents.length > 0) pages.set('_contents.yaml', contentsPage(law, found.contents))
  if (found.policies.length > 0) pages.set('_policies.yaml', policiesPage(found.policies))
  return pages
}

/** The pages as they were recorded. */
export function readPages(pack: string): Map<string, string> {
  const folder = join(GOLDEN, pack)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : []
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** Records pages anew; those of procedures that are gone are removed. */
export function writePages(pack: string, pages: ReadonlyMap<string, string>): void {
  const folder = join(GOLDEN, pack)
  mkdirSync(folder, { recursive: true })
  for (const name of readPages(pack).keys()) if (!pages.has(name)) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
}

/** One line for each page that differs from the record, with the first line that does. */
export function differences(recorded: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...new Set([...recorded.keys(), ...found.keys()])].toSorted().flatMap((name) => {
    const [before, now] = [(recorded.get(name) ?? '').split('\n'), (found.get(name) ?? '').split('\n')]
    if (before.join('\n') === now.join('\n')) return []
    const at = now.findIndex((line, index) => line !== before[index])
    return [`${name}:${at + 1} recorded “${before[at]?.trim() ?? ''}”, now “${now[at]?.trim() ?? ''}”`]
  })
}
