/** Reads the State Council's notices from the folder of the pack that holds them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type HolidayNotice, holidayNotices } from '#core/calendar/holiday-notice.ts'

/** A file of notices cannot be read; the message names file, place and what is wrong with it. */
export class HolidayNoticesUnreadable extends Error {
  readonly code = 'holiday-notices-unreadable'
}

/** The notices of all `<year>.yaml` in `folder`, in the order of the years. */
export async function readHolidayNotices(folder: string): Promise<HolidayNotice[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted()
  const notices = await Promise.all(files.map((name) => readOne(join(folder, name))))
  return notices.flat()
}

async function readOne(path: string): Promise<HolidayNotice[]> {
  const text = await readFile(path, 'utf8')
  try {
    return holidayNotices(parse(text))
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new HolidayNoticesUnreadable(`${path}：\n${what}`, { cause })
  }
}
