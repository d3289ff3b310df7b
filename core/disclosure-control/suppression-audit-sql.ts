import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { TableCell } from '#core/disclosure-control/suppression-audit.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'

/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2
/** unit: cells; source: platform default: more are not audited but told to the reviewer */
export const AUDITED_CELLS_MAX = 20_000

/**
 * The tables whose cells are read to see what might be worked out: those that show totals beside their cells, and those that
 * stand beside one with other groups, which may be its totals.
 */
export function auditedTables(tables: readonly CellTable[]): readonly CellTable[] {
  const shown = tables.filter((table) => table.shown && table.parts.length > 0)
  return shown.filter((table) => auditedParts(table).length > 1 || shown.some((other) => other !== table && other.groups !== table.groups && other.parts[0]?.kind === table.parts[0]?.kind))
}

/** The groupings of the first kind of entity: the others have the same cells. */
function auditedParts(table: CellTable): readonly { readonly part: CellPart; readonly position: number }[] {
  const [first] = table.parts
  return table.parts.flatMap((part, position) => (part.kind === first?.kind ? [{ part, position }] : []))
}

/**
 * The statement that answers with every cell of a table, left out or not: which groups it adds up over, its groups as texts,
 * the number of its entities, and whether HAVING, QUALIFY and LIMIT leave it.
 * @param sources the rows of each part, by cell and entity; a name or a query in brackets
 * @param kept the groups that leave, each once, likewise; null where the select itself leaves out nothing
 * @param minimum entities; where the select leaves out nothing, a query around it may: cells of fewer either leave, and the
 *   result is held back for them, or they are left out
 */
export function tableCellsSql(table: CellTable, sources: readonly string[], kept: string | null, minimum: number): string {
  const parts = auditedParts(table).map(({ part, position }) => {
    const present = part.groups.flatMap((has, group) => (has ? [`g${group}`] : []))
    const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
    const columns = part.groups.map((has, group) => (has ? `CAST(x.g${group} AS VARCHAR) AS g${group}` : `NULL::VARCHAR AS g${group}`))
    const here = Array.from({ length: part.entityColumns }, (_, key) => `e${key} IS NOT NULL`).join(' AND ')
    return `SELECT ${grouping}::BIGINT AS "grouping"${columns.map((column) => `, ${column}`).join('')}, count(*) AS n FROM ${sources[position] ?? ''} AS x WHERE ${here}${present.length === 0 ? '' : ` GROUP BY ${present.map((group) => `x.${group}`).join(', ')}`}`
  })
  const names = Array.from({ length: table.groups }, (_, group) => `g${group}`)
  const own = names.map((name) => `p.${name}, `).join('')
  if (kept === null) return `SELECT p."grouping", ${own}p.n, p.n >= ${minimum} AS shown FROM (${parts.join(' UNION ALL ')}) AS p ORDER BY ALL LIMIT ${AUDITED_CELLS_MAX + 1}`
  const same = [`y."grouping" = p."grouping"`, ...names.map((name) => `CAST(y.${name} AS VARCHAR) IS NOT DISTINCT FROM p.${name}`)].join(' AND ')
  return `SELECT p."grouping", ${own}p.n, y."grouping" IS NOT NULL AS shown FROM (${parts.join(' UNION ALL ')}) AS p LEFT JOIN ${kept} AS y ON ${same} ORDER BY ALL LIMIT ${AUDITED_CELLS_MAX + 1}`
}

/** The cells that the statement answered with; null where they are too many to be audited. */
export function readTableCells(table: CellTable, rows: readonly Row[]): readonly TableCell[] | null {
  if (rows.length > AUDITED_CELLS_MAX) return null
  return rows.map((row) => {
    const grouping = Number(row[0])
    const groups = Array.from({ length: table.groups }, (_, group) => {
      const isTotal = Math.floor(grouping / BINARY ** (table.groups - 1 - group)) % BINARY === 1
      return isTotal ? null : String(row[1 + group] ?? '（空）')
    })
    return { groups, count: Number(row[1 + table.groups]), shown: row[BINARY + table.groups] === true }
  })
}
