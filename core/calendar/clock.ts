/**
 * A clock is an object whose history explains its due date.
 *
 * It is plain data and lies in events as it is. `startClock` and `applyClockEntry` only
 * record; `dueOf` (due-date.ts) reckons the due date from the history, so that a new holiday
 * notice or a suspension that becomes known late changes the due date and nothing else.
 *
 * How the history is read:
 * - The day of a trigger is not counted (Civil Code article 201).
 * - A restart (after a supplement) counts the whole period afresh; an extension belongs to
 *   the run in which it was granted and ends with it.
 * - While a clock is suspended no day counts: neither the day `from` which it is suspended
 *   nor the day on which it is resumed, for the day of an event is not counted. Several cases
 *   may suspend the same clock; it runs when none does.
 * - An extension is counted from the original due date of its run.
 */
import type { LegalDate } from '#core/calendar/legal-date.ts'

/** On what a figure rests (design: basis of a value). A platform default is never the law's. */
export interface ClockBasis {
  readonly kind: 'provision' | 'interpretation' | 'platform-default' | 'order' | 'agreement'
  /** The provision as cited to people, e.g. 第二十条第二款. */
  readonly provision?: string
  /** The sentence of the text, or the reading and its reason. */
  readonly says?: string
}

/** The days in which an extension is counted. */
export type DayUnit = 'working-day' | 'calendar-day'

/** How long a clock runs: an amount of a unit, or a date that an order or agreement sets. */
export type ClockLength =
  | { readonly unit: 'working-day' | 'calendar-day' | 'month' | 'year'; readonly amount: number }
  | { readonly unit: 'date'; readonly date: LegalDate }

/** One clock with everything that happened to it, in the order in which it was recorded. */
export type ClockRecord = ClockLength & {
  readonly id: string
  readonly basis: ClockBasis
  /** What becomes of a last day that is a rest day; absent means that it stays (the texts are silent). */
  readonly onRestDay?: 'stays' | 'next-working-day'
  readonly history: readonly ClockEntry[]
}

export type ClockEntry =
  /** The period begins; `trigger` says in Chinese what happened, e.g. 收到数据需求申请. */
  | { readonly kind: 'started'; readonly on: LegalDate; readonly trigger: string }
  /** The whole period begins afresh, e.g. when a supplement (补正) was received. */
  | { readonly kind: 'restarted'; readonly on: LegalDate; readonly trigger: string }
  /** No day counts from `from` on, which may lie in the past; `by` is the id of the case that suspends. */
  | { readonly kind: 'suspended'; readonly from: LegalDate; readonly by: string; readonly because?: string }
  /** The suspension by the case `by` ends on this day; the day after it counts again. */
  | { readonly kind: 'resumed'; readonly on: LegalDate; readonly by: string }
  /** Longer by `days`, asked by one office and granted by another (`by`). `unit` is absent where it is `extensionUnit`. */
  | {
      readonly kind: 'extended'
      readonly days: number
      readonly unit?: DayUnit
      readonly askedOn: LegalDate
      readonly grantedOn: LegalDate
      readonly by: string
    }
  /** What was due was done, or fell away, on this day. */
  | { readonly kind: 'stopped'; readonly on: LegalDate }

export type ClockRefusalCode =
  | 'clock-already-started'
  | 'clock-already-stopped'
  | 'clock-already-suspended-by-this-case'
  | 'clock-not-suspended-by-this-case'
  | 'clock-entry-before-start'
  | 'clock-resumed-before-suspended'
  | 'extension-not-a-whole-number-of-days'
  | 'extension-granted-before-asked'
  | 'extension-must-be-asked-before-due'
  | 'extension-cap-exceeded'

/** A refusal of the calendar: the broken rule, its provision where there is one, and in Chinese what is wrong and what to do. */
export interface ClockRefusal {
  readonly code: ClockRefusalCode
  readonly provision: string | null
  readonly says: string
  readonly cure: string
  /** The figures behind the sentence, e.g. `{ left: 4 }`. */
  readonly figures: Readonly<Record<string, number | string>>
}

export type ClockChange =
  | { readonly ok: true; readonly clock: ClockRecord }
  | { readonly ok: false; readonly refusal: ClockRefusal }

/** What a clock is before it starts: its length, its basis and its id. */
export type ClockSpec = ClockLength & Pick<ClockRecord, 'id' | 'basis' | 'onRestDay'>

/**
 * Starts a clock on the day of its trigger. Throws `RangeError` when the amount is not a whole
 * number of 0 or more: that is an error of the pack, not of an official.
 */
export function startClock(spec: ClockSpec, on: LegalDate, trigger: string): ClockRecord {
  if (spec.unit !== 'date' && !(Number.isSafeInteger(spec.amount) && spec.amount >= 0)) {
    throw new RangeError(`clock ${spec.id}: the amount must be a whole number of 0 or more, not ${spec.amount}`)
  }
  return { ...spec, history: [{ kind: 'started', on, trigger }] }
}

/**
 * Adds an entry to the history, or refuses it and changes nothing. A clock that stopped takes
 * suspensions only (they may become known late and lessen its lateness). Whether an extension
 * may be granted is asked of `checkExtension` first; here only its form is checked.
 */
export function applyClockEntry(clock: ClockRecord, entry: ClockEntry): ClockChange {
  const refusal = refusalOf(clock, entry)
  if (refusal !== null) return { ok: false, refusal: { ...refusal, provision: clock.basis.provision ?? null } }
  return { ok: true, clock: { ...clock, history: [...clock.history, entry] } }
}

/** The entry from which the present run counts: the last start or restart. */
export function presentRun(clock: ClockRecord): Extract<ClockEntry, { kind: 'started' | 'restarted' }> {
  const run = clock.history.findLast((entry) => entry.kind === 'started' || entry.kind === 'restarted')
  if (run === undefined) throw new Error(`clock ${clock.id} was never started: its history is broken`)
  return run
}

/** The extensions granted in the present run. */
export function presentExtensions(clock: ClockRecord): Extract<ClockEntry, { kind: 'extended' }>[] {
  const since = clock.history.lastIndexOf(presentRun(clock))
  return clock.history.slice(since).filter((entry) => entry.kind === 'extended')
}

/** The unit of an extension that names none: working days for a clock of working days, calendar days for any other. */
export function extensionUnit(clock: ClockRecord, extension?: { readonly unit?: DayUnit }): DayUnit {
  return extension?.unit ?? (clock.unit === 'working-day' ? 'working-day' : 'calendar-day')
}

/** The day on which the clock was stopped, or null. */
export function stoppedOn(clock: ClockRecord): LegalDate | null {
  return clock.history.findLast((entry) => entry.kind === 'stopped')?.on ?? null
}

type Refused = Omit<ClockRefusal, 'provision'>

function refusalOf(clock: ClockRecord, entry: ClockEntry): Refused | null {
  const stopped = stoppedOn(clock)
  if (stopped !== null && entry.kind !== 'suspended' && entry.kind !== 'resumed') {
    return refuse('clock-already-stopped', `本期限已于 ${stopped} 终了，不能再变更。`, '如终了有误，请先办理更正。', { stopped })
  }
  switch (entry.kind) {
    case 'started':
      return refuse('clock-already-started', '本期限已经起算。', '补正后重新计算的，请登记为重新计算。', {})
    case 'restarted':
    case 'stopped':
      return notBeforeStart(clock, entry.on)
    case 'suspended':
      if (openSuspension(clock, entry.by) === null) return null
      return refuse('clock-already-suspended-by-this-case', `${entry.by} 已使本期限中止，尚未恢复。`, '请先登记恢复，或者不再重复登记中止。', {})
    case 'resumed':
      return resumedTooEarly(clock, entry)
    case 'extended':
      return extensionMisshapen(entry)
  }
}

function notBeforeStart(clock: ClockRecord, on: LegalDate): Refused | null {
  const start = presentRun(clock).on
  if (on >= start) return null
  return refuse('clock-entry-before-start', `${on} 早于本期限的起算事由发生日 ${start}。`, '请核对日期。', { start })
}

function resumedTooEarly(clock: ClockRecord, entry: Extract<ClockEntry, { kind: 'resumed' }>): Refused | null {
  const from = openSuspension(clock, entry.by)
  if (from === null) {
    return refuse('clock-not-suspended-by-this-case', `本期限没有因 ${entry.by} 中止，无从恢复。`, '请核对是哪一事项使本期限中止。', {})
  }
  if (entry.on >= from) return null
  return refuse('clock-resumed-before-suspended', `恢复日 ${entry.on} 早于中止日 ${from}。`, '请核对恢复日期。', { from })
}

function extensionMisshapen(entry: Extract<ClockEntry, { kind: 'extended' }>): Refused | null {
  if (!(Number.isSafeInteger(entry.days) && entry.days >= 1)) {
    return refuse('extension-not-a-whole-number-of-days', `延长天数应为不小于 1 的整数，现为 ${entry.days}。`, '请改填整数天。', {})
  }
  if (entry.grantedOn >= entry.askedOn) return null
  return refuse('extension-granted-before-asked', `同意日 ${entry.grantedOn} 早于申请日 ${entry.askedOn}。`, '请核对申请日和同意日。', {})
}

/** The day from which the case `by` keeps the clock suspended, or null. */
function openSuspension(clock: ClockRecord, by: string): LegalDate | null {
  const last = clock.history.findLast((entry) => (entry.kind === 'suspended' || entry.kind === 'resumed') && entry.by === by)
  return last?.kind === 'suspended' ? last.from : null
}

function refuse(code: ClockRefusalCode, says: string, cure: string, figures: Refused['figures']): Refused {
  return { code, says, cure, figures }
}
