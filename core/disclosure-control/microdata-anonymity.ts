import type { ColumnRole } from '#core/boundary/table-schema.ts'
import type { Lineage } from '#core/boundary/statement-policy.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'
import { measureAnonymity } from '#core/protection/anonymity-measures.ts'
import { classesOf } from '#core/protection/equivalence-class.ts'
import { equalDistance } from '#core/protection/sensitive-distance.ts'

/** unit: decimals; source: shown to people */
const SHOWN_DECIMALS = 2

/** What each column of a result tells about an entity, by the declared roles of the columns that it is computed from; the gravest counts. */
export function rolesOf(lineage: Lineage, profiles: readonly ColumnProfile[]): readonly ColumnRole[] {
  const order: readonly ColumnRole[] = ['entity-key', 'sensitive', 'quasi-identifier', 'ordinary']
  return lineage.outputs.map(({ sources }) => {
    const roles = sources.map(({ table, column }) => profiles.find((profile) => profile.table === table && profile.column === column)?.role ?? 'ordinary')
    return order.find((role) => roles.includes(role)) ?? 'ordinary'
  })
}

/**
 * Measures records by k-anonymity over the declared quasi-identifiers, and by l-diversity and t-closeness of each declared
 * sensitive column: whoever knows somebody's quasi-identifiers must be left with k records, l values, and no other shares
 * of them than the whole has. Columns without a declared role count as quasi-identifiers: what is not declared harmless may
 * be known.
 * @param roles by column, from rolesOf
 */
export function checkMicrodata(records: TypedResult, roles: readonly ColumnRole[], policy: DisclosurePolicy['microdata']): readonly Finding[] {
  const sensitive = roles.flatMap((role, position) => (role === 'sensitive' ? [position] : []))
  const quasi = roles.flatMap((role, position) => (role === 'sensitive' ? [] : [position]))
  const keys = records.rows.map((row) => quasi.map((position) => row[position] ?? null))
  const k = Math.min(...classesOf(keys, null).classes.map(({ size }) => size))
  const measured = sensitive.map((position) => {
    const table = classesOf(keys, records.rows.map((row) => row[position] ?? null))
    return { column: records.columns[position]?.name ?? '', ...measureAnonymity(table, equalDistance(table.overall)) }
  })
  const l = measured.length === 0 ? null : Math.min(...measured.map(({ distinctL }) => distinctL))
  const t = measured.length === 0 ? null : Math.max(...measured.map((one) => one.t))
  const evidence = {
    records: records.rows.length, quasi: quasi.map((position) => records.columns[position]?.name ?? '').join('、'), sensitive: measured.map(({ column }) => column).join('、'),
    k, ...(l === null || t === null ? {} : { l, t: Number(t.toFixed(SHOWN_DECIMALS)) }), kLeast: policy.k, lLeast: policy.l, tMost: policy.t,
  }
  const shown = `准标识组合最少 ${k} 条记录（k，应不少于 ${policy.k}）${l === null || t === null ? '；没有敏感字段' : `；敏感取值最少 ${l} 种（l，应不少于 ${policy.l}）；与总体分布最大相差 ${t.toFixed(SHOWN_DECIMALS)}（t，应不大于 ${policy.t}）`}`
  const common = { layer: 'entity-minimum', heading: 'direct-exposure', evidence } as const
  if (k < policy.k) return [{ ...common, code: 'microdata-not-k-anonymous', verdict: 'block', message: `逐条记录未达到匿名化要求：${shown}。知道某人准标识的人可以在结果中认出他。`, cure: '请将准标识字段归并为更粗的区间、类别，或去掉取值稀少的记录。' }]
  if (l !== null && l < policy.l) return [{ ...common, code: 'microdata-not-diverse', verdict: 'block', message: `逐条记录未达到匿名化要求：${shown}。同一组合的人敏感取值过于单一，知道某人在内即可得知其敏感信息。`, cure: '请将准标识字段归并得更粗，或去掉该敏感字段。' }]
  if (t !== null && t > policy.t) return [{ ...common, code: 'microdata-not-close', verdict: 'block', message: `逐条记录未达到匿名化要求：${shown}。某些组合的敏感取值分布与总体相差过大，可据以推断。`, cure: '请将准标识字段或敏感字段归并得更粗。' }]
  return [{ ...common, code: 'microdata-anonymous', verdict: 'review', message: `逐条记录达到匿名化要求：${shown}。微观数据仍须人工审批。`, cure: '能以分组计数代替的，请改为分组汇总。' }]
}
