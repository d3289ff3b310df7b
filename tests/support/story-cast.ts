import { levelOf } from '#capabilities/governance/organizations/organizations.facts.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'

/** Who plays: persons by a short name, the holders of the fixed offices, and what is known of organisations. */
export type Cast = {
  persons: Record<string, { organization: string; offices: readonly string[] }>
  holders: Record<string, string>
  organizations?: Record<string, JsonObject>
}

/** 统一社会信用代码 (GB 32100-2015), as the register of organisations takes it. */
const CREDIT_CODE = /^[0-9A-HJ-NPQRTUWXY]{18}$/

/** Every organisation that the cast names, as the register of organisations tells it to a step: unless the cast says otherwise, a legal person of the city. */
export function organizationsOf(cast: Cast, law: CaseLaw): Record<string, JsonObject> {
  for (const [id, { 'credit-code': code }] of Object.entries(cast.organizations ?? {})) {
    if (typeof code === 'string' && !CREDIT_CODE.test(code)) throw new Error(`${id}: ${code} is no credit code`)
  }
  const offices = new Map<string, Set<string>>(Object.keys(cast.organizations ?? {}).map((id) => [id, new Set()]))
  const holds = (organization: string, office: string) => offices.set(organization, (offices.get(organization) ?? new Set()).add(office))
  for (const { office, organization } of holdingsOf(cast)) holds(organization, office)
  for (const person of Object.values(cast.persons)) for (const office of person.offices) holds(person.organization, office)
  return Object.fromEntries([...offices].map(([id, held]) => [id, {
    ...described(id, cast.organizations?.[id] ?? {}, law.pack.manifest.region), offices: [...held].toSorted(),
  }]))
}

function described(id: string, known: JsonObject, cityRegion: string): JsonObject {
  const region = typeof known['region'] === 'string' ? known['region'] : cityRegion
  return { id, name: id, 'credit-code': null, kind: 'other', 'legal-person': true, sector: null, ...known, region, level: levelOf(region) }
}

/** Who holds which office with one holder; `office@region` is one of another region than the law's, region null where it is the law's. */
export function holdingsOf({ holders }: Cast): { office: string; region: string | null; organization: string }[] {
  return Object.entries(holders).map(([key, organization]) => {
    const [office = key, region] = key.split('@')
    return { office, region: region ?? null, organization }
  })
}
