import type { FactReader } from '#adapters/cases/capability-port.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { OfficeHolders } from '#adapters/cases/case-office.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { fixedHolders, organizationOf } from '#adapters/identity/organizations.ts'

/** What the organisations' register states to packs. */
export const ORGANIZATION_FACTS: Readonly<Record<string, FactReader>> = {
  /** The holder of an office with one holder for each region. */
  'office.holder': async (args, { tx, today }) => {
    const office = textArg(args, 'office')
    return (await fixedHolders(tx, textArg(args, 'region'), [office], today))[office] ?? null
  },
  /** Name, level of its region (province, city, district), credit code, kind, whether it is a legal person, region, sector and the offices held today; null where unknown. */
  'organization.of': async (args, { tx, today }) => {
    const found = await organizationOf(tx, textArg(args, 'organization'), today)
    if (found === null) return null
    const { id, name, kind, region, sector, offices } = found
    return { id, name, level: levelOf(region), 'credit-code': found.credit_code, kind, 'legal-person': found.legal_person, region, sector, offices }
  },
}

/** The level of an administrative region by its six-digit code (GB/T 2260); other regions have none. */
export function levelOf(region: string): 'province' | 'city' | 'district' | null {
  if (!/^\d{6}$/.test(region)) return null
  if (region.endsWith('0000')) return 'province'
  return region.endsWith('00') ? 'city' : 'district'
}

/** Who holds the offices that a pack gives to one fixed holder, in the pack's region, today. */
export function officeHolders(clock: LegalClock): OfficeHolders {
  return async (tx, law) => {
    const fixed = Object.entries(law.pack.offices).flatMap(([id, office]) => (office.holder === 'fixed' ? [id] : []))
    return fixedHolders(tx, law.pack.manifest.region, fixed, await clock.today(tx))
  }
}
