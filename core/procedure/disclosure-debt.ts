import { standingOf } from '../calendar/due-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Basis } from '../pack/basis.ts'
import { figureOf, procedureOf, stepOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState } from './case-state.ts'

/** What an office owes the public: duties to publish that are overdue, and by how many days (of their clocks) together. */
export type DisclosureDebt = { office: string; organization: string; count: number; days: number }

/** One duty to publish that is overdue: which, whose, since when, and on what it rests. */
export type LateDisclosure = {
  law: CaseLaw
  number: string
  procedure: string
  step: string
  office: string
  organization: string
  due: LegalDate
  provisional: boolean
  /** Days past the due date, in the unit of its clock. */
  late: number
  /** Working days past the due date, whatever its clock counts. */
  workingDays: number
  basis: Basis
  dueBasis: Basis
}

type Case = { law: CaseLaw; state: CaseState }

/** A step that makes something public: some outcome of it publishes. */
export function publishes(law: CaseLaw, procedure: string, step: string): boolean {
  return Object.values(stepOf(procedureOf(law, procedure), step).outcomes).some(({ effects }) => effects.some(({ effect }) => effect === 'publish'))
}

/** Every overdue duty to publish on a day, the latest first; what is only tried owes nothing. */
export function lateDisclosures(cases: readonly Case[], today: LegalDate): LateDisclosure[] {
  return cases.flatMap((one) => (one.state.preview === true ? [] : lateIn(one, today))).toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : a.number < b.number ? -1 : 1))
}

function lateIn({ law, state }: Case, today: LegalDate): LateDisclosure[] {
  return state.tasks.flatMap(({ clock, step, office, organization }) => {
    if (clock === null) return []
    const { due, late, provisional } = standingOf(clock, law.calendar, today)
    if (due === null || late === 0 || !publishes(law, state.procedure, step)) return []
    const rule = stepOf(procedureOf(law, state.procedure), step)
    const dueBasis = rule.due === undefined ? rule.basis : 'within' in rule.due ? figureOf(law, rule.due.within).basis : 'ahead' in rule.due ? figureOf(law, rule.due.ahead).basis : rule.due.basis
    return [{ law, number: state.number, procedure: state.procedure, step, office, organization, due, provisional, late, workingDays: law.calendar.workingDaysPast(due, today), basis: rule.basis, dueBasis }]
  })
}

/** The debt of each office and organisation on a day, in the order of their ids; who owes nothing is not named. */
export function disclosureDebts(cases: readonly Case[], today: LegalDate): DisclosureDebt[] {
  return debtsOf(lateDisclosures(cases, today))
}

/** What was found late, added up for each office and organisation. */
export function debtsOf(found: readonly LateDisclosure[]): DisclosureDebt[] {
  const debts = new Map<string, DisclosureDebt>()
  for (const { office, organization, late } of found) {
    const key = `${office} ${organization}`
    const known = debts.get(key) ?? { office, organization, count: 0, days: 0 }
    debts.set(key, { ...known, count: known.count + 1, days: known.days + late })
  }
  return [...debts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, debt]) => debt)
}
