import { NotPortable } from '#core/engine/portable-refusals.ts'
import { givenTerm, type GivenColumn, type GivenQuery, type PortableRelation, type PortableScope } from '#core/engine/portable-scope.ts'
import { clickHouseType, commonType } from '#core/engine/portable-type.ts'
import { joined, readExpression, type Reading } from '#core/engine/read-expression.ts'
import { readFrom } from '#core/engine/read-from.ts'
import { readTail } from '#core/engine/read-tail.ts'
import { asCondition, compose, inType, quotedName, termOf, type Spelled, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

/** A query node in the spelling of each engine. Throws NotPortable for what is outside the profile. */
export function readQuery(node: TreeNode | null, outer: PortableScope): GivenQuery {
  if (node === null) throw new NotPortable('statement-unreadable', null, '空查询')
  const scope: PortableScope = { ...outer, relations: [], aliases: new Map(), notYet: new Set(), outer: outer.relations.length > 0 ? outer : outer.outer }
  const kind = asText(node['type'])
  const within = readWith(node, scope)
  const inner = { ...scope, withNames: within.names }
  const given = kind === 'SELECT_NODE' ? readSelect(node, inner) : kind === 'SET_OPERATION_NODE' ? readSetOperation(node, inner) : null
  if (given === null) throw new NotPortable('construct-not-portable', null, kind === 'RECURSIVE_CTE_NODE' ? 'WITH RECURSIVE' : kind)
  return { ...given, sql: compose((piece) => `${piece(within.sql)}${piece(given.sql)}`) }
}

function readWith(node: TreeNode, scope: PortableScope): { readonly names: PortableScope['withNames']; readonly sql: Spelled } {
  const names = new Map(scope.withNames)
  const written: Spelled[] = []
  for (const entry of nodesOf(asNode(node['cte_map'])?.['map'])) {
    const value = asNode(entry?.['value'])
    const query = asNode(asNode(value?.['query'])?.['node'])
    const given = readQuery(query, { ...scope, withNames: new Map(names) })
    const name = scope.fresh('q')
    written.push(compose((piece) => `${name} AS (${piece(given.sql)})`))
    const aliases = asList(value?.['aliases']).map(asText)
    names.set(fold(asText(entry?.['key'])), { name, columns: given.columns.map((column, at) => ({ ...column, name: aliases[at] ?? column.name })) })
  }
  return { names, sql: compose((piece) => (written.length === 0 ? '' : `WITH ${written.map(piece).join(', ')} `)) }
}

interface Item {
  readonly name: string
  readonly term: Term
  readonly called: string
}

function readSelect(node: TreeNode, scope: PortableScope): GivenQuery {
  if (!saysNothing(node['sample'])) throw new NotPortable('construct-not-portable', null, 'SAMPLE')
  const from = readFrom(asNode(node['from_table']), scope, readQuery)
  const within: PortableScope = { ...scope, relations: from.relations }
  const items = readItems(node, within)
  const named = new Map(items.map((item) => [fold(item.name), item.term]))
  const reading: Reading = { scope: { ...within, aliases: named }, query: readQuery }
  const where = saysNothing(node['where_clause']) ? null : readFilter(asNode(node['where_clause']), reading)
  const groups = readGroups(node, items, reading)
  const [having, qualify] = ['having', 'qualify'].map((field) => (saysNothing(node[field]) ? null : asCondition(readExpression(asNode(node[field]), reading), null)))
  const tail = readTail(node, items, { ...reading, aliasFirst: true })
  const sql = compose((piece, engine) => [
    `SELECT ${tail.distinct ? 'DISTINCT ' : ''}${items.map((item) => `${settled(item.term, engine, piece)} AS ${item.called}`).join(', ')}`,
    from.sql === null ? '' : ` FROM ${piece(from.sql)}`,
    where === null ? '' : ` WHERE ${piece(where.sql)}`,
    groups.length === 0 ? '' : ` GROUP BY ${groups.map((term) => piece(term.sql)).join(', ')}`,
    having === null || having === undefined ? '' : ` HAVING ${piece(having.sql)}`,
    qualify === null || qualify === undefined ? '' : ` QUALIFY ${piece(qualify.sql)}`,
    piece(tail.sql),
  ].join(''))
  return { sql, columns: items.map(({ name, called, term }) => ({ name, called, type: term.type })) }
}

/** A column as it leaves a query: on the other engine in exactly its type, so that whatever reads it finds that one. */
function settled(term: Term, engine: string, piece: (sql: Spelled) => string): string {
  return engine === 'clickhouse' ? `CAST(${piece(term.sql)} AS ${clickHouseType(term.type)})` : piece(term.sql)
}

function readItems(node: TreeNode, scope: PortableScope): readonly Item[] {
  const list = nodesOf(node['select_list'])
  const notYet = new Set(list.map((item) => fold(asText(item?.['alias']))).filter((alias) => alias !== ''))
  const items: Item[] = []
  const add = (name: string, term: Term, at: number | null): void => {
    if (term.type.kind === 'null') throw new NotPortable('null-needs-type', at)
    items.push({ name, term, called: scope.fresh('c') })
  }
  for (const item of list) {
    if (item?.['class'] === 'STAR') {
      for (const { relation, column } of expandStar(item, scope)) add(column.name, givenTerm(relation, column), placeOf(item))
    } else {
      const term = readExpression(item, { scope: { ...scope, notYet }, query: readQuery })
      add(outputName(item), term, placeOf(item))
    }
  }
  return items
}

function outputName(item: TreeNode | null): string {
  return asText(item?.['alias']) || asText(asList(item?.['column_names']).at(-1)) || asText(item?.['function_name']) || fold(asText(item?.['class']))
}

function expandStar(item: TreeNode, scope: PortableScope): readonly { readonly relation: PortableRelation; readonly column: GivenColumn }[] {
  const more = ['replace_list', 'rename_list', 'qualified_exclude_list', 'expr'].find((field) => !saysNothing(item[field]))
  if (more !== undefined || item['columns'] === true) throw new NotPortable('construct-not-portable', placeOf(item), 'REPLACE、RENAME、COLUMNS')
  const qualifier = fold(asText(item['relation_name']))
  const excluded = new Set(asList(item['exclude_list']).map((entry) => fold(asText(entry) || asText(asNode(entry)?.['column']))))
  const relations = scope.relations.filter((relation) => qualifier === '' || fold(relation.name) === qualifier)
  if (relations.length === 0) throw new NotPortable('column-unknown', placeOf(item), '*')
  return relations.flatMap((relation) => relation.columns.filter((column) => !excluded.has(fold(column.name))).map((column) => ({ relation, column })))
}

/** The condition of WHERE: as one of several joined by AND, and nowhere else, it may ask whether a value is in a subquery. */
function readFilter(node: TreeNode | null, reading: Reading): Term {
  if (node?.['class'] === 'CONJUNCTION' && node['type'] === 'CONJUNCTION_AND') return joined('AND', nodesOf(node['children']).map((child) => readFilter(child, reading)))
  const isIn = node?.['class'] === 'SUBQUERY' && node['subquery_type'] === 'ANY' && node['comparison_type'] === 'COMPARE_EQUAL'
  if (node === null || !isIn) return asCondition(readExpression(node, reading), placeOf(node))
  const value = readExpression(asNode(node['child']), reading)
  const given = readQuery(asNode(asNode(node['subquery'])?.['node']), reading.scope)
  const [column] = given.columns
  const type = column === undefined || given.columns.length > 1 ? null : commonType(value.type, column.type)
  if (column === undefined || type === null || type.kind === 'null') throw new NotPortable('types-do-not-meet', placeOf(node), 'IN ')
  const relation = reading.scope.fresh('r')
  const wanted = inType({ ...givenTerm({ id: relation, name: relation, columns: given.columns }, column), relations: new Set() }, type)
  return termOf({ kind: 'boolean' }, [value], compose((piece) => `(${piece(inType(value, type).sql)} IN (SELECT ${piece(wanted.sql)} FROM (${piece(given.sql)}) AS ${relation}))`))
}

function readGroups(node: TreeNode, items: readonly Item[], reading: Reading): readonly Term[] {
  if (asList(node['group_sets']).length > 1) throw new NotPortable('grouping-sets-not-portable', null)
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') return items.filter(({ term }) => !term.aggregates).map(({ term }) => term)
  return nodesOf(node['group_expressions']).map((expression) => {
    const place = asNode(expression?.['value'])?.['value']
    if (expression?.['class'] !== 'CONSTANT') return readExpression(expression, reading)
    const item = typeof place === 'number' ? items[place - 1] : undefined
    if (item === undefined) throw new NotPortable('order-place-unknown', placeOf(expression), String(place))
    return item.term
  })
}

const SET_WORDS: Readonly<Record<string, string>> = { UNION: 'UNION', EXCEPT: 'EXCEPT', INTERSECT: 'INTERSECT' }

function readSetOperation(node: TreeNode, scope: PortableScope): GivenQuery {
  const kind = asText(node['setop_type'])
  const all = node['setop_all'] === true
  const word = SET_WORDS[kind]
  if (word === undefined || (all && kind !== 'UNION')) throw new NotPortable('set-operation-not-portable', null, `${kind}${all ? ' ALL' : ''}`)
  const nodes = asList(node['children']).length > 0 ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]
  const branches = nodes.map((branch) => readQuery(branch, scope))
  const columns = commonColumns(branches, kind, scope)
  const words = (engine: string): string => (all ? ' UNION ALL ' : engine === 'clickhouse' ? ` ${word} DISTINCT ` : ` ${word} `)
  const union = compose((piece, engine) => branches.map((branch) => piece(branchOf(branch, columns, scope))).join(words(engine)))
  // Order and limit stand around the whole, in a query of its own: behind the last branch the engines read them differently.
  const relation: PortableRelation = { id: scope.fresh('r'), name: '', columns }
  const items = columns.map((column): Item => ({ name: column.name, term: givenTerm(relation, column), called: scope.fresh('c') }))
  const named = new Map(items.map((item) => [fold(item.name), item.term]))
  const tail = readTail(node, items, { scope: { ...scope, relations: [relation], aliases: named }, query: readQuery, aliasFirst: true })
  const sql = compose((piece) => `SELECT ${items.map((item) => `${piece(item.term.sql)} AS ${item.called}`).join(', ')} FROM (${piece(union)}) AS ${relation.id}${piece(tail.sql)}`)
  return { sql, columns: items.map(({ name, called, term }) => ({ name, called, type: term.type })) }
}

function commonColumns(branches: readonly GivenQuery[], kind: string, scope: PortableScope): readonly GivenColumn[] {
  const [first] = branches
  if (first === undefined || branches.some((branch) => branch.columns.length !== first.columns.length)) throw new NotPortable('set-operation-not-portable', null, kind)
  return first.columns.map((column, position) => {
    let { type } = column
    for (const branch of branches) {
      const next = commonType(type, branch.columns[position]?.type ?? type)
      if (next === null) throw new NotPortable('types-do-not-meet', null, `${kind} `)
      type = next
    }
    return { name: column.name, called: scope.fresh('c'), type }
  })
}

function branchOf(branch: GivenQuery, columns: readonly GivenColumn[], scope: PortableScope): Spelled {
  const relation: PortableRelation = { id: scope.fresh('r'), name: '', columns: branch.columns }
  const terms = columns.map((column, position) => {
    const given = branch.columns[position]
    return given === undefined ? null : { called: column.called, term: inType(givenTerm(relation, given), column.type) }
  }).filter((one) => one !== null)
  return compose((piece) => `SELECT ${terms.map(({ called, term }) => `${piece(term.sql)} AS ${quotedName(called).duckdb}`).join(', ')} FROM (${piece(branch.sql)}) AS ${relation.id}`)
}
