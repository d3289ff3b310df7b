import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'

/** The packs under which the city's cases are opened: in force, and nobody's parent. What they inherit is opened through them. */
export function governingLaws(packs: PackLibrary): CaseLaw[] {
  const parents = new Set(packs.all.flatMap((law) => law.pack.manifest.parents))
  return packs.all.filter((law) => law.pack.manifest.region === packs.region && law.pack.manifest.status === 'in-force' && !parents.has(law.ref.id))
}

/** What may be tried in the preview space: drafts, of whatever region, and after them the rules that govern here. */
export function previewedLaws(packs: PackLibrary): CaseLaw[] {
  return [...packs.all.filter((law) => law.pack.manifest.status === 'draft'), ...governingLaws(packs)]
}
