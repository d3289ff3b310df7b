import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { provisionLabel } from '#core/pack/provision-text.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { PackRow, PackView } from '../wire/rules.ts'
import { basisView } from './basis.ts'
import { procedureDiagram, procedureMarkdown } from './procedure-text.ts'

export function packRow({ pack: { manifest } }: CaseLaw): PackRow {
  const { pack, version, title, document_number: documentNumber, in_force: inForce, last_day: lastDay, status, region } = manifest
  return { pack, version, title, document_number: documentNumber, in_force: inForce, last_day: lastDay ?? null, status, region }
}

/** A pack for people: its text with the rules that rest on each place, its figures, offices and procedures. */
export function packView(law: CaseLaw): PackView {
  const { pack } = law
  const rules = rulesByProvision(law)
  const fromOf = (section: string, id: string) => pack.origin[`${section}/${id}`] ?? pack.manifest.pack
  return {
    ...packRow(law),
    digest: law.ref.digest,
    provisions: Object.values(pack.provisions)
      .filter((one) => one.id.startsWith(`${pack.manifest.prefix}-`))
      .map((one) => ({ id: one.id, label: provisionLabel(one), heading: one.heading, chapter: one.chapter, text: one.text, rules: rules.get(one.id) ?? [] })),
    figures: Object.entries(pack.figures).map(([id, { title, value, unit, bound, basis }]) => ({ id, title, value, unit, bound, basis: basisView(basis, law), from: fromOf('figures', id) })),
    offices: Object.entries(pack.offices).map(([id, { title, holder, basis }]) => ({ id, title, holder, basis: basisView(basis, law) })),
    procedures: Object.entries(pack.procedures).map(([id, procedure]) => ({
      id, title: procedure.title, capability: procedure.capability, from: fromOf('procedures', id), markdown: procedureMarkdown(law, procedure), diagram: procedureDiagram(procedure),
    })),
  }
}

type Rule = { kind: string; id: string; title: string }
const RULED = ['terms', 'offices', 'figures', 'contents', 'procedures', 'registers', 'policies', 'duties'] as const

/** Which rules cite a provision anywhere within them. */
function rulesByProvision({ pack }: CaseLaw): Map<string, Rule[]> {
  const found = new Map<string, Rule[]>()
  for (const kind of RULED) {
    for (const [id, rule] of Object.entries(pack[kind])) {
      const cited = new Set<string>()
      collect(rule as unknown as Json, cited) // a compiled pack is plain JSON
      for (const provision of cited) found.set(provision, [...(found.get(provision) ?? []), { kind, id, title: rule.title }])
    }
  }
  return found
}

function collect(value: Json, cited: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collect(one, cited)
  if (!isObject(value)) return
  for (const [key, inner] of Object.entries(value)) {
    if ((key === 'provision' || key === 'interpretation') && typeof inner === 'string') cited.add(inner)
    else collect(inner, cited)
  }
}
