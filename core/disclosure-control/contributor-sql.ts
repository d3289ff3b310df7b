import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { Measure, ShownValue } from '#core/disclosure-control/contributor-measures.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'

/** unit: entities; source: the (n,k) rule and the p% rule both look at the two largest contributors */
const LARGEST_CONTRIBUTORS = 2
/** unit: multiples of the minimum; source: platform default: a quantile with fewer entities on a side is for a person to judge */
const QUANTILE_MARGIN = 3
/** unit: parameters; source: a line through pairs of values has a slope and an intercept, and a correlation is its slope; a spread alone has its mean */
const PARAMETERS_OF_LINE = 2
/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2

/** Where the rows of one part come from: its entities by cell (a table's name or a query in brackets), and for each measure that shows values the query of those by cell and value. */
export interface PartTexts {
  readonly source: string
  readonly values: readonly (string | null)[]
}

/**
 * The statement that makes the table of counts for the cells of one select: the group values g0…, which of the groups a
 * grouping has, and the faults of the cell as bits of faults.ts. Only names of our own are put together here; everything
 * of the tenant's is inside the rendered parts.
 */
export function cellTableSql(table: CellTable, texts: readonly PartTexts[], policy: DisclosurePolicy['cells']): string {
  const groups = Array.from({ length: table.groups }, (_, position) => `g${position}`)
  const parts = table.parts.map((part, position) => partSql(table, part, texts[position], policy))
  const list = ['"grouping"', ...groups]
  return `CREATE TEMP TABLE ${table.name} AS SELECT ${list.join(', ')}, bit_or(faults) AS faults FROM (${parts.join(' UNION ALL ')}) AS p GROUP BY ${list.join(', ')}`
}

function partSql(table: CellTable, part: CellPart, texts: PartTexts | undefined, policy: DisclosurePolicy['cells']): string {
  if (texts === undefined) throw new RangeError('a part of the counts has no text')
  const present = part.groups.flatMap((has, position) => (has ? [`g${position}`] : []))
  const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
  const cells = cellsSql(table, part, texts.source, present, policy)
  const joined = table.measures.reduce((sql, measure, i) => {
    const value = texts.values[i]
    return value === null || value === undefined ? sql : withValues(sql, present, valuesSql(value, part, present, measure.shown ?? 'only', policy), i)
  }, cells)
  const columns = part.groups.map((has, position) => (has ? `g${position}` : `NULL AS g${position}`))
  return `SELECT ${grouping}::BIGINT AS "grouping"${columns.map((column) => `, ${column}`).join('')}, faults FROM (${joined}) AS q`
}

function isPresent(part: CellPart): string {
  return Array.from({ length: part.entityColumns }, (_, position) => `e${position} IS NOT NULL`).join(' AND ')
}

/** One row for each cell with its faults, but for those of shown values. */
function cellsSql(table: CellTable, part: CellPart, from: string, present: readonly string[], policy: DisclosurePolicy['cells']): string {
  const here = isPresent(part)
  const windows = table.measures.flatMap((measure, i) => windowColumns(measure, i))
  const over = `(PARTITION BY ${[...present, 'true'].join(', ')})`
  const source = windows.length === 0 ? `${from} AS x` : `(SELECT x.*, ${windows.map((column) => column.replaceAll('{cell}', over).replaceAll('{cells}', present.map((group) => `${group}, `).join(''))).join(', ')} FROM ${from} AS x) AS x`
  const count = (condition: string): string => `count(*) FILTER (WHERE ${condition} AND ${here})`
  const few = (expression: string): string => `${expression} BETWEEN 1 AND ${policy.minimumEntities - 1}`
  const faults = [
    bit(few(count('true')), faultBits.tooFew),
    ...table.measures.flatMap((measure, i) => faultsOfMeasure(measure, i, count, few, policy)),
    ...differenceFaults(table.measures, count, few),
  ]
  const list = [...present, `(${faults.join(' | ')})::BIGINT AS faults`]
  return `SELECT ${list.join(', ')} FROM ${source}${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

/** Figures of the same kind in one cell: whether only a few entities make the difference between two, or between one and two others together. */
function differenceFaults(measures: readonly Measure[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return [...pairFaults(measures, count, few), ...threeFaults(measures, count, few)]
}

/** A and B less (A or B) are those in both. */
function threeFaults(measures: readonly Measure[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return measures.flatMap((measure, k) => (!measure.compound ? [] : measures.flatMap((one, i) => measures.flatMap((other, j) => {
    const column = measure.kind === 'count' ? 'c' : 'v'
    if (i >= j || i === k || j === k || one.kind !== measure.kind || other.kind !== measure.kind || (measure.kind !== 'count' && measure.kind !== 'total')) return []
    return [bit(few(count(`coalesce(${column}${i}, 0) + coalesce(${column}${j}, 0) <> coalesce(${column}${k}, 0)`)), faultBits.differByFew)]
  }))))
}

function pairFaults(measures: readonly Measure[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return measures.flatMap((measure, i) => measures.slice(i + 1).flatMap((other, offset) => {
    const j = i + 1 + offset
    if (measure.kind !== other.kind || (measure.kind !== 'count' && measure.kind !== 'total')) return []
    // So many persons and so many enterprises are no two counts of the same.
    if (measure.keysOf !== '' && other.keysOf !== '' && measure.keysOf !== other.keysOf) return []
    const column = measure.kind === 'count' ? 'c' : 'v'
    return [bit(few(count(`coalesce(${column}${i}, 0) <> coalesce(${column}${j}, 0)`)), faultBits.differByFew)]
  }))
}

/** What must be known of all contributions of a cell before one of them can be judged. */
function windowColumns(measure: Measure, i: number): readonly string[] {
  if (measure.kind === 'spread') {
    const values = measure.paired ? [['v', 'u', 'f'], ['y', 't', 'q']] as const : [['v', 'u', 'f']] as const
    return values.flatMap(([value, mean, same]) => [`avg(${value}${i}) OVER {cell} AS ${mean}${i}`, ...(measure.curved ? [`count(${value}${i}) OVER (PARTITION BY {cells}${value}${i}) AS ${same}${i}`] : [])])
  }
  if (!measure.curved) return []
  return [`median(v${i}) OVER {cell} AS u${i}`, `count(v${i}) OVER (PARTITION BY {cells}v${i}) AS f${i}`]
}

function faultsOfMeasure(measure: Measure, i: number, count: (condition: string) => string, few: (expression: string) => string, policy: DisclosurePolicy['cells']): readonly string[] {
  const counted = count(`c${i} > 0`)
  const enough = `${counted} >= ${policy.minimumEntities}`
  const dominated = (size: string): string => {
    const two = `list_sum(max(${size}, ${LARGEST_CONTRIBUTORS}))`
    return `coalesce(NOT isfinite(sum(${size})) OR sum(${size}) > 0 AND (${two} > ${policy.largestTwoShare} * sum(${size}) OR sum(${size}) - ${two} < ${policy.othersToLargest} * max(${size})), false)`
  }
  const faults = [bit(few(counted), faultBits.tooFewCounted), bit(`${counted} = 0`, faultBits.nobody)]
  if (measure.conditional) faults.push(bit(few(count(`r${i} > 0`)), faultBits.tooFewLeftOut))
  for (let branch = 0; branch < measure.branches; branch += 1) {
    faults.push(bit(`${few(count(`w${i}_${branch} > 0`))} OR ${few(count(`z${i}_${branch} > 0`))}`, faultBits.tooFewInBranch))
  }
  if (measure.kind === 'total') faults.push(bit(`${enough} AND ${dominated(`a${i}`)}`, faultBits.dominated))
  if (measure.kind === 'spread') faults.push(...spreadFaults(measure, i, policy, counted, dominated, few))
  if (measure.kind === 'total' && measure.curved) {
    faults.push(bit(`${few(`(count(v${i}) - coalesce(max(f${i}), 0))`)} OR (${enough} AND ${dominated(`abs(v${i} - u${i})`)})`, faultBits.standsOut))
  }
  if (measure.kind === 'quantile') faults.push(...quantileFaults(measure.fractions, counted, policy))
  if (measure.kind === 'rows') faults.push(`${faultBits.singleValue}`)
  return faults
}

/** A spread is its outliers': neither value of a pair, nor the two multiplied, may be made up by one or two entities. */
function spreadFaults(measure: Measure, i: number, policy: DisclosurePolicy['cells'], counted: string, dominated: (size: string) => string, few: (expression: string) => string): readonly string[] {
  const sizes = [`(v${i} - u${i}) * (v${i} - u${i})`, ...(measure.paired ? [`(y${i} - t${i}) * (y${i} - t${i})`, `abs((v${i} - u${i}) * (y${i} - t${i}))`] : [])]
  const standsOut = !measure.curved ? [] : [['v', 'f'], ...(measure.paired ? [['y', 'q']] : [])]
    .map(([value, same]) => bit(few(`(count(${value}${i}) - coalesce(max(${same}${i}), 0))`), faultBits.standsOut))
  const enough = `${counted} >= ${policy.minimumEntities}`
  const freedom = bit(`${counted} BETWEEN 1 AND ${policy.degreesOfFreedom + (measure.paired ? PARAMETERS_OF_LINE : 1) - 1}`, faultBits.fewDegrees)
  return [freedom, ...sizes.map((size) => bit(`${enough} AND ${dominated(size)}`, faultBits.dominated)), ...standsOut]
}

/** Entities must be many below each quantile, above it and between two of them. */
function quantileFaults(fractions: readonly number[], counted: string, policy: DisclosurePolicy['cells']): readonly string[] {
  const ordered = [0, ...fractions, 1].toSorted((a, b) => a - b)
  const narrowest = ordered.slice(1).reduce((least, fraction, position) => Math.min(least, fraction - (ordered[position] ?? 0)), 1)
  const between = `${counted} * ${String(narrowest)}`
  return [
    bit(`${between} < ${policy.minimumEntities}`, faultBits.quantileBeyond),
    bit(`${between} < ${policy.minimumEntities * QUANTILE_MARGIN}`, faultBits.quantileNear),
  ]
}

/** One row for each cell with the entities that share the shown value. */
function valuesSql(values: string, part: CellPart, present: readonly string[], shown: ShownValue, policy: DisclosurePolicy['cells']): string {
  const sharing = `SELECT ${[...present, 'v'].join(', ')}, count(*) AS sharing FROM (${values}) AS x WHERE c > 0 AND v IS NOT NULL AND ${isPresent(part)} GROUP BY ${[...present, 'v'].join(', ')}`
  const least = `< ${policy.minimumEntities}`
  const conditions: Readonly<Record<ShownValue, string>> = {
    lowest: `arg_min(sharing, v) ${least}`,
    highest: `arg_max(sharing, v) ${least}`,
    'most-frequent': `max(sharing) ${least}`,
    each: `min(sharing) ${least}`,
    only: `count(*) > 1 OR min(sharing) ${least}`,
  }
  return `SELECT ${[...present, `(${bit(conditions[shown], faultBits.singleValue)})::BIGINT AS more`].join(', ')} FROM (${sharing}) AS s${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

function withValues(cells: string, present: readonly string[], values: string, i: number): string {
  const same = present.map((group) => `k.${group} IS NOT DISTINCT FROM s${i}.${group}`).join(' AND ') || 'true'
  return `SELECT k.* REPLACE (k.faults | coalesce(s${i}.more, 0) AS faults) FROM (${cells}) AS k LEFT JOIN (${values}) AS s${i} ON ${same}`
}

function bit(condition: string, value: number): string {
  return `(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`
}
