import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import { identifierKinds, identifierKindsOf, identifierTitles, type IdentifierKind } from '#core/disclosure-control/identifier-patterns.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

/** unit: characters; source: the shortest identifier of identifier-patterns.ts is a plate of seven */
const SHORTEST_IDENTIFIER = 7
/** Runs of letters, digits and Chinese characters: an identifier between other words is one as well. */
const WORDS = /[\p{L}\p{N}]+/gu

/**
 * Looks for identifiers column by column. A check digit alone passes one random number in eleven, so a column is judged by
 * the share of its values, and single hits are shown to the reviewer.
 * @param accounted many entities were counted behind every value: a single number that looks like an identifier is chance
 */
export function checkPersonalIdentifiers(result: TypedResult, policy: DisclosurePolicy['identifiers'], accounted = false): readonly Finding[] {
  const findings = result.columns.flatMap((column, position) => {
    // A number with a fraction is no identifier, whatever its digits.
    const values = result.rows.map((row) => row[position])
      .filter((cell) => typeof cell === 'string' ? !(column.kind === 'decimal' && FRACTION.test(cell)) : typeof cell === 'number' && Number.isInteger(cell)).map(String)
    const found = values.flatMap(kindsIn)
    return identifierKinds.flatMap((kind) => judgeColumn(column.name, kind, { hits: found.filter((one) => one === kind).length, values: values.length }, policy, column.kind === 'text' || !accounted))
  })
  return findings.length > 0 ? findings : [NOTHING_FOUND]
}

const FRACTION = /\.\d*[1-9]/

const NOTHING_FOUND: Finding = {
  layer: 'personal-identifiers', code: 'no-identifiers', heading: 'direct-exposure', verdict: 'pass', evidence: {},
  message: '结果中未发现公民身份号码、统一社会信用代码、手机号码、银行卡号、机动车号牌。', cure: '',
}

function judgeColumn(column: string, kind: IdentifierKind, { hits, values }: { readonly hits: number; readonly values: number }, policy: DisclosurePolicy['identifiers'], singleHits: boolean): readonly Finding[] {
  const strictest = policy.verdicts[kind]
  if (hits === 0 || strictest === 'pass') return []
  const whole = hits / values >= policy.columnShare && values >= policy.columnMinimum
  if (!whole && !singleHits) return []
  const verdict: Verdict = whole ? strictest : 'review'
  const title = identifierTitles[kind]
  return [{
    layer: 'personal-identifiers',
    code: whole ? 'identifier-column' : 'identifier-hits',
    heading: 'direct-exposure',
    verdict,
    evidence: { column, kind: title, hits, values },
    message: whole
      ? `字段“${column}”的 ${values} 个值中有 ${hits} 个符合${title}的编码规则，属于直接标识。`
      : `字段“${column}”中有 ${hits} 个值符合${title}的编码规则，可能是巧合，请人工核对。`,
    cure: '请去掉该字段，或改为按类别统计数量。',
  }]
}

/** The kinds of identifiers that a value is or holds, each once. */
function kindsIn(value: string): readonly IdentifierKind[] {
  if (value.length < SHORTEST_IDENTIFIER) return []
  const words = (value.match(WORDS) ?? []).filter((word) => word.length >= SHORTEST_IDENTIFIER && word.length < value.length)
  return [...new Set([value, ...words].flatMap(identifierKindsOf))]
}
