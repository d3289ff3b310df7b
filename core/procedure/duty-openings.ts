import { dateAfter, dateAhead } from '../calendar/length.ts'
import { addDays, addMonths, isLegalDate, legalDate, monthOf, yearOf } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { CompiledPack } from '../pack/compiled-pack.ts'
import type { Duty, EachOperand } from '../pack/pack-format.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState } from './case-state.ts'
import { figureOn, lengthOf } from './figure.ts'
import { placeContent } from './place-content.ts'

/** One for whom a duty runs: a holder, a record with its fields, a case with `party` and `content`; `since` when it is there. */
export type DutyRow = { id: string; since: LegalDate | null; value: JsonObject }

/** A period that has opened by today: its name (unique for the duty), from and to which day, and for which row. */
export type DutyPeriod = { period: string; opensOn: LegalDate; from: LegalDate; to: LegalDate; row: DutyRow | null }

/** What one period of a duty opens. */
export type DutyOpening = DutyPeriod & { links: Record<string, string>; contents: Record<string, Json> }

type CalendarRhythm = Extract<Duty['every'], { unit: 'year' | 'half-year' | 'quarter' | 'month' }>
type Rhythm<U extends Duty['every']['unit']> = Extract<Duty['every'], { unit: U }>

/** unit: months; source: the civil calendar */
const MONTHS = { year: 12, 'half-year': 6, quarter: 3, month: 1 } as const
/** How a period is told from the others of its year: 2026, 2026-H2, 2026-Q3, 2026-M11. */
const MARK = { year: '', 'half-year': '-H', quarter: '-Q', month: '-M' } as const

/** The duties of a pack, the warning before its own last day among them. */
export function dutiesOf({ duties, manifest }: Pick<CompiledPack, 'duties' | 'manifest'>): Duty[] {
  const { at_expiry: expiry, last_day: lastDay } = manifest
  if (expiry?.warn_before === undefined || expiry.opens === undefined || lastDay === undefined) return Object.values(duties)
  const warning: Duty = { duty: 'at-expiry', title: `《${manifest.title}》届满前提示`, opens: expiry.opens, by: expiry.by ?? 'platform', every: { unit: 'before', date: { value: lastDay }, ahead: expiry.warn_before }, basis: expiry.basis }
  return [...Object.values(duties), warning]
}

/**
 * What a duty opens by today under a law, for each of its rows: calendar periods one by one, also the missed ones;
 * of the intervals and warnings of a row only the last, so that a long downtime leaves one case and not a heap.
 * Nothing is opened after the last day of the rules, and no period that ended before the row was there.
 */
export function dutyOpenings(duty: Duty, law: CaseLaw, rows: readonly DutyRow[], today: LegalDate): DutyOpening[] {
  const lastDay = law.pack.manifest.last_day
  const periods = duty.for_each === undefined ? periodsOf(duty, law, null, today) : rows.flatMap((row) => periodsOf(duty, law, row, today))
  return periods.filter(({ opensOn }) => lastDay === undefined || opensOn <= lastDay).map((one) => ({ ...one, ...givenBy(duty, one) }))
}

function periodsOf(duty: Duty, law: CaseLaw, row: DutyRow | null, today: LegalDate): DutyPeriod[] {
  const { every } = duty
  const inForce = legalDate(law.pack.manifest.in_force)
  if (every.unit === 'interval') return intervals(every, law, row, today)
  if (every.unit === 'once') return once(every, law, row, today)
  if (every.unit === 'before') return warnings(every, law, row, today)
  return openedPeriods({ every }, inForce, today, law.calendar.workingDayFrom).flatMap((one): DutyPeriod[] => {
    if (row === null) return [{ ...one, row }]
    return row.since !== null && row.since > one.to ? [] : [{ ...one, period: `${one.period}/${row.id}`, row }]
  })
}

/**
 * The calendar periods of a duty that have opened by today, each since the pack came into force: a year opens on the
 * duty's day of the following year, any other period on the day after it; on the first working day from there on where
 * the duty says so. The first period counts from the day of coming into force.
 */
export function openedPeriods({ every }: { every: CalendarRhythm }, inForce: LegalDate, today: LegalDate, workingDayFrom?: (date: LegalDate) => { date: LegalDate }): Omit<DutyPeriod, 'row'>[] {
  const periods: Omit<DutyPeriod, 'row'>[] = []
  const months = MONTHS[every.unit]
  for (let from = inForce; ; ) {
    const number = Math.floor((monthOf(from) - 1) / months) + 1 // the place of the period in its year
    const next = addMonths(legalDate(`${yearOf(from)}-01-01`), number * months)
    const day = every.unit === 'year' ? legalDate(`${yearOf(next)}-${every.month_day}`) : next
    const opensOn = every.on_working_day === true && workingDayFrom !== undefined ? workingDayFrom(day).date : day
    if (opensOn > today) return periods
    periods.push({ period: `${yearOf(from)}${MARK[every.unit]}${every.unit === 'year' ? '' : number}`, opensOn, from, to: addDays(next, -1) })
    from = next
  }
}

/** The last interval since the row's date whose end (less what the duty looks ahead) has come. */
function intervals(every: Rhythm<'interval'>, law: CaseLaw, row: DutyRow | null, today: LegalDate): DutyPeriod[] {
  const from = dateOf(every.from, row)
  const figure = typeof every.length === 'string' ? every.length : every.length.of[textOf(every.length.by, row)]
  if (from === null || figure === undefined || row === null) return []
  const { unit, amount } = lengthOf(figureOn(law, figure, today), figure)
  if (amount < 1) return []
  const end = (count: number) => dateAfter(from, { unit, amount: amount * count }, law.calendar)
  const opens = (count: number) => (every.ahead === undefined ? end(count) : dateAhead(end(count), lengthOf(figureOn(law, every.ahead, today), every.ahead), law.calendar))
  let count = 0
  while (opens(count + 1) <= today) count += 1
  return count === 0 ? [] : [{ period: `${end(count)}/${row.id}`, opensOn: opens(count), from: end(count - 1), to: end(count), row }]
}

/** The one period from the coming into force (or a date of the row) until a figure later, once that day has come. */
function once(every: Rhythm<'once'>, law: CaseLaw, row: DutyRow | null, today: LegalDate): DutyPeriod[] {
  const from = every.from === undefined ? legalDate(law.pack.manifest.in_force) : dateOf(every.from, row)
  if (from === null) return []
  const to = dateAfter(from, lengthOf(figureOn(law, every.after, today), every.after), law.calendar)
  return to > today ? [] : [{ period: `${to}${row === null ? '' : `/${row.id}`}`, opensOn: to, from, to, row }]
}

/** The nearest warning before a date that has come, while the date has not passed. */
function warnings(every: Rhythm<'before'>, law: CaseLaw, row: DutyRow | null, today: LegalDate): DutyPeriod[] {
  const date = dateOf(every.date, row)
  if (date === null || today > date) return []
  const come = every.ahead
    .map((figure) => ({ figure, opensOn: dateAhead(date, lengthOf(figureOn(law, figure, today), figure), law.calendar) }))
    .filter(({ opensOn }) => opensOn <= today)
    .toSorted((a, b) => (a.opensOn < b.opensOn ? 1 : -1))
  return come.slice(0, 1).map(({ figure, opensOn }) => ({ period: `${date}-${figure}${row === null ? '' : `/${row.id}`}`, opensOn, from: opensOn, to: date, row }))
}

/** The period as `period-from` and `period-to`, and what the duty gives of its row: `content.<key>` and `link.<name>`. */
function givenBy(duty: Duty, { from, to, row }: DutyPeriod): Pick<DutyOpening, 'links' | 'contents'> {
  const links: Record<string, string> = {}
  const contents: Record<string, Json> = { 'period-from': from, 'period-to': to }
  for (const [name, operand] of Object.entries(duty.with ?? {})) {
    const value = eachValue(operand, row)
    if (value === undefined) continue
    if (name.startsWith('link.') && typeof value === 'string') links[name.slice('link.'.length)] = value
    if (name.startsWith('content.')) placeContent(contents, name.slice('content.'.length).split('.'), value)
  }
  return { links, contents }
}

/** A case as a row of a duty: what `each.…` may name of it. */
export function rowOfCase(state: CaseState): DutyRow {
  const { id, number, status, opened, parties, contents } = state
  const content = Object.fromEntries(Object.entries(contents).filter(([key]) => !key.includes('@')).map(([key, { value }]) => [key, value]))
  return { id, since: opened, value: { number, status, opened, opener: state.opened_by.organization, party: parties, content } }
}

function eachValue(operand: EachOperand, row: DutyRow | null): Json | undefined {
  if (typeof operand === 'object') return operand.value
  const [, ...path] = operand.split('.')
  if (path.length === 1 && path[0] === 'id') return row?.id
  return path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), row?.value)
}

function dateOf(operand: EachOperand, row: DutyRow | null): LegalDate | null {
  const value = eachValue(operand, row)
  return typeof value === 'string' && isLegalDate(value) ? value : null
}

function textOf(operand: EachOperand, row: DutyRow | null): string {
  const value = eachValue(operand, row)
  return typeof value === 'string' ? value : ''
}
