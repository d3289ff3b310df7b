import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Keeping } from '#core/procedure/retention-rules.ts'
import type { KeepingView } from '../wire/retention.ts'
import { basisView } from './basis.ts'

const UNITS: Readonly<Record<string, string>> = { year: '年', month: '个月', 'calendar-day': '日', 'working-day': '个工作日' }

/** How long something is kept, for people: where no rule has begun, nothing may be disposed of. */
export function keepingView({ rules, until, prunableFrom, decidedBy, disposed }: Keeping, law: CaseLaw, today: LegalDate): KeepingView {
  return {
    until,
    prunable_from: prunableFrom,
    state: rules.length === 0 ? 'unruled' : disposed ? 'disposed' : prunableFrom !== null && today >= prunableFrom ? 'due' : 'keeping',
    rules: rules.map(({ title, trigger, length, until: end, by, caseId, basis }) => ({
      title, from: trigger ?? '', length: `${length.amount}${UNITS[length.unit] ?? length.unit}`, until: end, decides: decidedBy.includes(by), case_id: caseId, basis: basisView(basis, law),
    })),
  }
}
