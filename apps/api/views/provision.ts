import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { basisSchema } from '#core/pack/basis.ts'
import type { Basis } from '#core/pack/basis.ts'
import { provisionLabel } from '#core/pack/provision-text.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { readObligations } from '#adapters/packs/obligation-record.ts'
import type { Person } from '#adapters/identity/persons.ts'
import type { ApiParts } from '../parts.ts'
import { readingAs } from '../parts.ts'
import type { ProvisionView } from '../wire/provision.ts'
import { basisView } from './basis.ts'

const RULED = ['terms', 'offices', 'figures', 'contents', 'procedures', 'registers', 'policies', 'duties', 'documents', 'thresholds'] as const
/** As many live cases as a page shows; the list of cases has them all. */
const CASES_SHOWN = 20

/**
 * One provision with everything of this platform that rests on it: the rules, place by place, each with its sentence;
 * the obligations that it holds and the scenarios that show them kept; the open cases of this organisation under it.
 * Null where the pack's own text has no such place.
 */
export async function provisionView(parts: ApiParts, person: Person, law: CaseLaw, id: string): Promise<ProvisionView | null> {
  const provision = law.pack.provisions[id]
  if (provision === undefined) return null
  const rules = RULED.flatMap((kind) => Object.entries(law.pack[kind]).flatMap(([rule, value]) =>
    citations(value as unknown as Json, id, []).map(({ basis, titles }) => ({ kind, id: rule, place: [...new Set(titles)], basis: basisView(basis, law) })))) // a compiled pack is plain JSON
  const procedures = [...new Set(rules.filter((rule) => rule.kind === 'procedures').map((rule) => rule.id))]
  return {
    pack: law.ref.id, id, label: provisionLabel(provision), heading: provision.heading, text: provision.text, rules,
    obligations: readObligations(parts.config.packsDir, parts.config.scenariosFile, law.ref.id).filter((one) => one.provision === id || one.provision.startsWith(`${id}.`)),
    ...(await openCases(parts, person, law.ref.id, procedures)),
  }
}

type Citation = { basis: Basis; titles: string[] }

/** Every basis within a rule that cites the provision, with the titles on the way to it. */
function citations(value: Json, provision: string, titles: readonly string[]): Citation[] {
  if (Array.isArray(value)) return value.flatMap((one) => citations(one, provision, titles))
  if (!isObject(value)) return []
  if (value['provision'] === provision || value['interpretation'] === provision) {
    const basis = basisSchema.safeParse(value)
    return basis.success ? [{ basis: basis.data, titles: [...titles] }] : []
  }
  const said = [value['title'], value['message']].filter((one) => typeof one === 'string')
  return Object.values(value).flatMap((one) => citations(one, provision, [...titles, ...said.slice(0, 1)]))
}

async function openCases(parts: ApiParts, person: Person, pack: string, procedures: readonly string[]): Promise<Pick<ProvisionView, 'cases' | 'cases_total'>> {
  if (procedures.length === 0) return { cases: [], cases_total: 0 }
  return readingAs(parts, person, async (tx) => {
    const open = tx.selectFrom('legal_case').where('pack', '=', pack).where('procedure', 'in', procedures).where('over', '=', false).where('preview', '=', false)
    const rows = await open.select(['id', 'number', 'title', 'opened']).orderBy('opened', 'desc').orderBy('id').limit(CASES_SHOWN).execute()
    const { total } = await open.select((query) => query.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    return { cases: rows, cases_total: Number(total) }
  })
}
