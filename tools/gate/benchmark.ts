import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { columnRoles, entityKinds } from '#core/boundary/table-schema.ts'

/** Whether a job would tell something about one entity, or is what an analyst rightly asks for. */
export type Expected = 'leak' | 'legit'

export interface BenchmarkJob {
  readonly expected: Expected
  readonly mechanism: string
  readonly why: string
  readonly sql: string
  /** Statements whose results were released before. */
  readonly after: readonly string[]
}

/** A folder without jobs. */
export class JobsMissing extends Error {
  override readonly name = 'JobsMissing'
}

const scalar = z.union([z.string(), z.number()])
const mechanismSchema = z.strictObject({
  mechanism: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  why: z.string().min(1),
  sql: z.string().min(1),
  vary: z.record(z.string(), z.array(scalar)).default({}),
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

/** Every job of a folder: each mechanism with each combination of its variants. One of `leak/` and `legit/` may be missing. @throws ZodError, JobsMissing */
export function readJobs(folder: string): readonly BenchmarkJob[] {
  const sides = (['leak', 'legit'] as const).filter((expected) => existsSync(join(folder, expected)))
  if (sides.length === 0) throw new JobsMissing(`${folder} has neither a folder leak nor a folder legit with jobs in YAML: see tests/leaks/README.md`)
  return sides.flatMap((expected) =>
    readdirSync(join(folder, expected)).filter((file) => file.endsWith('.yaml')).toSorted().flatMap((file) => {
      const rows = z.array(mechanismSchema).parse(parse(readFileSync(join(folder, expected, file), 'utf8')))
      return rows.flatMap(({ mechanism, why, sql, vary, after }) => combinations(vary).map((values) => ({
        expected, mechanism, why, sql: sql.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')), after,
      })))
    }))
}

function combinations(vary: Readonly<Record<string, readonly (string | number)[]>>): readonly Readonly<Record<string, string | number>>[] {
  return Object.entries(vary).reduce<readonly Readonly<Record<string, string | number>>[]>(
    (found, [name, values]) => found.flatMap((before) => values.map((value) => ({ ...before, [name]: value }))), [{}])
}
