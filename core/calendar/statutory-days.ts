/**
 * Days off that the law itself fixes (全国年节及纪念日放假办法), for the years that no notice of the
 * State Council covers yet. They make an expected date better; it stays provisional.
 */
import { z } from 'zod'
import { isLegalDate, type LegalDate, legalDate } from '#core/calendar/legal-date.ts'

/** A day off by law, with the provision it rests on. */
export interface StatutoryDay {
  readonly date: LegalDate
  readonly name: string
  readonly basis: string
}

const fileSchema = z.strictObject({
  regulation: z.string().min(1),
  provision: z.string().min(1),
  days: z.array(
    z.strictObject({
      name: z.string().min(1),
      date: z
        .string()
        .refine(isLegalDate, { error: '应为实有的日期，写作 YYYY-MM-DD' })
        .transform((text) => legalDate(text)),
    }),
  ),
})

/** Reads the file of statutory days, parsed already. Throws `z.ZodError` that names what is wrong. */
export function statutoryDays(file: unknown): StatutoryDay[] {
  const { regulation, provision, days } = fileSchema.parse(file)
  return days.map(({ date, name }) => ({ date, name, basis: `《${regulation}》${provision}` }))
}
