/** The Adult table of the published values, as coded columns with their hierarchies. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { distinctRows } from '#core/protection/coded-table.ts'
import type { CodedColumn, CodedSensitive, DistinctRows } from '#core/protection/coded-table.ts'

type AdultFile = { rows: number; columns: { name: string; hierarchy: string[][] }[]; cells: string }

const file = JSON.parse(readFileSync(new URL('data/adult.json', import.meta.url), 'utf8')) as AdultFile // our own fixture
const cells = gunzipSync(Buffer.from(file.cells, 'base64'))

export const adultRows = file.rows
export const adultColumns: readonly CodedColumn[] = file.columns.map(({ name, hierarchy }, position) => ({
  name,
  codes: cells.subarray(position * file.rows, (position + 1) * file.rows),
  generalised: (hierarchy[0] ?? []).map((_, level) => groupsOf(hierarchy.map((line) => line[level] ?? ''))),
}))

/** The column's hierarchy by value: the groups from the closest to the root. */
export function hierarchyOf(name: string): string[][] {
  return (file.columns.find((column) => column.name === name)?.hierarchy ?? []).map((line) => line.slice(1))
}

/** The table with one column taken as sensitive, or with all as quasi-identifiers. */
export function adult(sensitive: string | null): { table: DistinctRows; overall: number[] } {
  const secret = adultColumns.find(({ name }) => name === sensitive)
  const values = secret?.generalised[0]?.length ?? 0
  const coded: CodedSensitive | null = secret === undefined ? null : { codes: secret.codes, values }
  const overall = Array.from({ length: values }, () => 0)
  for (const code of Array.from(secret?.codes ?? [])) overall[code] = (overall[code] ?? 0) + 1
  return { table: distinctRows(adultRows, adultColumns.filter(({ name }) => name !== sensitive), coded), overall }
}

function groupsOf(names: readonly string[]): number[] {
  const known = new Map<string, number>()
  return names.map((name) => {
    const at = known.get(name) ?? known.size
    known.set(name, at)
    return at
  })
}
