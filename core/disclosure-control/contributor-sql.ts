import type { SuppliedTable } from '#core/disclosure-control/contributor-columns.ts'
import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { Measure, ShownValue } from '#core/disclosure-control/contributor-measures.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { stackSql } from '#core/disclosure-control/stacked-rows-sql.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'

/** unit: entities; source: the (n,k) rule and the p% rule both look at the two largest contributors */
const LARGEST_CONTRIBUTORS = 2
/** unit: multiples of the minimum; source: platform default: a quantile with fewer entities on a side is for a person to judge */
const QUANTILE_MARGIN = 3
/** unit: rows of one entity with one value; source: platform default: so many come about without anyone's doing */
const REPEATED_BY_CHANCE = 3
/** unit: parameters; source: a line through pairs of values has a slope and an intercept, and a correlation is its slope; a spread alone has its mean */
const PARAMETERS_OF_LINE = 2
/** unit: figures; source: platform default: of more, only those with compound conditions are compared with each two others */
const COMPARED_BY_THREE = 6
/** unit: entities to a value; source: as entity-sets-sql.ts */
const SHARED_BY = 4
/** unit: contributions to one that counts; source: platform default: of so many, the ones that matter must not be as few as a cell's least */
const SPARSE_OF = 10
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
 * @param stacks the rows of the stacks beside the parts, likewise
 */
export function cellTableSql(table: CellTable, texts: readonly PartTexts[], stacks: readonly string[], policy: DisclosurePolicy['cells']): string {
  const groups = Array.from({ length: table.groups }, (_, position) => `g${position}`)
  const parts = [...table.parts.map((part, position) => partSql(table, part, texts[position], policy)), ...(table.stacks ?? []).map((part, position) => stackSql(part, stacks[position] ?? '', policy.minimumEntities))]
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
    return value === null || value === undefined ? sql : withValues(sql, present, measure.kind === 'quantile' ? quantileSql(value, part, present, measure.fractions, policy) : valuesSql(value, part, present, measure.shown ?? 'only', policy), i)
  }, cells)
  const columns = part.groups.map((has, position) => (has ? `g${position}` : `NULL AS g${position}`))
  // Where each of the cells could leave by itself, so can what is computed from them.
  const faults = part.ofCells === true ? '(CASE WHEN bad = 0 THEN 0 ELSE faults END)::BIGINT AS faults' : 'faults'
  return `SELECT ${grouping}::BIGINT AS "grouping"${columns.map((column) => `, ${column}`).join('')}, ${faults} FROM (${joined}) AS q`
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
  const contributors = (condition: string): string => `count(*) FILTER (WHERE ${condition} AND ${here})`
  const count = part.ofCells === true ? (condition: string): string => `coalesce(len(list_distinct(flatten(list(behind) FILTER (WHERE ${condition} AND ${here})))), 0)` : contributors
  const few = (expression: string): string => `${expression} BETWEEN 1 AND ${policy.minimumEntities - 1}`
  const shown = table.measures.map((measure) => (measure.within === true ? null : measure))
  const faults = [
    bit(part.ofCells === true ? `${count('true')} < ${policy.minimumEntities}` : few(count('true')), faultBits.tooFew),
    ...table.measures.flatMap((measure, i) => faultsOfMeasure(measure, i, count, contributors, few, policy)),
    ...differenceFaults(shown, part.rowTables ?? [], count, few),
  ]
  const list = [...present, ...(part.ofCells === true ? ['coalesce(bit_or(bad), 0) AS bad'] : []), `(${faults.join(' | ')})::BIGINT AS faults`]
  return `SELECT ${list.join(', ')} FROM ${source}${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

/** Figures of the same kind in one cell: whether only a few entities make the difference between two, or between one and others together. */
function differenceFaults(measures: readonly (Measure | null)[], tables: readonly SuppliedTable[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return [...pairFaults(measures, tables, count, few), ...sumFaults(measures, count, few)]
}

/** A whole less its parts, two or all that are shown, are those in none of them; A and B less (A or B) are those in both. */
function sumFaults(measures: readonly (Measure | null)[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return (['count', 'total'] as const).flatMap((kind) => {
    const column = (i: number): string => `coalesce(${kind === 'count' ? 'c' : 'v'}${i}, 0)`
    const own = measures.flatMap((measure, i) => (measure?.kind === kind ? [i] : []))
    const differs = (parts: readonly number[], whole: number): string => bit(few(count(`${parts.map(column).join(' + ')} <> ${column(whole)}`)), faultBits.differByFew)
    return own.flatMap((whole) => {
      const others = own.filter((i) => i !== whole)
      const pairs = own.length > COMPARED_BY_THREE && measures[whole]?.compound !== true ? [] : others.flatMap((i, at) => others.slice(at + 1).map((j) => [i, j]))
      const parts = others.filter((i) => measures[i]?.conditional === true)
      return [...pairs, ...(parts.length > LARGEST_CONTRIBUTORS ? [parts] : [])].map((some) => differs(some, whole))
    })
  })
}

function pairFaults(measures: readonly (Measure | null)[], tables: readonly SuppliedTable[], count: (condition: string) => string, few: (expression: string) => string): readonly string[] {
  return measures.flatMap((measure, i) => measures.slice(i + 1).flatMap((other, offset) => {
    const j = i + 1 + offset
    if (measure === null || other === null || measure.kind !== other.kind || (measure.kind !== 'count' && measure.kind !== 'total')) return []
    // Less each other they tell how many values are missing.
    if (measure.plain === true && other.plain === true) return []
    // So many persons and so many enterprises are no two counts of the same.
    if (measure.keysOf !== '' && other.keysOf !== '' && measure.keysOf !== other.keysOf) return []
    const column = measure.kind === 'count' ? 'c' : 'v'
    const differs = `coalesce(${column}${i}, 0) <> coalesce(${column}${j}, 0)`
    const ends = (one: Measure, at: number, t: number): string => (one.conditional ? `(low${at}_${t}, high${at}_${t})` : `(low${t}, high${t})`)
    // The same number of other rows of an entity is another contribution.
    const others = tables.flatMap((table, t) => ([measure, other].every((one) => one.readsTables?.includes(table.digest) !== false) ? [` OR ${ends(measure, i, t)} IS DISTINCT FROM ${ends(other, j, t)}`] : [])).join('')
    if (measure.kind === 'count' || others === '') return [bit(few(count(`(${differs}${others})`)), faultBits.differByFew)]
    const coarse = `count(DISTINCT v${i}) * ${SHARED_BY} < count(v${i})`
    return [bit(`${few(count(differs))} AND NOT coalesce(${coarse} AND NOT ${few(count(`(${differs}${others})`))}, false)`, faultBits.differByFew)]
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

function faultsOfMeasure(measure: Measure, i: number, count: (condition: string) => string, contributors: (condition: string) => string, few: (expression: string) => string, policy: DisclosurePolicy['cells']): readonly string[] {
  const counted = count(`c${i} > 0`)
  // A spread or a quantile is one over its contributors, however many stand behind each.
  const each = contributors(`c${i} > 0`)
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
  if (measure.kind === 'spread') faults.push(...spreadFaults(measure, i, policy, each, dominated, few))
  if (measure.kind === 'total' && measure.bent === true) faults.push(bit(few(each), faultBits.tooFewCounted))
  if (measure.kind === 'total' && measure.curved) {
    const apart = `abs(v${i} - u${i})`
    // Cells that contribute are uneven by nature.
    const sparse = measure.within === true && measure.bent === undefined ? ` OR (${enough} AND ${isSparse(apart, `count(v${i})`, policy)})` : ''
    faults.push(bit(`${few(`(count(v${i}) - coalesce(max(f${i}), 0))`)} OR (${enough} AND ${dominated(apart)})${sparse}`, faultBits.standsOut))
  }
  if (measure.kind === 'rows') faults.push(`${faultBits.singleValue}`)
  return faults
}

/**
 * Whether sizes, however many there are, weigh like those of a few: the square of their sum over the sum of their squares is
 * the number of equal ones that would weigh as they do. Nought everywhere weighs nothing.
 */
function isSparse(size: string, number: string, policy: DisclosurePolicy['cells']): string {
  const weighing = `sum(${size}) * sum(${size}) / nullif(sum(${size} * ${size}), 0)`
  return `coalesce(${weighing} < ${policy.minimumEntities} AND ${weighing} * ${SPARSE_OF} < ${number}, false)`
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

/** One row for each cell with the entities that share the shown value. */
function valuesSql(values: string, part: CellPart, present: readonly string[], shown: ShownValue, policy: DisclosurePolicy['cells']): string {
  const sharing = `SELECT ${[...present, 'v'].join(', ')}, count(*) AS sharing, sum(c) AS rows FROM (${values}) AS x WHERE c > 0 AND v IS NOT NULL AND ${isPresent(part)} GROUP BY ${[...present, 'v'].join(', ')}`
  const least = `< ${policy.minimumEntities}`
  const conditions: Readonly<Record<ShownValue, string>> = {
    lowest: `arg_min(sharing, v) ${least}`,
    highest: `arg_max(sharing, v) ${least}`,
    // Of values in equally many rows any may be shown.
    'most-frequent': `arg_max(sharing, rows::DOUBLE - sharing::DOUBLE / (1 + sharing)) ${least}`,
    each: `min(sharing) ${least}`,
    only: `count(*) > 1 OR min(sharing) ${least}`,
  }
  return `SELECT ${[...present, `(${bit(conditions[shown], faultBits.singleValue)})::BIGINT AS more`].join(', ')} FROM (${sharing}) AS s${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

/**
 * One row for each cell: whether enough entities lie below each quantile, above it and between two of them, by their rows, and
 * whether no few of them make up the rows around it by one value that a join repeats.
 */
function quantileSql(values: string, part: CellPart, present: readonly string[], fractions: readonly number[], policy: DisclosurePolicy['cells']): string {
  const keys = Array.from({ length: part.entityColumns }, (_, position) => `e${position}`)
  const cell = present.map((group) => `${group}, `).join('')
  const own = present.length === 0 ? '' : `PARTITION BY ${present.join(', ')} `
  const bounds = [...new Set(fractions)].toSorted((a, b) => a - b)
  const place = bounds.map((fraction) => `(upto - c / 2.0 > ${fraction} * allrows)::INTEGER`).join(' + ')
  const rows = `SELECT *, sum(c) OVER (${own}ORDER BY v RANGE UNBOUNDED PRECEDING) - (sum(c) OVER (PARTITION BY ${cell}v)) + sum(c) OVER (PARTITION BY ${cell}v ORDER BY ${keys.join(', ')}) AS upto, sum(c) OVER (${own}) AS allrows, max(c) OVER (${own}) AS most FROM (${values}) AS x WHERE c > 0 AND v IS NOT NULL AND ${isPresent(part)}`
  const entity = keys.length === 1 ? keys.join('') : `(${keys.join(', ')})`
  const segments = `SELECT ${cell}${place} AS s, count(DISTINCT ${entity}) AS n, max(most) AS most, list_distinct(list(hash(${keys.join(', ')})) FILTER (WHERE 2 * c >= most)) AS alike FROM (${rows}) AS y GROUP BY ${cell}s`
  const beyond = `min(n) < ${policy.minimumEntities} OR count(*) <= ${bounds.length} OR (max(most) > ${REPEATED_BY_CHANCE} AND len(list_distinct(flatten(list(alike)))) < ${policy.minimumEntities})`
  const near = `min(n) < ${policy.minimumEntities * QUANTILE_MARGIN} OR count(*) <= ${bounds.length}`
  return `SELECT ${cell}(${bit(beyond, faultBits.quantileBeyond)} | ${bit(near, faultBits.quantileNear)})::BIGINT AS more FROM (${segments}) AS s${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

function withValues(cells: string, present: readonly string[], values: string, i: number): string {
  const same = present.map((group) => `k.${group} IS NOT DISTINCT FROM s${i}.${group}`).join(' AND ') || 'true'
  return `SELECT k.* REPLACE (k.faults | coalesce(s${i}.more, 0) AS faults) FROM (${cells}) AS k LEFT JOIN (${values}) AS s${i} ON ${same}`
}

function bit(condition: string, value: number): string {
  return `(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`
}
