import type { StatementLimits, StatementRefusal } from '#core/boundary/statement-policy.ts'
import { statementRefusal } from '#core/boundary/statement-refusals.ts'
import { asList, asNode, asText, measureTree, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'

export const parameterTypes = ['text', 'integer', 'decimal', 'date', 'boolean'] as const
export type ParameterType = (typeof parameterTypes)[number]

/** A value for a `$name` of a statement, as it was written in a form. */
export interface ParameterValue {
  readonly type: ParameterType
  readonly value: string
}

export type BoundStatement = { readonly ok: true; readonly tree: unknown } | { readonly ok: false; readonly refusal: StatementRefusal }

const WELL_FORMED: Readonly<Record<ParameterType, RegExp>> = {
  text: /^/,
  integer: /^-?\d{1,18}$/,
  decimal: /^-?\d{1,18}(\.\d{1,10})?$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  boolean: /^(true|false)$/,
}
const ENGINE_TYPES: Readonly<Record<Exclude<ParameterType, 'text' | 'decimal'>, string>> = { integer: 'BIGINT', date: 'DATE', boolean: 'BOOLEAN' }
/** unit: digits; source: the widest decimal of the engine */
const DECIMAL_WIDTH = 38

/**
 * Puts values in the place of a statement's `$name` parameters: in the parse tree, so that no value can become syntax.
 * The bound statement is then judged like any other; a value's length counts as that of a literal.
 * @param tree what the parser returned, its shape not trusted; a tree beyond the limits comes back as it is, for the gate to refuse
 * @returns a new tree, or a refusal that names the parameter which is missing, not used or not of its type
 */
export function bindParameters(tree: unknown, values: Readonly<Record<string, ParameterValue>>, limits: StatementLimits): BoundStatement {
  const measure = measureTree(tree)
  if (measure.depth > limits.depth || measure.nodes > limits.nodes) return { ok: true, tree }
  for (const [name, { type, value }] of Object.entries(values)) {
    if (!WELL_FORMED[type].test(value)) return { ok: false, refusal: statementRefusal('parameter-value-invalid', null, name) }
  }
  const used = new Set<string>()
  let missing: string | null = null
  const bound = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(bound)
    const object = asNode(node)
    if (object === null) return node
    if (object['class'] === 'PARAMETER') {
      const name = asText(object['identifier'])
      const given = Object.hasOwn(values, name) ? values[name] : undefined
      used.add(name)
      if (given === undefined) missing ??= name
      return given === undefined ? object : constantOf(given, asText(object['alias']))
    }
    return Object.fromEntries(Object.entries(object).map(([field, value]) => [field, field === 'named_param_map' ? [] : bound(value)]))
  }
  const whole = bound(tree)
  if (missing !== null) return { ok: false, refusal: statementRefusal('parameter-missing', null, missing) }
  const spare = Object.keys(values).find((name) => !used.has(name))
  return spare === undefined ? { ok: true, tree: whole } : { ok: false, refusal: statementRefusal('parameter-not-used', null, spare) }
}

/** Whether a statement has parameters at all; one without need not be written anew. */
export function hasParameters(tree: unknown): boolean {
  return nodesOf(asNode(tree)?.['statements']).some((statement) => asList(statement?.['named_param_map']).length > 0)
}

function constantOf({ type, value }: ParameterValue, alias: string): TreeNode {
  const text = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value } }
  if (type === 'text') return { ...text, alias }
  const castType = type === 'decimal'
    ? { id: 'DECIMAL', type_info: { type: 'DECIMAL_TYPE_INFO', alias: '', extension_info: null, width: DECIMAL_WIDTH, scale: (value.split('.')[1] ?? '').length } }
    : { id: ENGINE_TYPES[type], type_info: null }
  return { class: 'CAST', type: 'OPERATOR_CAST', alias, child: text, cast_type: castType, try_cast: false }
}
