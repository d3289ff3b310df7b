import { NotPortable } from '#core/engine/portable-refusals.ts'
import type { GivenQuery, PortableRelation, PortableScope } from '#core/engine/portable-scope.ts'
import { compare, joined, readExpression } from '#core/engine/read-expression.ts'
import { asCondition, compose, quotedName, type Spelled, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

export interface PortableFrom {
  readonly relations: readonly PortableRelation[]
  /** Null where the query reads from nothing. */
  readonly sql: Spelled | null
}

type ReadQuery = (node: TreeNode | null, outer: PortableScope) => GivenQuery

/** What stands behind FROM. Throws NotPortable for sources and joins outside the profile. */
export function readFrom(node: TreeNode | null, scope: PortableScope, query: ReadQuery): PortableFrom {
  const kind = asText(node?.['type'])
  if (node === null || kind === 'EMPTY') return { relations: [], sql: null }
  if (!saysNothing(node['sample'])) throw new NotPortable('construct-not-portable', placeOf(node), 'SAMPLE')
  switch (kind) {
    case 'BASE_TABLE': return readTable(node, scope)
    case 'SUBQUERY': return readDerived(node, scope, query)
    case 'JOIN': return readJoin(node, scope, query)
    default: throw new NotPortable('construct-not-portable', placeOf(node), kind)
  }
}

function readTable(node: TreeNode, scope: PortableScope): PortableFrom {
  const name = asText(node['table_name'])
  const shared = saysNothing(node['schema_name']) ? scope.withNames.get(fold(name)) : undefined
  const table = shared ?? scope.tables.get(fold(name))
  if (table === undefined || !saysNothing(node['column_name_alias'])) throw new NotPortable('table-unknown', placeOf(node), name)
  const id = scope.fresh('r')
  const written = quotedName(table.name)
  return { relations: [{ id, name: asText(node['alias']) || name, columns: table.columns }], sql: compose((piece) => `${piece(written)} AS ${id}`) }
}

function readDerived(node: TreeNode, scope: PortableScope, query: ReadQuery): PortableFrom {
  const given = query(asNode(asNode(node['subquery'])?.['node']), scope)
  const id = scope.fresh('r')
  const aliases = asList(node['column_name_alias']).map(asText)
  const columns = given.columns.map((column, at) => ({ ...column, name: aliases[at] ?? column.name }))
  return { relations: [{ id, name: asText(node['alias']), columns }], sql: compose((piece) => `(${piece(given.sql)}) AS ${id}`) }
}

const JOINS = new Set(['INNER', 'LEFT', 'RIGHT', 'OUTER', 'FULL'])

function readJoin(node: TreeNode, scope: PortableScope, query: ReadQuery): PortableFrom {
  const reference = asText(node['ref_type'])
  const kind = asText(node['join_type'])
  const at = placeOf(node)
  if (!saysNothing(node['using_columns'])) throw new NotPortable('join-not-portable', at, 'USING')
  if (!['REGULAR', 'CROSS'].includes(reference) || !JOINS.has(kind)) throw new NotPortable('join-not-portable', at, reference === 'REGULAR' ? kind : reference)
  const left = readFrom(asNode(node['left']), scope, query)
  const rightNode = asNode(node['right'])
  if (rightNode?.['type'] === 'JOIN') throw new NotPortable('join-not-portable', at, '右侧为括号内的连接')
  const right = readFrom(rightNode, scope, query)
  const relations = [...left.relations, ...right.relations]
  if (left.sql === null || right.sql === null) throw new NotPortable('statement-unreadable', at, 'JOIN')
  const [one, other] = [left.sql, right.sql]
  if (reference === 'CROSS') return { relations, sql: compose((piece) => `${piece(one)} CROSS JOIN ${piece(other)}`) }
  const condition = readCondition(node, { ...scope, relations }, query, { inner: kind === 'INNER', right: new Set(right.relations.map(({ id }) => id)) })
  const word = kind === 'OUTER' ? 'FULL' : kind
  return { relations, sql: compose((piece) => `${piece(one)} ${word} JOIN ${piece(other)} ON ${piece(condition.sql)}`) }
}

/** Joins match by equal columns of both sides; an inner one may ask for more. */
function readCondition(node: TreeNode, scope: PortableScope, query: ReadQuery, sides: { readonly inner: boolean; readonly right: ReadonlySet<string> }): Term {
  const condition = asNode(node['condition'])
  const parts = condition?.['class'] === 'CONJUNCTION' && condition['type'] === 'CONJUNCTION_AND' ? nodesOf(condition['children']) : [condition]
  const reading = { scope, query }
  let equal = 0
  const terms = parts.map((part) => {
    if (part?.['class'] === 'COMPARISON' && part['type'] === 'COMPARE_EQUAL') {
      const [left, right] = [readExpression(asNode(part['left']), reading), readExpression(asNode(part['right']), reading)]
      const sideOf = (term: Term): string => (term.relations.size === 0 ? 'none' : [...term.relations].every((id) => sides.right.has(id)) ? 'right' : [...term.relations].some((id) => sides.right.has(id)) ? 'both' : 'left')
      const both = new Set([sideOf(left), sideOf(right)])
      if (both.has('left') && both.has('right')) {
        equal += 1
        return compare('COMPARE_EQUAL', left, right, placeOf(part))
      }
    }
    if (!sides.inner) throw new NotPortable('join-condition-not-portable', placeOf(node))
    return asCondition(readExpression(part, reading), placeOf(part))
  })
  if (equal === 0) throw new NotPortable('join-condition-not-portable', placeOf(node))
  return joined('AND', terms)
}
