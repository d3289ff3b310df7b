import type { CellQuery } from '#core/disclosure-control/contributor-plan.ts'

/** unit: entities; source: the (n,k) rule and the p% rule both look at the two largest contributors */
const LARGEST_CONTRIBUTORS = 2

/**
 * The text of a counting query, from its rendered inner parts. It answers one row for each cell:
 * the group values g0…, the number of entities n, and for each measure i: c_i entities that count, r_i entities left out by
 * its condition, and for totals t_i the sum of absolute contributions, m_i the largest and s_i the two largest together.
 * Only names of our own are put together here; everything of the tenant's is inside the rendered parts.
 */
export function contributorSql(query: CellQuery, innerSql: string, keptSql: string | null): string {
  const groups = Array.from({ length: query.groups }, (_, position) => `x.g${position}`)
  const present = Array.from({ length: query.entityColumns }, (_, position) => `x.e${position} IS NOT NULL`).join(' AND ')
  const columns = query.measures.flatMap((measure, i) => [
    `count(*) FILTER (WHERE x.c${i} > 0 AND ${present}) AS c${i}`,
    measure.conditional ? `count(*) FILTER (WHERE x.r${i} > 0 AND ${present}) AS r${i}` : `NULL::BIGINT AS r${i}`,
    ...(measure.kind === 'total'
      ? [`sum(x.a${i})::DOUBLE AS t${i}`, `max(x.a${i})::DOUBLE AS m${i}`, `list_sum(max(x.a${i}, ${LARGEST_CONTRIBUTORS}))::DOUBLE AS s${i}`]
      : [`NULL::DOUBLE AS t${i}`, `NULL::DOUBLE AS m${i}`, `NULL::DOUBLE AS s${i}`]),
  ])
  const list = [...groups, `count(*) FILTER (WHERE ${present}) AS n`, ...columns].join(', ')
  const cells = `SELECT ${list} FROM (${innerSql}) AS x${groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`}`
  if (keptSql === null) return cells
  const same = groups.map((_, position) => `y.g${position} IS NOT DISTINCT FROM k.g${position}`).join(' AND ') || 'true'
  return `SELECT y.* FROM (${cells}) AS y SEMI JOIN (${keptSql}) AS k ON ${same}`
}
