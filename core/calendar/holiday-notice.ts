/**
 * The State Council's yearly notice on holidays (部分节假日安排的通知) as data: the days off it
 * arranges and the rest days it turns into working days. The law behind it is the
 * 全国年节及纪念日放假办法; the notice, not the weekday, says what a working day is.
 */
import { z } from 'zod'
import { addDays, daysBetween, isLegalDate, type LegalDate, legalDate, yearOf } from '#core/calendar/legal-date.ts'

// unit: calendar days; source: no notice has arranged more than 10 in a row, so that a longer run is a slip of the pen
const LONGEST_RUN_DAYS = 31

const day = z
  .string()
  .refine(isLegalDate, { error: '应为实有的日期，写作 YYYY-MM-DD' })
  .transform((text) => legalDate(text))

const daysOff = z.strictObject({
  /** The festival as the notice names it, e.g. 国庆节. */
  name: z.string().min(1),
  from: day,
  /** The last day off, included. */
  to: day,
})

const makeUpDay = z.strictObject({
  /** The festival in exchange for which this rest day is worked. */
  name: z.string().min(1),
  date: day,
})

/** Shape of one notice. A closed object; every date exists, lies in the year covered or in the December before it. */
export const holidayNoticeSchema = z
  .strictObject({
    /** 发文字号; null where it has not been entered from the official text, and then `note` says so. */
    number: z.string().min(1).nullable(),
    title: z.string().min(1),
    /** The day on which the notice was published; null where it is not known for certain. A notice that changes another must have it. */
    published: day.nullable(),
    year: z.int(),
    /** `true` for a notice that changes the year's main notice (an extension, an extra day). */
    amends: z.boolean().default(false),
    daysOff: z.array(daysOff),
    makeUpDays: z.array(makeUpDay),
    note: z.string().min(1).optional(),
  })
  .superRefine((notice, context) => {
    for (const problem of problemsOf(notice)) context.addIssue({ code: 'custom', message: problem })
  })

/** One notice of the State Council, checked. */
export type HolidayNotice = z.output<typeof holidayNoticeSchema>

/** Shape of one file of notices: the year, and its notices in the order of their publication. */
export const holidayYearSchema = z
  .strictObject({ year: z.int(), notices: z.array(holidayNoticeSchema).min(1) })
  .superRefine(({ year, notices }, context) => {
    for (const notice of notices) {
      if (notice.year !== year) {
        context.addIssue({ code: 'custom', message: `${notice.title}：通知所属年份 ${notice.year} 与文件年份 ${year} 不一致` })
      }
    }
  })

/**
 * Reads one file of notices that has been parsed already (YAML or JSON).
 * Throws `z.ZodError` that names each place that is wrong.
 */
export function holidayNotices(file: unknown): HolidayNotice[] {
  return holidayYearSchema.parse(file).notices
}

type Unchecked = Omit<HolidayNotice, 'amends'>

function problemsOf(notice: Unchecked & { amends: boolean }): string[] {
  const problems: string[] = []
  if (notice.number === null && notice.note === undefined) problems.push('没有发文字号的，应在 note 中说明须依正式文本补录')
  if (notice.amends && notice.published === null) problems.push('调整通知应填 published，否则无法判断先后')
  const seen = new Map<LegalDate, string>()
  const take = (date: LegalDate, what: string) => {
    const before = seen.get(date)
    if (before !== undefined) problems.push(`${date} 重复：既为${before}，又为${what}`)
    seen.set(date, what)
    if (!belongsTo(date, notice.year)) problems.push(`${date} 不属于 ${notice.year} 年，也不是上一年 12 月`)
  }
  for (const run of notice.daysOff) {
    const length = daysBetween(run.from, run.to) + 1
    if (length < 1 || length > LONGEST_RUN_DAYS) {
      problems.push(`${run.name}放假 ${run.from} 至 ${run.to}：起止日期有误`)
      continue
    }
    for (const date of daysOfRun(run)) take(date, `${run.name}放假`)
  }
  for (const made of notice.makeUpDays) take(made.date, `${made.name}调休上班`)
  return problems
}

function belongsTo(date: LegalDate, year: number): boolean {
  return yearOf(date) === year || date.startsWith(`${year - 1}-12-`)
}

/** Every day of a run of days off, the last one included. */
export function daysOfRun(run: { readonly from: LegalDate; readonly to: LegalDate }): LegalDate[] {
  const length = daysBetween(run.from, run.to) + 1
  return Array.from({ length }, (_, index) => addDays(run.from, index))
}
