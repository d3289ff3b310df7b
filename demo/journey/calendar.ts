import { readFile, readdir } from 'node:fs/promises'
import { parse } from 'yaml'
import { holidayNotices } from '#core/calendar/holiday-notice.ts'
import { statutoryDays } from '#core/calendar/statutory-days.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

const NOTICES = new URL('../../packs/national-holidays/', import.meta.url)

/** The working days of the country, so that the story's officials act on days on which offices are open. */
export async function officeCalendar(): Promise<WorkingCalendar> {
  const years = (await readdir(NOTICES)).filter((name) => /^\d{4}\.yaml$/.test(name)).toSorted()
  const notices = await Promise.all(years.map(async (name) => holidayNotices(parse(await readFile(new URL(name, NOTICES), 'utf8')))))
  return workingCalendar(notices.flat(), statutoryDays(parse(await readFile(new URL('statutory-days.yaml', NOTICES), 'utf8'))))
}
