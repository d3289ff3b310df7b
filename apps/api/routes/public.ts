import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { disclosureDebtOf } from '#adapters/cases/disclosure-debt.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { governingLaws } from '../views/governing-laws.ts'
import { titleOfOffice } from '../views/names.ts'
import { portalRecords } from '../views/portal.ts'
import { PortalView } from '../wire/public.ts'

/** The disclosure debt with the offices and organisations by their names. */
async function namedDebts(tx: Tx, packs: PackLibrary, today: LegalDate): Promise<PortalView['disclosure_debt']> {
  const debts = await disclosureDebtOf(tx, packs, today)
  const names = await organizationNames(tx, debts.map(({ organization }) => organization))
  return debts.map((debt) => ({ ...debt, office: titleOfOffice(packs, debt.office), organization: names.get(debt.organization) ?? debt.organization }))
}

/** What anybody may read. Authorizations, products and use come from the capabilities that publish them. */
export const publicRoutes: RouteFile = (app, parts) => {
  app.get('/api/public/portal', { config: { permission: 'public.read' }, schema: { response: { 200: PortalView } } }, () =>
    readingAsSystem(parts, async (tx) => {
      const today = await parts.clock.today(tx)
      return {
        city: parts.city,
        demonstration: parts.config.mode === 'demonstration',
        today,
        rules: governingLaws(parts.packs).map(({ pack: { manifest } }) => ({ pack: manifest.pack, title: manifest.title, document_number: manifest.document_number })),
        ...(await portalRecords(tx, parts.packs, today)),
        disclosure_debt: await namedDebts(tx, parts.packs, today),
      }
    }))
}
