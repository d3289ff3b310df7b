/** Whether an extension may be granted: asked in time, and within what the text allows. */
import { type ClockRecord, type ClockRefusal, extensionUnit, presentExtensions, presentRun, stoppedOn } from '#core/calendar/clock.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** What is asked for: days of `extensionUnit(clock)`, and the day of asking. */
export interface ExtensionRequest {
  readonly days: number
  readonly askedOn: LegalDate
}

/** The most that all extensions of one run may add up to, in the same days, with the provision it rests on. */
export interface ExtensionCap {
  readonly days: number
  readonly provision?: string
}

export type ExtensionCheck =
  /** `due` is the date if granted; `left` is what could still be granted after it. */
  | { readonly ok: true; readonly due: LegalDate | null; readonly provisional: boolean; readonly left: number }
  | { readonly ok: false; readonly refusal: ClockRefusal }

/**
 * Checks a request for an extension. It must be asked for on the due date at the latest, the
 * due date being the one of the clock as extended so far; the days granted in this run and the
 * days asked for together may not exceed the cap. The new due date is counted from the
 * original one. A suspended clock has not run out, so that asking is in time.
 */
export function checkExtension(
  clock: ClockRecord,
  request: ExtensionRequest,
  cap: ExtensionCap,
  calendar: WorkingCalendar,
): ExtensionCheck {
  const provision = cap.provision ?? clock.basis.provision ?? null
  const unit = extensionUnit(clock)
  const unitText = unit === 'working-day' ? '个工作日' : '日'
  const refuse = (code: ClockRefusal['code'], says: string, cure: string, figures: ClockRefusal['figures']): ExtensionCheck => ({
    ok: false,
    refusal: { code, provision, says, cure, figures },
  })

  if (!(Number.isSafeInteger(request.days) && request.days >= 1)) {
    return refuse('extension-not-a-whole-number-of-days', `延长天数应为不小于 1 的整数，现为 ${request.days}。`, '请改填整数天。', {})
  }
  const stopped = stoppedOn(clock)
  if (stopped !== null) {
    return refuse('clock-already-stopped', `本期限已于 ${stopped} 终了，无须延长。`, '如终了有误，请先办理更正。', { stopped })
  }
  const start = presentRun(clock).on
  if (request.askedOn < start) {
    return refuse('clock-entry-before-start', `申请日 ${request.askedOn} 早于期限的起算事由发生日 ${start}。`, '请核对申请日期。', { start })
  }
  const { due } = dueDateOf(clock, calendar)
  if (due !== null && request.askedOn > due) {
    return refuse(
      'extension-must-be-asked-before-due',
      `期限已于 ${due} 届满，${request.askedOn} 才申请延长，不予受理。`,
      '请尽快办结本事项，逾期情况将如实记录。',
      { due, askedOn: request.askedOn },
    )
  }
  const granted = presentExtensions(clock).reduce((sum, one) => sum + one.days, 0)
  const left = Math.max(0, cap.days - granted)
  if (request.days > left) {
    return refuse(
      'extension-cap-exceeded',
      `延长累计不得超过${cap.days}${unitText}，已延长${granted}${unitText}，还可延长${left}${unitText}。`,
      left === 0 ? '请在现有期限内办结。' : `请将延长天数改为不超过${left}${unitText}。`,
      { cap: cap.days, granted, left, asked: request.days },
    )
  }
  const extended: ClockRecord = {
    ...clock,
    history: [...clock.history, { kind: 'extended', days: request.days, askedOn: request.askedOn, grantedOn: request.askedOn, by: '' }],
  }
  return { ok: true, ...dueDateOf(extended, calendar), left: left - request.days }
}
