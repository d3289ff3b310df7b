import { z } from 'zod'
import { problemOf } from './problem.ts'

/** Where the next page begins: the key of the last row, opaque to callers. */
export function cursorOf(key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Reads a cursor back. @throws Refused 400 where it is not one of ours. */
export function readCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | null {
  if (cursor === undefined) return null
  const read = shape.safeParse(decoded(cursor))
  if (read.success) return read.data
  throw problemOf(400, 'cursor-must-be-ours', '翻页位置无效。', '请从第一页重新查询。')
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null // not JSON: the shape refuses it
  }
}

/** The rows of a page out of one row more than fits, and the cursor of the next page. */
export function paged<T>(rows: readonly T[], limit: number, keyOf: (row: T) => readonly (string | number | null)[]): { rows: T[]; next: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null }
}
