import type { ColumnRole } from '#core/boundary/table-schema.ts'
import { SHAPE_QUANTILES } from '#core/disclosure-control/numeric-shape.ts'
import { valueForms, type ColumnProfile, type FormSketch } from '#core/disclosure-control/source-profile.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { SHAPE_FORM, SKETCH_SIZE, sketchSql, type ProfiledColumn } from '#adapters/sandbox/source-profile-sql.ts'

export interface ColumnToProfile extends ProfiledColumn {
  readonly role: ColumnRole
}

/**
 * Profiles the columns that identify or describe entities, in a worker of their own. No value reaches this process.
 * A profile depends only on the input and the frequency, so it may be kept with the digest of the version it was made of.
 * @returns null when the worker failed
 */
export async function profileColumns(sandbox: Sandbox, inputs: readonly JobInput[], columns: readonly ColumnToProfile[], rareFrequency: number, limits: JobLimits): Promise<readonly ColumnProfile[] | null> {
  if (columns.length === 0) return []
  const outcome = await sandbox.runJob({
    inputs,
    statements: [],
    platformStatements: columns.map((column) => sketchSql(column, rareFrequency)),
    limits: { ...limits, maxRows: SKETCH_SIZE * (valueForms.length + 1) },
  })
  if (!outcome.ok) return null
  return columns.map((column, position) => toProfile(column, outcome.results[position]))
}

function toProfile(source: ColumnToProfile, result: TypedResult | undefined): ColumnProfile {
  const rows = result?.rows ?? []
  const [, , total = 0, chance = 0] = rows[0] ?? []
  const rareValues = Number(total)
  const sketches = valueForms.map((form): FormSketch => {
    const hashes = rows.filter((row) => row[0] === form).map((row) => String(row[1]))
    return { form, hashes: new Set(hashes), below: rareValues > SKETCH_SIZE ? (hashes.at(-1) ?? null) : null }
  })
  const shape = rows.filter((row) => row[0] === SHAPE_FORM).map((row) => Number(String(row[1]).split(' ')[1]))
  return { ...(shape.length === SHAPE_QUANTILES ? { shape } : {}), table: source.table, column: source.column, role: source.role, rareValues, chance: Number(chance), sketches }
}
