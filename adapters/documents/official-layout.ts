/**
 * How an official document is laid out, by GB/T 9704-2012 (party and government documents): section 5.2 the page, 7.3 the
 * body. Sizes of type are the national ones: 二号 22 pt, 三号 16 pt, 四号 14 pt.
 */
export const PAGE_MM = { top: 37, left: 28, right: 26, bottom: 35 }
/** unit: pt */
export const TYPE_PT = { title: 22, body: 16, table: 12, page: 14 }
/** 22 lines on 225 mm. unit: pt */
export const LINE_PT = 28.95
/** Two characters before the first word of a paragraph. */
export const INDENT = '　　'
/** From the right edge to the date: four characters (7.3.5). unit: characters */
export const SIGNATURE_INDENT = 4

/** Characters of a title on one line: 156 mm at 22 pt. */
const TITLE_LINE_LENGTH = 19

/** A long title in lines of about the same length, so that no single character stands alone (7.3.1). */
export function titleLines(title: string): string[] {
  const lines = Math.ceil(title.length / TITLE_LINE_LENGTH)
  const length = Math.ceil(title.length / lines)
  return Array.from({ length: lines }, (_, line) => title.slice(line * length, (line + 1) * length))
}

const MM_PER_INCH = 25.4
const PT_PER_INCH = 72

/** Millimetres in points. */
export function pointsOf(mm: number): number {
  return (mm / MM_PER_INCH) * PT_PER_INCH
}
