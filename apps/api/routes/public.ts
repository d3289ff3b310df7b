import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { debtsOf } from '#core/procedure/disclosure-debt.ts'
import { officeTitle, procedureOf, stepOf } from '#core/procedure/case-law.ts'
import { lateDisclosuresOf } from '#adapters/cases/disclosure-debt.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { basisView } from '../views/basis.ts'
import { governingLaws } from '../views/governing-laws.ts'
import { titleOfOffice } from '../views/names.ts'
import { portalRecords } from '../views/portal.ts'
import { PortalView } from '../wire/public.ts'

/** The disclosure debt, added up and one by one, with procedures, offices and organisations by their names. */
async function namedDebts(tx: Tx, packs: PackLibrary, today: LegalDate): Promise<Pick<PortalView, 'disclosure_debt' | 'late_disclosures'>> {
  const late = await lateDisclosuresOf(tx, packs, today)
  const names = await organizationNames(tx, late.map(({ organization }) => organization))
  const nameOf = (organization: string) => names.get(organization) ?? organization
  return {
    disclosure_debt: debtsOf(late).map((debt) => ({ ...debt, office: titleOfOffice(packs, debt.office), organization: nameOf(debt.organization) })),
    late_disclosures: late.map(({ law, number, due, provisional, workingDays, ...one }) => {
      const procedure = procedureOf(law, one.procedure)
      return {
        number, procedure: procedure.title, step: stepOf(procedure, one.step).title, office: officeTitle(law, one.office), organization: nameOf(one.organization),
        due, provisional, working_days: workingDays, basis: basisView(one.basis, law), due_basis: basisView(one.dueBasis, law),
      }
    }),
  }
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
        ...(await namedDebts(tx, parts.packs, today)),
      }
    }))
}
