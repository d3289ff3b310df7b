/**
 * Readers for the tree that DuckDB's json_serialize_sql returns. The tree comes out of another process, so nothing about
 * its shape is taken for granted: each reader answers a safe empty value or null where the shape is not as expected.
 */
export interface TreeNode {
  readonly [field: string]: unknown
}

/** The value as a node, or null when it is a scalar, a list or absent. */
export function asNode(value: unknown): TreeNode | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as TreeNode) // narrowed above: a plain JSON object
    : null
}

/** The value as a list; an absent list is empty. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value as text; anything else is the empty text. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Nodes of a list; entries that are no nodes come back as null so that the caller can refuse them. */
export function nodesOf(value: unknown): readonly (TreeNode | null)[] {
  return asList(value).map(asNode)
}

/** Byte offset in the statement where the node begins, or null when the engine gives none. */
export function placeOf(node: TreeNode | null): number | null {
  const at = node?.['query_location']
  return typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 ? at : null
}

/** True for what the engine writes where a field says nothing: null, false, empty text or an empty list. */
export function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || value === false || value === '' || (Array.isArray(value) && value.length === 0)
}

/**
 * Identifiers compare without regard to case for ASCII letters and for no others, exactly as the engine does: a letter
 * that only Unicode takes for a "k" must not make a WITH name stand for a catalogue table.
 */
export function fold(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

export interface TreeMeasure {
  /** Deepest nesting of objects and lists. */
  readonly depth: number
  /** Objects in the tree. */
  readonly nodes: number
  /** Characters of the longest text value. */
  readonly longestText: number
}

/** Measures a tree without recursion, so that no nesting can exhaust the stack of the process that asks. */
export function measureTree(tree: unknown): TreeMeasure {
  let depth = 0
  let nodes = 0
  let longestText = 0
  const open: { readonly value: unknown; readonly level: number }[] = [{ value: tree, level: 1 }]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, level } = entry
    if (typeof value === 'string') longestText = Math.max(longestText, value.length)
    if (typeof value !== 'object' || value === null) continue
    depth = Math.max(depth, level)
    if (!Array.isArray(value)) nodes += 1
    for (const child of Object.values(value)) open.push({ value: child, level: level + 1 })
  }
  return { depth, nodes, longestText }
}
