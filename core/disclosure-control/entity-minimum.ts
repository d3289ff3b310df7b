import type { CellQuery, ContributorPlan, MicrodataReason } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import type { Cell, Row, TypedResult } from '#core/disclosure-control/typed-result.ts'

/** The answers to a plan's counting queries, in the plan's order; see contributor-sql.ts for their columns. */
export type CellCounts = readonly TypedResult[]

const REASONS: Readonly<Record<MicrodataReason, readonly [string, string]>> = {
  'row-level': ['结果按个人或者企业逐条列出。', '请改为分组汇总；确需逐条输出的，须经匿名化处理和专门审批。'],
  'key-in-expression': ['主体标识字段被用于筛选、计算或排序，可能用来挑出或剔除某个主体。', '主体标识只用于 count(distinct …)、等值连接和 IS NOT NULL。'],
  'nested-query': ['表达式中嵌套了读取主体数据的子查询，平台无法核算其涉及的主体数。', '请改为连接（JOIN）或 WITH 子句。'],
  'hidden-condition': ['汇总函数的参数中含有条件或复杂运算，平台无法核算每个数值涉及的主体数。', '条件请写在 FILTER (WHERE …) 中，参数只用字段或字段的四则运算。'],
  'unclear-groups': ['平台无法确定分组依据（多重分组，或名称有两种含义）。', '请逐个分组提交，别名不要与字段重名。'],
  unsupported: ['查询的写法超出平台能核算主体数的范围。', '请改写为普通的连接、筛选和分组汇总。'],
}

/**
 * Whether enough entities stand behind each figure and no one or two of them make it up.
 * @param counts null when the counting queries could not be run: what was not counted does not leave
 */
export function checkEntityMinimum(plan: ContributorPlan, counts: CellCounts | null, policy: DisclosurePolicy['cells']): readonly Finding[] {
  if (plan.kind === 'no-entities') {
    return [finding('no-entities', 'pass', {}, '所用数据表均未涉及个人或者企业，无须核算主体数。', '')]
  }
  if (plan.kind === 'microdata') {
    const [message, cure] = REASONS[plan.reason]
    return [finding('microdata-route', 'block', { reason: plan.reason }, message, cure)]
  }
  if (counts === null || counts.length !== plan.queries.length) {
    return [finding('entities-not-counted', 'block', {}, '未能核算每个数值涉及的主体数。', '请简化查询后重新提交；再次发生时请联系平台管理员。')]
  }
  const findings = plan.queries.flatMap((query, position) => judgeQuery(query, counts[position], policy))
  if (findings.length > 0) return findings
  const cells = counts.reduce((sum, result) => sum + result.rows.length, 0)
  return [finding('enough-entities', 'pass', { cells, minimum: policy.minimumEntities }, `每个数值均涉及不少于 ${policy.minimumEntities} 个主体，且没有一两个主体占主导。`, '')]
}

function judgeQuery(query: CellQuery, counts: TypedResult | undefined, policy: DisclosurePolicy['cells']): readonly Finding[] {
  if (counts === undefined) return [finding('entities-not-counted', 'block', {}, '未能核算每个数值涉及的主体数。', '请重新提交。')]
  const columns = new Map(counts.columns.map((column, position) => [column.name, position]))
  const figure = (row: Row, name: string): number | null => toNumber(row[columns.get(name) ?? -1] ?? null)
  const tooFew = (count: number | null): boolean => count !== null && count > 0 && count < policy.minimumEntities
  const { rows } = counts
  const small = rows.filter((row) => tooFew(figure(row, 'n')))
  const findings: Finding[] = []
  const add = (code: string, verdict: Verdict, cells: number, extra: Finding['evidence'], message: string, cure: string): void => {
    if (cells > 0 && verdict !== 'pass') findings.push(finding(code, verdict, { cells, of: rows.length, ...extra }, message, cure))
  }
  const least = policy.minimumEntities
  add('too-few-entities', 'block', small.length, { minimum: least }, `${rows.length} 个分组中有 ${small.length} 个涉及的主体不足 ${least} 个，可能被认出。`,
    `请合并分组，或加上 HAVING count(distinct 主体标识) >= ${least}。`)
  for (const [i, measure] of query.measures.entries()) {
    const subject = { figure: i + 1, function: measure.functionName }
    const few = rows.filter((row) => tooFew(figure(row, `c${i}`)) && !tooFew(figure(row, 'n')))
    add('too-few-counted', 'block', few.length, { ...subject, minimum: least }, `第 ${i + 1} 个汇总值（${measure.functionName}）在 ${few.length} 个分组中实际只由不足 ${least} 个主体形成。`, '请放宽 FILTER 条件，或去掉该汇总值。')
    const rest = rows.filter((row) => tooFew(figure(row, `r${i}`)))
    add('too-few-left-out', 'block', rest.length, { ...subject, minimum: least }, `第 ${i + 1} 个汇总值（${measure.functionName}）的条件在 ${rest.length} 个分组中只排除了不足 ${least} 个主体，与总数相减即可推知。`, '请调整条件，使被排除的主体也足够多。')
    const dominated = measure.kind === 'total' ? rows.filter((row) => isDominated(figure(row, `t${i}`), figure(row, `m${i}`), figure(row, `s${i}`), policy)) : []
    add('dominated-total', 'block', dominated.length, subject, `第 ${i + 1} 个汇总值（${measure.functionName}）在 ${dominated.length} 个分组中由一两个主体占主导，可据以推算其数值。`, '请合并分组，或改用计数、分档统计。')
    const zero = rows.filter((row) => figure(row, `c${i}`) === 0)
    add('zero-cells', policy.zeroCells, zero.length, subject, `第 ${i + 1} 个汇总值（${measure.functionName}）在 ${zero.length} 个分组中没有任何主体，可能表明该组全体不具有某种情形。`, '请合并分组，或由审查人确认。')
    if (measure.kind === 'extreme') add('extreme-value', policy.extremes, rows.length, subject, `${measure.functionName} 的结果就是某一个主体的数值。`, '请改用平均值，或按区间统计人数。')
    if (measure.kind === 'quantile') add('quantile-value', policy.quantiles, rows.length, subject, `${measure.functionName} 的结果可能等于某一个主体的数值。`, '请取整到较粗的单位，或由审查人确认。')
  }
  return findings
}

function isDominated(total: number | null, largest: number | null, largestTwo: number | null, policy: DisclosurePolicy['cells']): boolean {
  if (total === null || largest === null || largestTwo === null || total <= 0) return false
  return largestTwo / total > policy.largestTwoShare || total - largestTwo < policy.othersToLargest * largest
}

function toNumber(cell: Cell): number | null {
  return cell === null || typeof cell === 'boolean' ? null : Number(cell)
}

function finding(code: string, verdict: Verdict, evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 'entity-minimum', code, heading: 'direct-exposure', verdict, evidence, message, cure }
}
