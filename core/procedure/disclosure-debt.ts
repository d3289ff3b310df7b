import { standingOf } from '../calendar/due-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { procedureOf, stepOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState } from './case-state.ts'

/** What an office owes the public: duties to publish that are overdue, and by how many days (of their clocks) together. */
export type DisclosureDebt = { office: string; organization: string; count: number; days: number }

/** A step that makes something public: some outcome of it publishes. */
export function publishes(law: CaseLaw, procedure: string, step: string): boolean {
  return Object.values(stepOf(procedureOf(law, procedure), step).outcomes).some(({ effects }) => effects.some(({ effect }) => effect === 'publish'))
}

/** The debt of each office and organisation on a day, in the order of their ids; who owes nothing is not named. */
export function disclosureDebts(cases: readonly { law: CaseLaw; state: CaseState }[], today: LegalDate): DisclosureDebt[] {
  const debts = new Map<string, DisclosureDebt>()
  for (const { law, state } of cases) {
    if (state.preview === true) continue
    for (const { clock, step, office, organization } of state.tasks) {
      const late = clock === null ? 0 : standingOf(clock, law.calendar, today).late
      if (late === 0 || !publishes(law, state.procedure, step)) continue
      const key = `${office} ${organization}`
      const known = debts.get(key) ?? { office, organization, count: 0, days: 0 }
      debts.set(key, { ...known, count: known.count + 1, days: known.days + late })
    }
  }
  return [...debts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, debt]) => debt)
}
