import { constantList, replaced, type PlainRelation } from '#core/boundary/plain-nodes.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import { asList, asNode, asText, fold, measureTree, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

const KNOWN_FIELDS: ReadonlySet<string> = new Set(['class', 'type', 'alias', 'query_location', 'relation_name', 'exclude_list', 'qualified_exclude_list', 'replace_list', 'rename_list', 'columns', 'expr'])
/** Patterns that mean the same to every engine of regular expressions. */
const PLAIN_PATTERN = /^[\p{L}\p{N}_.*+?|^$()]*$/u

/** A select list with its stars and COLUMNS(…) written out. What cannot be written out is left for the gate to judge. */
export function plainItems(items: readonly (TreeNode | null)[], relations: readonly PlainRelation[]): readonly (TreeNode | null)[] {
  return items.flatMap((item): readonly (TreeNode | null)[] => {
    if (item === null) return [item]
    const stars = starsIn(item)
    const [star] = stars
    if (star === undefined) return [item]
    const found = stars.map((one) => columnsOf(one, relations))
    const [columns] = found
    const same = columns !== undefined && columns !== null && found.every((other) => JSON.stringify(other) === JSON.stringify(columns))
    if (!same || columns.length === 0 || columns.length * measureTree(item).nodes > DEFAULT_STATEMENT_LIMITS.nodes || (star !== item && stars.some((one) => one['columns'] !== true))) return [item]
    return columns.map(({ name, node }) => (star === item ? { ...node, alias: asText(star['alias']) || name } : { ...asNode(replaced(item, (one) => (one['class'] === 'STAR' ? node : null))), alias: asText(item['alias']) || name }))
  })
}

/** Stars and COLUMNS(…), without those that lie inside a COLUMNS(…) or a nested query. */
function starsIn(node: TreeNode): readonly TreeNode[] {
  if (node['class'] === 'STAR' || node['class'] === 'SUBQUERY') return node['class'] === 'STAR' ? [node] : []
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? nodesOf(value) : [asNode(value)])).flatMap((child) => (child === null ? [] : starsIn(child)))
}

interface Named {
  readonly name: string
  readonly node: TreeNode
}

/** The columns that a star or COLUMNS(…) stands for; null where that cannot be told. */
function columnsOf(star: TreeNode, relations: readonly PlainRelation[]): readonly Named[] | null {
  if (Object.entries(star).some(([field, value]) => !KNOWN_FIELDS.has(field) && !saysNothing(value))) return null
  const qualifier = fold(asText(star['relation_name']))
  const asked = relations.filter((relation) => qualifier === '' || fold(relation.name) === qualifier)
  if (asked.length === 0) return null
  const excluded = new Set(asList(star['exclude_list']).map((entry) => fold(asText(entry) || asText(asNode(entry)?.['column']))))
  const outOf = nodesOf(star['qualified_exclude_list']).map((entry) => `${fold(asText(entry?.['table']))}.${fold(asText(entry?.['column']))}`)
  const replacing = new Map(nodesOf(star['replace_list']).map((entry) => [fold(asText(entry?.['key'])), asNode(entry?.['value'])]))
  const renaming = new Map(nodesOf(star['rename_list']).map((entry) => [fold(asText(asNode(entry?.['key'])?.['column']) || asText(entry?.['key'])), asText(entry?.['value'])]))
  const wanted = saysNothing(star['expr']) ? (): boolean => true : wantedBy(asNode(star['expr']))
  if (wanted === null) return null
  const columns: Named[] = []
  const used = new Set<string>()
  for (const relation of asked) {
    if (relation.columns === null) return null
    for (const column of relation.columns) {
      const key = fold(column)
      if (excluded.has(key) || outOf.includes(`${fold(relation.name)}.${key}`) || (qualifier === '' && relation.merged.has(key)) || !wanted(column)) continue
      const alone = relation.name === '' || (qualifier === '' && relation.bare.has(key))
      // Without a name in front it must be the only one of its name.
      if (relation.name === '' && relations.some((other) => other !== relation && (other.columns ?? []).some((one) => fold(one) === key))) return null
      const node = replacing.get(key) ?? { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: star['query_location'], column_names: alone ? [column] : [relation.name, column] }
      used.add(key)
      columns.push({ name: renaming.get(key) ?? column, node })
    }
  }
  // What replaces nothing would not be read by anybody but the engine.
  return [...replacing.keys()].every((key) => used.has(key)) ? columns : null
}

/** COLUMNS([names]), COLUMNS('pattern') and COLUMNS(c -> c IN (names)); null for anything else. */
function wantedBy(expression: TreeNode | null): ((column: string) => boolean) | null {
  const among = (names: readonly TreeNode[]): ((column: string) => boolean) => { const asked = new Set(names.map((name) => fold(textOf(name)))); return (column) => asked.has(fold(column)) }
  const list = constantList(expression)
  if (list !== null) return among(list)
  if (expression?.['class'] === 'CONSTANT') {
    const pattern = textOf(expression)
    return PLAIN_PATTERN.test(pattern) ? matching(pattern) : null
  }
  const [all, lambda] = nodesOf(expression?.['children'])
  if (expression?.['function_name'] !== 'list_filter' || all?.['class'] !== 'STAR' || lambda?.['class'] !== 'LAMBDA' || Object.entries(all).some(([field, value]) => !['class', 'type', 'query_location', 'alias'].includes(field) && !saysNothing(value))) return null
  const asked = asNode(lambda['expr'])
  const [column, ...rest] = nodesOf(asked?.['children'])
  const isParameter = asText(asList(column?.['column_names'])[0]) !== '' && asList(column?.['column_names']).length === 1 && JSON.stringify(column?.['column_names']) === JSON.stringify(asNode(lambda['lhs'])?.['column_names'])
  const constants = rest.flatMap((one) => (one?.['class'] === 'CONSTANT' ? [one] : []))
  if (!isParameter || constants.length !== rest.length) return null
  const texts = constants.map(textOf)
  if (asked?.['type'] === 'COMPARE_IN') return (name) => texts.includes(name)
  if (asked?.['function_name'] === '~~' && !texts[0]?.includes('\\')) return matching(`^${(texts[0] ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('%', '.*').replaceAll('_', '.')}$`)
  return null
}

function matching(pattern: string): ((column: string) => boolean) | null {
  try {
    const expression = new RegExp(pattern, 'u')
    return (column) => expression.test(column)
  } catch (error) {
    // Not a pattern: the engine would say so, and here the star is left for the gate to refuse.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function textOf(constant: TreeNode): string {
  return asText(asNode(constant['value'])?.['value'])
}
