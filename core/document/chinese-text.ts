import type { LegalDate } from '../calendar/legal-date.ts'

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/

/** 2026-09-05 as documents write it: 2026年9月5日 (GB/T 9704, 7.3.5.4: no leading zeros). */
export function chineseDate(date: LegalDate | string): string {
  const [, year, month, day] = ISO_DATE.exec(date) ?? []
  return year === undefined ? date : `${year}年${Number(month)}月${Number(day)}日`
}

/** True for a text that is a date in the platform's spelling. */
export function isDateText(text: string): boolean {
  return ISO_DATE.test(text)
}

const FULL_STOP = /[。！？；：.!?]$/

/** A sentence that ends as a sentence ends. */
export function asSentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || FULL_STOP.test(trimmed) ? trimmed : `${trimmed}。`
}
