/** Statements that are changed by their text alone: one SELECT with its groups, nothing nested, nothing stacked. */
const NOT_SIMPLE = /;|--|\/\*|\b(?:with|union|intersect|except|over|qualify|rollup|cube|grouping\s+sets|filter|case)\b/i
const GROUPED = /^(?<head>\s*select\s[\s\S]+?)\bgroup\s+by\s+(?<groups>[\s\S]+?)(?:\bhaving\b(?<having>[\s\S]+?))?(?<tail>\border\s+by\b[\s\S]*|\blimit\b[\s\S]*)?$/i
const SELECT = /^(?<lead>\s*select\s+)(?<items>[\s\S]+?)(?<rest>\bfrom\b[\s\S]*)$/i
const NAME = /^[\p{L}_][\p{L}\p{N}_.]*$/u

/** Whether a statement is one SELECT with its groups, so that its text shows what belongs together. */
export function isSimple(sql: string): boolean {
  return GROUPED.test(sql.trim()) && !NOT_SIMPLE.test(sql) && (sql.match(/\bselect\b/gi)?.length ?? 0) === 1
}

/**
 * A statement with small groups left out, and one group column less where even so nothing would be left: an example for the
 * analyst to run, which is checked like any other. Null for a statement that is not of the simple kind.
 *
 * @param key the column that names an entity
 * @param least entities that must stand behind a row
 * @param isEmpty whether all rows were too small, so that leaving them out would leave nothing
 */
export function suggestedStatement(sql: string, key: string, least: number, isEmpty: boolean): string | null {
  const parts = GROUPED.exec(sql.trim())?.groups
  if (parts === undefined || !isSimple(sql)) return null
  const groups = (parts['groups'] ?? '').split(',').map((one) => one.trim())
  if (!groups.every((one) => NAME.test(one))) return null
  const dropped = isEmpty ? groups.at(-1) : undefined
  if (dropped !== undefined && (groups.length < 2 || parts['tail'] !== undefined)) return null
  const head = dropped === undefined ? (parts['head'] ?? '') : withoutItem(parts['head'] ?? '', dropped)
  if (head === null) return null
  const kept = groups.filter((one) => one !== dropped).join(', ')
  const having = `having ${parts['having'] === undefined ? '' : `${parts['having'].trim()} and `}count(distinct ${key}) >= ${least}`
  return [head.trim(), `group by ${kept}`, having, (parts['tail'] ?? '').trim()].filter((line) => line !== '').join('\n')
}

/** The beginning of a statement without one plain column among those selected. */
function withoutItem(head: string, column: string): string | null {
  const parts = SELECT.exec(head)?.groups
  if (parts === undefined) return null
  const items = (parts['items'] ?? '').split(/,(?![^(]*\))/).map((one) => one.trim())
  const kept = items.filter((one) => one !== column)
  return kept.length === items.length - 1 && kept.length > 0 ? `${parts['lead'] ?? ''}${kept.join(', ')} ${parts['rest'] ?? ''}` : null
}
