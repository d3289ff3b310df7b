import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { isNumericKind, type TypedResult } from '#core/disclosure-control/typed-result.ts'

/** unit: quantiles; source: hundredths, without the smallest and the largest value, which are single ones */
export const SHAPE_QUANTILES = 99
/** unit: quantiles; source: platform default: a column whose hundredths are mostly the same few numbers is a category, and its shape says nothing */
const DIFFERENT_QUANTILES = 50
/** unit: decimals; source: the threshold has four */
const SHOWN_DECIMALS = 6

/**
 * Compares the distribution of each result column of many different numbers with that of the source columns: whatever is
 * multiplied, shifted, turned or noised a little keeps its quantiles in a line with those of its source (r² of the 99 hundredths).
 * @param accounted many entities were counted behind every value: a table of quantiles or a fine histogram has the shape of
 * its source rightly; it is told and not held against it
 * @returns nothing where no column can be compared
 */
export function checkNumericShape(result: TypedResult, profiles: readonly ColumnProfile[], policy: DisclosurePolicy['shape'], accounted: boolean): readonly Finding[] {
  const sources = profiles.flatMap(({ table, column, shape }) => (shape === undefined || new Set(shape).size < DIFFERENT_QUANTILES ? [] : [{ name: `${table}.${column}`, shape }]))
  const columns = result.columns.flatMap((column, position) => {
    if (!isNumericKind(column.kind)) return []
    const numbers = result.rows.flatMap((row) => { const cell = row[position] ?? null; return cell === null || !Number.isFinite(Number(cell)) ? [] : [Number(cell)] })
    return new Set(numbers).size < policy.minimumValues ? [] : [{ name: column.name, shape: shapeOf(numbers) }]
  })
  if (columns.length === 0 || sources.length === 0) return []
  const nearest = columns.flatMap(({ name, shape }) => {
    const compared = sources.map((source) => ({ column: name, source: source.name, rSquared: rSquaredOf(shape, source.shape) }))
    return compared.toSorted((one, other) => other.rSquared - one.rSquared).slice(0, 1)
  })
  const alike = nearest.filter(({ rSquared }) => rSquared > policy.rSquared)
  if (alike.length === 0) {
    const [first] = nearest.toSorted((one, other) => other.rSquared - one.rSquared)
    return [finding('no-source-shape', 'pass', { ...told(first), columns: columns.length, sources: sources.length }, '结果各数值列的分布与源数据字段的分布不同。', '')]
  }
  const named = alike.map(({ column, source }) => `“${column}”（与“${source}”）`).join('、')
  if (accounted) return [finding('shape-of-many', 'pass', { ...told(alike[0]), columns: columns.length, sources: sources.length }, `结果字段${named}的分布与源数据一致，但每个数值背后的主体数均已核算且足够多，属分位数表、细分直方图一类的统计。`, '')]
  return alike.map((one) => finding('shape-of-source', 'block', told(one),
    `字段“${one.column}”的分布与源数据字段“${one.source}”几乎成直线关系（99 个分位数的决定系数 ${one.rSquared.toFixed(SHOWN_DECIMALS)}），相当于把源数据逐条缩放、平移或者加少量噪声后输出，可以换算还原。`,
    '缩放、平移和加少量噪声不能代替汇总。请改为分组统计；需要分布的，请输出人数足够多的区间计数。'))
}

function told(one: { readonly column: string; readonly source: string; readonly rSquared: number } | undefined): Finding['evidence'] {
  return one === undefined ? {} : { column: one.column, source: one.source, rSquared: Number(one.rSquared.toFixed(SHOWN_DECIMALS)) }
}

/** The hundredths of some numbers, each between its two neighbours as the engine's quantile_cont is. */
export function shapeOf(numbers: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(numbers).sort()
  return Array.from({ length: SHAPE_QUANTILES }, (_, place) => {
    const at = ((place + 1) / (SHAPE_QUANTILES + 1)) * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0]
    return below + (above - below) * (at - Math.floor(at))
  })
}

/** How much of the spread of the one a line through the other explains; turned around as well, because what is taken from a constant falls where its source rises. */
export function rSquaredOf(one: readonly number[], other: readonly number[]): number {
  return Math.max(lineThrough(one, other), lineThrough(one, other.toReversed()))
}

function lineThrough(one: readonly number[], other: readonly number[]): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)]
  let [both, ownOne, ownOther] = [0, 0, 0]
  for (const [place, value] of one.entries()) {
    const [fromOne, fromOther] = [value - meanOne, (other[place] ?? 0) - meanOther]
    both += fromOne * fromOther
    ownOne += fromOne * fromOne
    ownOther += fromOther * fromOther
  }
  return ownOne === 0 || ownOther === 0 ? 0 : (both * both) / (ownOne * ownOther)
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

function finding(code: string, verdict: Finding['verdict'], evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 'numeric-shape', code, heading: 'direct-exposure', verdict, evidence, message, cure }
}
