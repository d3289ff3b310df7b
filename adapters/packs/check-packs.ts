import { join } from 'node:path'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { checkAtoms } from '#core/pack/check-atoms.ts'
import type { RuleFinding } from '#core/pack/check-finding.ts'
import { checkPack } from '#core/pack/check-pack.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import { PackRefused } from './pack-finding.ts'
import type { PackFinding } from './pack-finding.ts'
import { readPacks } from './read-pack.ts'
import type { ReadPack } from './read-pack.ts'

/** A finding with its file and line; an error refuses the packs, a warning is printed. */
export type CheckedFinding = PackFinding & { kind: RuleFinding['kind'] }

/** Where, below the folder of the packs, the holiday notices lie that the golden cases are reckoned with. */
export const HOLIDAY_NOTICES = 'national-holidays'

/**
 * Reads every pack below a folder and checks it, alone and on top of its parents. Golden cases are reckoned with the
 * given calendar, or with the notices that lie beside the packs.
 * @throws PackRefused with every error, its file and line; nothing is admitted in part.
 */
export async function loadPacks(root: string, calendar?: WorkingCalendar): Promise<Map<string, ReadPack>> {
  const { packs, findings } = await readAndCheck(root, calendar)
  const errors = findings.filter((finding) => finding.kind === 'error')
  if (errors.length > 0) throw new PackRefused(errors)
  return packs
}

/** The packs below a folder with everything that is wrong with them. @throws PackRefused where a file has not the format. */
export async function readAndCheck(root: string, calendar?: WorkingCalendar): Promise<{ packs: Map<string, ReadPack>; findings: CheckedFinding[] }> {
  const packs = readPacks(root)
  return { packs, findings: checkPacks(packs, calendar ?? (await readWorkingCalendar(join(root, HOLIDAY_NOTICES)))) }
}

/** Every finding on packs as read, once each, by file and line. */
export function checkPacks(packs: ReadonlyMap<string, ReadPack>, calendar: WorkingCalendar): CheckedFinding[] {
  const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))
  const found = new Map<string, CheckedFinding>()
  const take = (findings: readonly CheckedFinding[]) => {
    for (const one of findings) found.set([one.file, one.line, one.code, one.message].join('\n'), one)
  }
  for (const [id, pack] of packs) {
    const family = parentFindings(id, pack, packs)
    take(family.map((finding) => placed(finding, pack)))
    if (family.length > 0 || !wholeFamily(id, packs)) continue
    const compiled = compilePack(id, sources)
    take(checkPack(compiled, calendar).map((finding) => placed(finding, owner(compiled, finding.path, packs) ?? pack, finding.other === undefined ? undefined : (owner(compiled, finding.other, packs) ?? pack))))
    take(checkAtoms(pack.source, ancestors(id, sources)).map((finding) => placed(finding, pack)))
  }
  return [...found.values()].toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

function placed({ path, code, message, cure, kind, other }: RuleFinding, pack: ReadPack, packOfOther: ReadPack = pack): CheckedFinding {
  const second = other === undefined ? null : packOfOther.places(other)
  return { ...pack.places(path), code, message: second === null ? message : `${message}另一处在 ${second.file}:${second.line}。`, cure, kind }
}

/** The pack in whose files an inherited rule stands. */
function owner(compiled: CompiledPack, path: RuleFinding['path'], packs: ReadonlyMap<string, ReadPack>): ReadPack | undefined {
  const [section, id] = path
  return packs.get(compiled.origin[`${String(section)}/${String(id)}`] ?? compiled.manifest.pack)
}

/** Parents that are missing, drafts, or above themselves; found before anything is put together. */
function parentFindings(id: string, pack: ReadPack, packs: ReadonlyMap<string, ReadPack>): RuleFinding[] {
  return pack.source.manifest.parents.flatMap((parent, index): RuleFinding[] => {
    const path = ['manifest', 'parents', index]
    const above = packs.get(parent)
    if (!above) return [{ path, kind: 'error', code: 'parent-must-exist', message: `上位规则包 ${parent} 不存在。`, cure: `请补上 ${parent}，可用：${[...packs.keys()].join('、')}。` }]
    if (above.source.manifest.status === 'draft') {
      return [{ path, kind: 'error', code: 'parent-must-not-be-a-draft', message: `${parent} 是征求意见稿，不能作为上位规则。`, cure: '请改写在 compare_with 中，只供对照。' }]
    }
    const circle = wayBack(parent, id, packs, [parent])
    return circle === null ? [] : [{ path, kind: 'error', code: 'parents-must-not-form-a-circle', message: `规则包互为上位规则：${[id, ...circle].join(' → ')}。涉及 ${[id, ...circle].slice(0, -1).map((one) => placeOf(one, packs)).join('、')}。`, cure: '请删去其中一处 parents。' }]
  })
}

/** Where a pack names its parents. */
function placeOf(id: string, packs: ReadonlyMap<string, ReadPack>): string {
  const place = packs.get(id)?.places(['manifest', 'parents'])
  return place === undefined ? id : `${place.file}:${place.line}`
}

function wayBack(from: string, to: string, packs: ReadonlyMap<string, ReadPack>, way: readonly string[]): readonly string[] | null {
  if (from === to) return way
  for (const parent of packs.get(from)?.source.manifest.parents ?? []) {
    if (way.includes(parent)) continue
    const found = wayBack(parent, to, packs, [...way, parent])
    if (found !== null) return found
  }
  return null
}

/** Whether every pack above this one can be put together; where not, the finding stands at that pack. */
function wholeFamily(id: string, packs: ReadonlyMap<string, ReadPack>): boolean {
  const pack = packs.get(id)
  if (!pack || parentFindings(id, pack, packs).length > 0) return false
  return pack.source.manifest.parents.every((parent) => wholeFamily(parent, packs))
}

function ancestors(id: string, sources: ReadonlyMap<string, PackSource>): PackSource[] {
  return (sources.get(id)?.manifest.parents ?? []).flatMap((parent) => {
    const source = sources.get(parent)
    return source === undefined ? [] : [source, ...ancestors(parent, sources)]
  })
}
