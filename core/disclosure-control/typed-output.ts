import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

/** unit: bytes for each unit of a text in memory; source: UTF-8 takes three for one of UTF-16, four for two */
const BYTES_AT_MOST = 3

/**
 * The shape of a result: few columns, short values, no containers. The platform writes the released file from these typed
 * values itself; whatever a value could hide in a file's own structure never exists.
 */
export function checkTypedOutput(result: TypedResult, policy: DisclosurePolicy['output']): readonly Finding[] {
  const encoder = new TextEncoder()
  const long = result.columns.flatMap((column, position) => {
    const longest = result.rows.reduce((most, row) => {
      const text = String(row[position] ?? '')
      return text.length * BYTES_AT_MOST <= policy.maxCellBytes ? most : Math.max(most, encoder.encode(text).length)
    }, 0)
    return longest > policy.maxCellBytes ? [finding('cell-too-long', { column: column.name, bytes: longest, limit: policy.maxCellBytes },
      `字段“${column.name}”有长达 ${longest} 字节的值，可能夹带多行原始数据。`, '请只输出所需的数值或短文本。')] : []
  })
  const wide = result.columns.length > policy.maxColumns ? [finding('too-many-columns', { columns: result.columns.length, limit: policy.maxColumns },
    `结果有 ${result.columns.length} 个字段，超过上限 ${policy.maxColumns} 个。`, '请只保留场景所需的字段。')] : []
  const findings = [...long, ...wide]
  if (findings.length > 0) return findings
  return [{
    layer: 'typed-output', code: 'plain-values', heading: 'other-risk', verdict: 'pass',
    evidence: { columns: result.columns.length, rows: result.rows.length },
    message: '结果由数值、日期和短文本组成，已由平台重新编码。', cure: '',
  }]
}

function finding(code: string, evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 'typed-output', code, heading: 'other-risk', verdict: 'block', evidence, message, cure }
}
