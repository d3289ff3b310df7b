import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { canonicalResult } from '#core/engine/canonical-result.ts'
import type { PortableStatement } from '#core/engine/translate-statement.ts'
import type { Row, TypedResult } from '#core/disclosure-control/typed-result.ts'
import { SEED, tableStatements } from './tables.ts'

/** The reference engine with the tables of the suite. */
export async function openReference(seed: number = SEED): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const sql of tableStatements(seed)) await connection.run(sql)
  return connection
}

/** What the reference engine answers, in canonical form; throws where a value is not of the type that the profile says. */
export async function askReference(connection: DuckDBConnection, sql: string, statement: PortableStatement): Promise<TypedResult> {
  const reader = await connection.runAndReadAll(sql)
  const rows = reader.getRowsJson()
  const result = canonicalResult(statement, rows)
  if (result === null) throw new Error(`the reference engine answers other types than the profile says: ${JSON.stringify(rows[0])} for ${JSON.stringify(statement.columns)}`)
  return result
}

/** Beyond this share two floats are not the same: sums of floats depend on the order in which they are added. */
const FLOAT_SHARE = 1e-12

/** The first difference between two results, in words; null where there is none. Rows without an order are compared as a heap. */
export function differenceOf(one: TypedResult, other: TypedResult, ordered: boolean): string | null {
  if (one.rows.length !== other.rows.length) return `${one.rows.length} rows and ${other.rows.length}`
  const [left, right] = [one, other].map((result) => (ordered ? result.rows : result.rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))))
  for (const [at, row] of (left ?? []).entries()) {
    const beside = right?.[at] ?? []
    const column = row.findIndex((cell, position) => !same(cell, beside[position]))
    if (column >= 0) return `row ${at + 1}, column ${one.columns[column]?.name ?? column}: ${JSON.stringify(row[column])} and ${JSON.stringify(beside[column])}`
  }
  return null
}

function same(one: Row[number] | undefined, other: Row[number] | undefined): boolean {
  if (one === other) return true
  return typeof one === 'number' && typeof other === 'number' && Math.abs(one - other) <= FLOAT_SHARE * Math.max(Math.abs(one), Math.abs(other))
}
