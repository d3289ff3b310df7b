import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { columnRoles, entityKinds } from '#core/boundary/table-schema.ts'

/** Whether a job would tell something about one entity, or is what an analyst rightly asks for. */
export type Expected = 'leak' | 'legit'

export interface BenchmarkJob {
  /** Digest of size, expectation, mechanism and statements: two jobs with one id are the same job. */
  readonly id: string
  /** Its place among the variants of its mechanism: the same on every size. */
  readonly position: number
  readonly expected: Expected
  readonly mechanism: string
  readonly why: string
  readonly sql: string
  /** Statements whose results were released before. */
  readonly after: readonly string[]
}

/** A folder without jobs, or a row without a word for a size. */
export class JobsMissing extends Error {
  override readonly name = 'JobsMissing'
}

/** unit: hexadecimal digits; source: enough to tell some thousand jobs apart */
const ID_DIGITS = 16
const scalar = z.union([z.string(), z.number()])
const mechanismSchema = z.strictObject({
  mechanism: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  why: z.string().min(1),
  sql: z.string().min(1),
  vary: z.record(z.string(), z.array(scalar)).default({}),
  bySize: z.record(z.string(), z.record(z.string(), scalar)).default({}),
  after: z.array(z.string()).default([]),
})
const sizeSchema = z.record(z.string(), z.int().positive())
const tablesSchema = z.strictObject({
  seed: z.string(),
  sizes: z.record(z.string(), sizeSchema),
  tables: z.array(z.strictObject({
    name: z.string(),
    entity: z.strictObject({ kind: z.enum(entityKinds), key: z.array(z.string()) }),
    rows: z.string(),
    columns: z.array(z.strictObject({ name: z.string(), type: z.string(), role: z.enum(columnRoles) })),
    sql: z.string(),
  })),
})
export type BenchmarkTables = z.infer<typeof tablesSchema>

/** The tables of the benchmark as a file declares them. @throws ZodError naming the place of what is wrong. */
export function readTables(file: string): BenchmarkTables {
  return tablesSchema.parse(parse(readFileSync(file, 'utf8')))
}

/**
 * Every job of a folder for one size: each mechanism with each combination of its variants, and with its words for the size.
 * One of `leak/` and `legit/` may be missing. @throws ZodError, JobsMissing
 */
export function readJobs(folder: string, size: string): readonly BenchmarkJob[] {
  const sides = (['leak', 'legit'] as const).filter((expected) => existsSync(join(folder, expected)))
  if (sides.length === 0) throw new JobsMissing(`${folder} has neither a folder leak nor a folder legit with jobs in YAML: see tests/leaks/README.md`)
  return sides.flatMap((expected) =>
    readdirSync(join(folder, expected)).filter((file) => file.endsWith('.yaml')).toSorted().flatMap((file) => {
      const rows = z.array(mechanismSchema).parse(parse(readFileSync(join(folder, expected, file), 'utf8')))
      return rows.flatMap(({ mechanism, why, sql, vary, bySize, after }) => combinations(vary).map((varied, position) => {
        const words = wordsOf(mechanism, bySize, size)
        const filled = (text: string): string => fill(fill(text, varied), words)
        const job = { expected, mechanism, why, sql: filled(sql), after: after.map(filled) }
        return { id: createHash('sha256').update(JSON.stringify([size, expected, mechanism, job.sql, job.after])).digest('hex').slice(0, ID_DIGITS), position, ...job }
      }))
    }))
}

/** Names that have no value stay for the next who fills. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

/** What stands for each name at this size. */
function wordsOf(mechanism: string, bySize: Readonly<Record<string, Readonly<Record<string, string | number>>>>, size: string): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Object.entries(bySize).map(([name, words]) => {
    const word = words[size]
    if (word === undefined) throw new JobsMissing(`${mechanism} has no word ${name} for the size ${size}: add it under bySize`)
    return [name, word]
  }))
}

function combinations(vary: Readonly<Record<string, readonly (string | number)[]>>): readonly Readonly<Record<string, string | number>>[] {
  return Object.entries(vary).reduce<readonly Readonly<Record<string, string | number>>[]>(
    (found, [name, values]) => found.flatMap((before) => values.map((value) => ({ ...before, [name]: value }))), [{}])
}
