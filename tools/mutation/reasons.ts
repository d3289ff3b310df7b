import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

/** Mutants that no story can tell from the pack as it is, by pack and name, each with the reason. */
export type Reasons = Record<string, Record<string, string>>

const FILE = new URL('equivalent.yaml', import.meta.url)
const reasonsSchema = z.record(z.string(), z.record(z.string(), z.string().min(8)))

export function readReasons(): Reasons {
  return reasonsSchema.parse(parse(readFileSync(FILE, 'utf8')) ?? {})
}
