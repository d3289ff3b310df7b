import { CONTRIBUTION_MARK, SEVERAL_MARK } from '#core/disclosure-control/entity-sets.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'

/**
 * What the figures over a set say of it. Two figures can only be subtracted where they are of one sort: of how many there are
 * and of what they are on average, none gives anything of those in whom the two sets differ.
 */

/** Every figure counts the entities themselves. */
const COUNTS_ENTITIES = '#'
/** Every figure is an average or a spread, which does not say of how many. */
const AVERAGES = '='
/** Every figure counts something else of the entities, such as the staff of enterprises, or is an average. */
const COUNTS_OTHERS = '@'
/** No figure counts the entities themselves: what each row puts in is all that can be subtracted. */
const ROWS_ONLY = ':'

const AVERAGING: ReadonlySet<string> = new Set([
  'avg', 'mean', 'favg', 'geomean', 'geometric_mean', 'median', 'quantile', 'quantile_cont', 'quantile_disc', 'mad',
  'stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'corr', 'regr_slope', 'regr_intercept', 'regr_r2',
])

/**
 * The marks of the sets of entities behind some cells, to stand behind their kind.
 * @param several some entity has several rows
 */
export function supportMarks(measures: readonly Measure[], kind: string, several: boolean): string {
  return `${sortOf(measures, kind, several)}${measures.length > 0 && measures.every((measure) => !countsKeys(measure, kind)) ? ROWS_ONLY : ''}`
}

function sortOf(measures: readonly Measure[], kind: string, several: boolean): string {
  // A condition picks a part, and its count is that of the part's entities.
  if (measures.length === 0 || measures.some((measure) => measure.conditional)) return ''
  const averages = measures.filter((measure) => AVERAGING.has(measure.functionName)).length
  const counts = measures.filter((measure) => measure.functionName === 'count_star' || measure.ofKeys)
  if (averages === measures.length) return AVERAGES
  const own = counts.filter((measure) => (measure.ofKeys ? countsKeys(measure, kind) : !several)).length
  if (own === measures.length) return COUNTS_ENTITIES
  return own === 0 && counts.length + averages === measures.length ? COUNTS_OTHERS : ''
}

function countsKeys(measure: Measure, kind: string): boolean {
  return measure.ofKeys && measure.keysOf === kind
}

/** Whether figures over two sets that differ by few can tell of these: 'no', 'yes', or 'perhaps', which is for a person to judge. */
export function canSubtract(one: string, other: string): 'yes' | 'perhaps' | 'no' {
  if (one.includes(CONTRIBUTION_MARK) || other.includes(CONTRIBUTION_MARK)) return 'yes'
  const against = one.includes(COUNTS_ENTITIES) ? other : other.includes(COUNTS_ENTITIES) ? one : ''
  // One staff for each enterprise would be a count of enterprises under another name.
  return against.includes(AVERAGES) ? 'no' : against.includes(COUNTS_OTHERS) ? 'perhaps' : 'yes'
}

/** Whether a figure over the one set says all that a figure over the other, the same entities, says. */
export function saysAsMuch(one: string, other: string): boolean {
  const sort = (kind: string): string => [COUNTS_ENTITIES, AVERAGES, COUNTS_OTHERS].find((mark) => kind.includes(mark)) ?? ''
  return sort(one) === '' || sort(one) === sort(other)
}

/** The mark of a count of rows that leaves out only where a supplied value is missing, with its place in the select. */
export function plainMark(place: number): string {
  return `*${place}.`
}

/** Whether two figures of one select count the same rows but for missing values: less each other they tell how many are missing. */
export function areCountsOfPresence(one: string, other: string): boolean {
  const [mine, theirs] = [one, other].map((kind) => kind.match(PLAIN)?.[0])
  return mine !== undefined && theirs !== undefined && mine !== theirs
}
const PLAIN = /\*\d+\./

/** Of each table of which entities have several rows: a set of entities whose rows are known beside it. */
const ROWS_KNOWN = /[%;][0-9a-f]{8}/g

/** The mark of a table whose rows behind a set are compared by themselves. @param local the rows look otherwise elsewhere, and are only compared within one result */
export function rowsMark(table: string, local: boolean): string {
  return `${local ? ';' : '%'}${table}`
}

/**
 * Whether two sets of entities tell nothing of the rows behind them: where entities have several rows, nearly every entity may
 * be in nearly every cell. Then the rows of a common table are compared, or what each entity puts in.
 * @param within whether both are of one result
 */
export function areOtherRows(one: string, other: string, within = false): boolean {
  const rows = (one.match(ROWS_KNOWN) ?? []).filter((mark) => within || mark.startsWith('%'))
  if (!one.includes(CONTRIBUTION_MARK) && !other.includes(CONTRIBUTION_MARK) && rows.some((mark) => other.includes(mark))) return true
  return [one, other].every((kind) => kind.includes(SEVERAL_MARK) && kind.includes(ROWS_ONLY))
}
