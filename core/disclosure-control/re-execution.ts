import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import { canonicalText } from '#core/disclosure-control/source-profile.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

/** Further runs of the same statement; null where a run was not made or failed. */
export interface ProbeRuns {
  /** On the very same input. */
  readonly repeat: TypedResult | null
  /** Each on a random half of the entities, chosen by a secret seed. */
  readonly halves: readonly TypedResult[]
}

/** unit: significant digits; source: sums of doubles in several threads differ beyond the fifteenth, margin of three */
const COMPARED_DIGITS = 12
/** unit: decimals; source: shares are shown to whole percents */
const SHOWN_DECIMALS = 2

/**
 * Runs the job again and looks what depends on single entities. An encoding with a key defeats every comparison of values,
 * but not this: a row made from one person vanishes with that person.
 * @param accounted many entities were counted behind every row: rows then vanish because HAVING drops smaller cells, and
 *   come back because values are coarse; both are told, and neither is held against the result
 */
export function checkReExecution(full: TypedResult, runs: ProbeRuns, policy: DisclosurePolicy['probes'], accounted = false): readonly Finding[] {
  const rows = countRows(full)
  if (runs.repeat === null) return [finding('not-repeated', 'review', {}, '未能以相同输入重新运行作业，无法确认结果可复现。', '请重新提交作业。')]
  if (!sameRows(rows, countRows(runs.repeat))) {
    return [finding('not-repeatable', 'block', { rows: full.rows.length }, '以相同输入重新运行得到不同的结果，无法复核。', '请为 LIMIT、窗口函数写明完整的 ORDER BY，使结果确定。')]
  }
  if (runs.halves.length === 0) return [finding('repeatable', 'pass', { rows: full.rows.length }, '以相同输入重新运行，结果一致。', '')]
  if (full.rows.length < policy.minimumRows) {
    return [finding('repeatable', 'pass', { rows: full.rows.length }, '以相同输入重新运行，结果一致；行数较少，不作抽半比较。', '')]
  }
  const sizes = mean(runs.halves.map((half) => half.rows.length / full.rows.length))
  const survival = mean(runs.halves.map((half) => survivingShare(rows, countRows(half))))
  const evidence = { rows: full.rows.length, halves: runs.halves.length, sizeRatio: Number(sizes.toFixed(SHOWN_DECIMALS)), survival: Number(survival.toFixed(SHOWN_DECIMALS)) }
  if (accounted) {
    return [finding('repeatable', 'pass', evidence, '以相同输入重新运行，结果一致；各行背后的主体数均已核算，抽半比较的结果仅供参考。', '')]
  }
  if (sizes < policy.sizeRatio) {
    return [finding('size-follows-entities', 'block', evidence, '只保留一半主体重新运行，结果行数随之明显减少，说明结果按主体逐条形成（无论如何编码、加密）。', '请改为分组汇总。')]
  }
  if (survival > policy.survivalFrom && survival < policy.survivalTo) {
    return [finding('rows-follow-entities', 'review', evidence, '只保留一半主体重新运行，约一半的行原样重现，可能有行由单个主体形成，也可能是取值较粗造成的巧合。', '请审查人核对语句；必要时改为更粗的分组。')]
  }
  return [finding('no-single-entity', 'pass', evidence, '更换一半主体重新运行，未见由单个主体形成的行。', '')]
}

function countRows(result: TypedResult): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of result.rows) {
    const line = JSON.stringify(row.map((cell, position) => {
      const kind = result.columns[position]?.kind ?? 'text'
      return typeof cell === 'number' ? cell.toPrecision(COMPARED_DIGITS) : canonicalText(cell, kind)
    }))
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return counts
}

function sameRows(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean {
  return left.size === right.size && [...left].every(([line, count]) => right.get(line) === count)
}

function survivingShare(full: ReadonlyMap<string, number>, half: ReadonlyMap<string, number>): number {
  return full.size === 0 ? 0 : [...full.keys()].filter((line) => half.has(line)).length / full.size
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function finding(code: string, verdict: Verdict, evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 're-execution', code, heading: 'other-risk', verdict, evidence, message, cure }
}
