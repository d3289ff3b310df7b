import type { z } from 'zod'
import type { RegisterRow } from '#apps/api/wire/rules.ts'

const NAMING = ['name', 'title', 'summary']

/** How people call a record of a register: its name, else its key. */
export function recordName({ key, record }: z.infer<typeof RegisterRow>): string {
  const named = NAMING.map((field) => record[field]).find((value) => typeof value === 'string' && value !== '')
  return typeof named === 'string' ? named : key
}
