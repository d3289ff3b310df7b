import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CalendarFileUnreadable, readHolidayNotices, readStatutoryDays, readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { legalDate } from '#core/calendar/legal-date.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holidays-'))
  await cp('packs/national-holidays', folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

describe('the folder of holiday notices', () => {
  test('makes a calendar that knows the law’s own days off in a year without notice', async () => {
    const calendar = await readWorkingCalendar(folder)
    expect(calendar.coverageUntil).toBe('2026-12-31')
    expect(calendar.isWorkingDay(legalDate('2027-01-01'))).toBe(false)
  })

  test('an impossible date is refused with file, place and cure', async () => {
    const path = join(folder, '2026.yaml')
    await writeFile(path, (await readFile(path, 'utf8')).replace('2026-02-14', '2026-02-30'))
    const reading = readHolidayNotices(folder)
    await expect(reading).rejects.toThrow(CalendarFileUnreadable)
    await expect(reading).rejects.toThrow(/2026\.yaml[\s\S]*应为实有的日期，写作 YYYY-MM-DD[\s\S]*notices\[0\]\.makeUpDays\[1\]\.date/)
  })

  test('broken YAML and a broken list of statutory days are refused alike', async () => {
    await writeFile(join(folder, '2026.yaml'), 'year: [2026')
    await expect(readHolidayNotices(folder)).rejects.toThrow(/2026\.yaml/)
    await writeFile(join(folder, 'statutory-days.yaml'), 'days: []')
    await expect(readStatutoryDays(folder)).rejects.toThrow(/statutory-days\.yaml[\s\S]*regulation/)
  })
})
