import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Zippable } from 'fflate'
import type { LegalDate } from '#core/calendar/legal-date.ts'

const PROPERTIES = 'docProps/core.xml'
const TIMES = /(<dcterms:(?:created|modified)[^>]*>)[^<]*/g
/** The first moment that a ZIP can name, in local time as ZIP has it: the same bytes in every time zone. */
const FIRST_ZIP_TIME = new Date(1980, 0, 1)

/** An Office file with the document's date for every time in it: drawn again from the same text, it has the same bytes. */
export function withFixedTimes(file: Uint8Array, date: LegalDate): Buffer {
  const entries = Object.entries(unzipSync(file)).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const fixed: Zippable = {}
  for (const [name, bytes] of entries) {
    const content = name === PROPERTIES ? strToU8(strFromU8(bytes).replaceAll(TIMES, `$1${date}T00:00:00Z`)) : bytes
    fixed[name] = [content, { mtime: FIRST_ZIP_TIME }]
  }
  return Buffer.from(zipSync(fixed))
}
