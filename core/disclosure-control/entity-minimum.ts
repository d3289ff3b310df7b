import type { ContributorPlan } from '#core/disclosure-control/contributor-plan.ts'
import type { MicrodataReason } from '#core/disclosure-control/not-traceable.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { faultsIn, type Fault } from '#core/disclosure-control/faults.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import { DECIDED_BY_STATEMENT } from '#core/disclosure-control/held-back-tries.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

/** The answers to a plan's final queries, in the plan's order: faults and the number of rows that have them. */
export type CellCounts = readonly TypedResult[]

const REASONS: Readonly<Record<MicrodataReason, readonly [string, string]>> = {
  'row-level': ['结果按个人或者企业逐条列出。', '请改为分组汇总；确需逐条输出的，须经匿名化处理和专门审批。'],
  'key-in-expression': ['主体标识字段被用于筛选、计算或排序，可能用来挑出或剔除某个主体。', '主体标识只用于 count(distinct …)、等值连接和 IS NOT NULL。'],
  'nested-query': ['表达式中嵌套了读取主体数据的子查询，平台无法核算其涉及的主体数。', '请改为连接（JOIN）或 WITH 子句。'],
  'hidden-condition': ['汇总函数的参数中含有平台无法核算的运算（如文本处理、高次幂、窗口函数），可能夹带单个主体的数值。', '参数请只用字段、四则运算、取整和 CASE；条件也可写在 FILTER (WHERE …) 中。'],
  'unclear-groups': ['平台无法确定分组依据（名称有两种含义，或使用了“*”）。', '请逐一写明分组字段，别名不要与字段重名。'],
  unsupported: ['查询的写法超出平台能核算主体数的范围。', '请改写为普通的连接、筛选和分组汇总。'],
}

interface FaultRule {
  readonly verdict: (policy: DisclosurePolicy['cells']) => Verdict
  readonly code: string
  readonly message: (rows: number, policy: DisclosurePolicy['cells']) => string
  readonly cure: (policy: DisclosurePolicy['cells']) => string
}
/** unit: rows to a blank one; source: platform default, at most half of them */
const BLANK_OF = 2
const block = (): Verdict => 'block'
const RULES: Readonly<Record<Fault, FaultRule>> = {
  tooFew: { verdict: block, code: 'too-few-entities', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行涉及的主体不足 ${least} 个，可能被认出。`, cure: ({ minimumEntities: least }) => `请合并分组，或加上 HAVING count(distinct 主体标识) >= ${least}。` },
  tooFewCounted: { verdict: block, code: 'too-few-counted', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的某个汇总值实际只由不足 ${least} 个主体形成。`, cure: () => '请放宽 FILTER 或 CASE 中的条件，或去掉该汇总值。' },
  tooFewLeftOut: { verdict: block, code: 'too-few-left-out', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的某个汇总值只排除了不足 ${least} 个主体，与总数相减即可推知被排除者。`, cure: () => '请调整条件，使被排除的主体也足够多。' },
  tooFewInBranch: { verdict: block, code: 'too-few-in-branch', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的汇总值里，某个条件只对不足 ${least} 个主体成立（或不成立），其数值可能夹带在汇总值中。`, cure: () => '请去掉只对少数主体成立的条件。' },
  dominated: { verdict: block, code: 'dominated-total', message: (rows) => `结果中有 ${rows} 行的合计、平均或离散程度由一两个主体占主导，可据以推算其数值。`, cure: () => '请合并分组，剔除占主导的类别，或改用计数、分档统计。' },
  differByFew: { verdict: block, code: 'figures-differ-by-few', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的两个汇总值只相差不足 ${least} 个主体的贡献，相减即可得出其数值。`, cure: () => '请只保留其中一个汇总值，或使两者的条件相差足够多的主体。' },
  fewDegrees: { verdict: block, code: 'few-degrees-of-freedom', message: (rows, { degreesOfFreedom: least }) => `结果中有 ${rows} 行的方差、相关系数或者回归结果自由度不足 ${least}（主体数减去参数个数），几乎逐点经过各主体的数值，可据以推算。`, cure: ({ degreesOfFreedom: least }) => `请合并分组，使每行的主体数至少比参数个数多 ${least} 个（方差、标准差有 1 个参数，相关、回归有 2 个）。` },
  standsOut: { verdict: block, code: 'one-contribution-stands-out', message: (rows) => `结果中有 ${rows} 行的汇总值里，个别主体的贡献与其余主体明显不同，可能夹带其数值。`, cure: () => '请去掉突出个别主体的运算，例如指示函数、截断。' },
  singleValue: { verdict: (policy) => policy.extremes, code: 'extreme-value', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的某个值（极值、首末值、众数或清单）只有不足 ${least} 个主体具有，就是个别主体的原值。`, cure: () => '请改用平均值，或按区间统计人数。' },
  quantileBeyond: { verdict: (policy) => policy.extremes, code: 'quantile-beyond', message: (rows, { minimumEntities: least }) => `结果中有 ${rows} 行的分位数之外（或相邻分位数之间）不足 ${least} 个主体，接近个别主体的原值。`, cure: () => '请改用靠近中间的分位数，或合并分组。' },
  quantileNear: { verdict: (policy) => policy.quantiles, code: 'quantile-value', message: (rows) => `结果中有 ${rows} 行的分位数两侧主体较少，可能接近某一个主体的数值。`, cure: () => '请取整到较粗的单位，或由审查人确认。' },
  blanked: { verdict: (policy) => policy.zeroCells, code: 'small-cells-blanked', message: (rows) => `结果中有 ${rows} 行因人数较少未列数值，但列出了组名，表明确有少数主体属于该组。`, cure: () => '请把人数少的组合并为“其他”，或用 HAVING 略去整行；保留组名的，由审查人确认。' },
  nobody: { verdict: (policy) => policy.zeroCells, code: 'zero-cells', message: (rows) => `结果中有 ${rows} 行的某个汇总值不涉及任何主体，可能表明该组全体不具有某种情形。`, cure: () => '请合并分组，或由审查人确认。' },
}

/**
 * Whether enough entities stand behind each figure and no one or two of them make it up, for every row that leaves.
 * @param counts null when the counting queries could not be run: what was not counted does not leave
 */
export function checkEntityMinimum(plan: ContributorPlan, counts: CellCounts | null, policy: DisclosurePolicy['cells']): readonly Finding[] {
  if (plan.kind === 'no-entities') {
    return [finding('no-entities', 'pass', {}, '所用数据表均未涉及个人或者企业，无须核算主体数。', '')]
  }
  if (plan.kind === 'microdata') {
    const faulty = counts?.flatMap((result) => result.rows).some(([bits]) => Number(bits ?? 1) !== 0) ?? true
    if (plan.classes !== null && counts !== null && counts.length === plan.classes.finals.length && !faulty) {
      return [finding('generalised-microdata', 'review', { minimum: policy.minimumEntities }, `结果逐条列出，但每条记录的取值组合均由不少于 ${policy.minimumEntities} 个主体共有。微观数据须经匿名化评估和人工审批。`, '能以分组计数代替的，请改为分组汇总。')]
    }
    const [message, cure] = REASONS[plan.reason]
    return [finding('microdata-route', 'block', { reason: plan.reason, ...(plan.classes === null ? { decided: DECIDED_BY_STATEMENT } : {}) }, message, cure)]
  }
  if (counts === null || counts.length !== plan.finals.length) {
    return [finding('entities-not-counted', 'block', {}, '未能核算每个数值涉及的主体数。', '请简化查询后重新提交；再次发生时请联系平台管理员。')]
  }
  const rowsBy = new Map<Fault, number>()
  let rows = 0
  let faultless = 0
  for (const [bits, count] of counts.flatMap((result) => result.rows)) {
    const faults = faultsIn(Number(bits ?? 0))
    rows += Number(count)
    if (faults.length === 0) faultless += Number(count)
    for (const fault of faults) rowsBy.set(fault, (rowsBy.get(fault) ?? 0) + Number(count))
  }
  const findings = [...rowsBy].flatMap(([fault, faulty]) => {
    const rule = RULES[fault]
    // A result in which a figure counts nobody in every row tells just that.
    // A table of mostly blank cells is a list of who there is.
    const listing = fault === 'blanked' && faulty * BLANK_OF > rows
    const verdict = listing || (fault === 'nobody' && faultless === 0 && faulty === rows) ? 'block' : rule.verdict(policy)
    return verdict === 'pass' ? [] : [finding(rule.code, verdict, { rows: faulty, of: rows, minimum: policy.minimumEntities }, rule.message(faulty, policy), rule.cure(policy))]
  })
  if (findings.length > 0) return findings
  return [finding('enough-entities', 'pass', { rows, minimum: policy.minimumEntities }, `每个数值均涉及不少于 ${policy.minimumEntities} 个主体，且没有一两个主体占主导。`, '')]
}

function finding(code: string, verdict: Verdict, evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 'entity-minimum', code, heading: 'direct-exposure', verdict, evidence, message, cure }
}
