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

/** Jobs or tables that cannot be taken: the message names file, row and field, and what is expected there. */
export class BenchmarkRefused extends Error {
  override readonly name = 'BenchmarkRefused'
}

/** unit: hexadecimal digits; source: enough to tell some thousand jobs apart */
const ID_DIGITS = 16
const scalar = z.union([z.string(), z.number()])
const mechanismSchema = z.strictObject({
  mechanism: z.string().min(1),
  why: z.string().default(''),
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

/** The tables of the benchmark as a file declares them. @throws BenchmarkRefused */
export function readTables(file: string): BenchmarkTables {
  return readForm(file, tablesSchema)
}

/** A YAML file in its form. @throws BenchmarkRefused naming each place that does not fit. */
function readForm<T extends z.ZodType>(file: string, form: T): z.infer<T> {
  let content: unknown
  try {
    content = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BenchmarkRefused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const read = form.safeParse(content)
  if (read.success) return read.data
  const places = read.error.issues.map(({ path, message }) => `  ${typeof path[0] === 'number' ? `row ${path[0] + 1}${['', ...path.slice(1)].join('.')}` : path.join('.') || 'the whole'}: ${message}`)
  throw new BenchmarkRefused(`${file} is not in the form of tests/leaks/README.md:\n${places.join('\n')}`)
}

/**
 * Every job of a folder for one size: each mechanism with each combination of its variants, and with its words for the size.
 * One of `leak/` and `legit/` may be missing. @throws BenchmarkRefused
 */
export function readJobs(folder: string, size: string): readonly BenchmarkJob[] {
  const sides = (['leak', 'legit'] as const).filter((expected) => existsSync(join(folder, expected)))
  if (sides.length === 0) throw new BenchmarkRefused(`${folder} has neither a folder leak nor a folder legit with jobs in YAML: see tests/leaks/README.md`)
  return sides.flatMap((expected) =>
    readdirSync(join(folder, expected)).filter((file) => file.endsWith('.yaml')).toSorted().flatMap((file) => {
      const rows = readForm(join(folder, expected, file), z.array(mechanismSchema))
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
    if (word === undefined) throw new BenchmarkRefused(`${mechanism} has no word ${name} for the size ${size}: add it under bySize`)
    return [name, word]
  }))
}

function combinations(vary: Readonly<Record<string, readonly (string | number)[]>>): readonly Readonly<Record<string, string | number>>[] {
  return Object.entries(vary).reduce<readonly Readonly<Record<string, string | number>>[]>(
    (found, [name, values]) => found.flatMap((before) => values.map((value) => ({ ...before, [name]: value }))), [{}])
}
