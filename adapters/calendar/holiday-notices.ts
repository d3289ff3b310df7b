/** Reads the State Council's notices and the statutory days from the folder of the pack that holds them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type HolidayNotice, holidayNotices } from '#core/calendar/holiday-notice.ts'
import { type StatutoryDay, statutoryDays } from '#core/calendar/statutory-days.ts'
import { type WorkingCalendar, workingCalendar } from '#core/calendar/working-calendar.ts'

const NOTICES_OF_A_YEAR = /^\d{4}\.yaml$/
const STATUTORY_DAYS = 'statutory-days.yaml'

/** A file of the calendar cannot be read; the message names file, place and what is wrong with it. */
export class CalendarFileUnreadable extends Error {
  readonly code = 'calendar-file-unreadable'
}

/** The notices of all `<year>.yaml` in `folder`, in the order of the years. */
export async function readHolidayNotices(folder: string): Promise<HolidayNotice[]> {
  const files = (await readdir(folder)).filter((name) => NOTICES_OF_A_YEAR.test(name)).toSorted()
  const notices = await Promise.all(files.map((name) => readFileAs(join(folder, name), holidayNotices)))
  return notices.flat()
}

/** The days off by law in `statutory-days.yaml` of `folder`. */
export function readStatutoryDays(folder: string): Promise<StatutoryDay[]> {
  return readFileAs(join(folder, STATUTORY_DAYS), statutoryDays)
}

/** The working calendar that a folder of notices and statutory days makes. */
export async function readWorkingCalendar(folder: string): Promise<WorkingCalendar> {
  return workingCalendar(await readHolidayNotices(folder), await readStatutoryDays(folder))
}

async function readFileAs<T>(path: string, read: (file: unknown) => T): Promise<T> {
  const text = await readFile(path, 'utf8')
  try {
    return read(parse(text))
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new CalendarFileUnreadable(`${path}：\n${what}`, { cause })
  }
}
