import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { TableCell } from '#core/disclosure-control/suppression-audit.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'

/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2
/** unit: cells; source: platform default: more are not audited but told to the reviewer */
export const AUDITED_CELLS_MAX = 5_000

/** Whether a table shows totals beside its cells and leaves some of either out, so that what is left out might be worked out. */
export function isAudited(table: CellTable): boolean {
  return table.shown && table.kept !== null && auditedParts(table).length > 1
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
 * @param kept the groups that leave, each once, likewise
 */
export function tableCellsSql(table: CellTable, sources: readonly string[], kept: string): string {
  const parts = auditedParts(table).map(({ part, position }) => {
    const present = part.groups.flatMap((has, group) => (has ? [`g${group}`] : []))
    const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
    const columns = part.groups.map((has, group) => (has ? `CAST(x.g${group} AS VARCHAR) AS g${group}` : `NULL::VARCHAR AS g${group}`))
    const here = Array.from({ length: part.entityColumns }, (_, key) => `e${key} IS NOT NULL`).join(' AND ')
    return `SELECT ${grouping}::BIGINT AS "grouping", ${columns.join(', ')}, count(*) AS n FROM ${sources[position] ?? ''} AS x WHERE ${here}${present.length === 0 ? '' : ` GROUP BY ${present.map((group) => `x.${group}`).join(', ')}`}`
  })
  const names = Array.from({ length: table.groups }, (_, group) => `g${group}`)
  const same = [`y."grouping" = p."grouping"`, ...names.map((name) => `CAST(y.${name} AS VARCHAR) IS NOT DISTINCT FROM p.${name}`)].join(' AND ')
  return `SELECT p."grouping", ${names.map((name) => `p.${name}`).join(', ')}, p.n, y."grouping" IS NOT NULL AS shown FROM (${parts.join(' UNION ALL ')}) AS p LEFT JOIN ${kept} AS y ON ${same} ORDER BY ALL LIMIT ${AUDITED_CELLS_MAX + 1}`
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
