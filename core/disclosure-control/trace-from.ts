import { asList, asNode, asText, fold, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { EQUAL, isKeyColumn, isSupplied, lookUp, misusesKey, SUPPLIED, type SuppliedRow, type SuppliedTable, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { settleAll } from '#core/disclosure-control/size-thresholds.ts'
import { faultsOf, freshName, type Reach } from '#core/disclosure-control/traced.ts'
import { callNode, columnNode, isColumn, named, numberNode, selectNode } from '#core/boundary/tree-nodes.ts'

/** A FROM clause: its relations under their names, and whose rows it yields. */
export interface From {
  readonly node: TreeNode
  readonly relations: readonly TracedRelation[]
  /** Each entity once: where two relations are joined on the same entity's key, the one that is always there stands for both. */
  readonly entities: readonly TracedEntity[]
}

/** Joins that keep each row of the left side. */
const KEEPS_LEFT: ReadonlySet<string> = new Set(['INNER', 'LEFT', 'SEMI', 'ANTI'])
/** Joins whose right side only decides which rows of the left stay. */
const DECIDES: ReadonlySet<string> = new Set(['SEMI', 'ANTI'])

/** Traces a FROM clause; `where` tells which sides of a comma or cross join are the same entity's. */
export function traceFrom(node: TreeNode | null, reach: Reach, where: TreeNode | null): From {
  switch (node?.['type']) {
    case 'EMPTY': return { node, relations: [], entities: [] }
    case 'BASE_TABLE': return alone(node, traceTable(node, reach))
    case 'SUBQUERY': {
      const subquery = asNode(node['subquery'])
      const traced = renamed(reach.trace(asNode(subquery?.['node']), reach), asList(node['column_name_alias']).map(asText))
      // Without a name its hidden columns could not be pointed at.
      const alias = asText(node['alias']) || freshName(reach, 'from')
      return alone({ ...node, alias, subquery: { ...subquery, node: traced.node } }, under(alias, traced))
    }
    case 'JOIN': return traceJoin(node, reach, where)
    // Written out by the statement: nobody's rows.
    case 'EXPRESSION_LIST': return alone(node, constants(asText(node['alias']), (asList(asList(node['values'])[0])).map((_, position) => `col${position}`)))
    case 'TABLE_FUNCTION': {
      const call = asText(asNode(node['function'])?.['function_name'])
      return alone(node, constants(asText(node['alias']) || call, [asText(asList(node['column_name_alias'])[0]) || call]))
    }
    default: throw new NotTraceable('unsupported')
  }
}

/** Rows that the statement writes out: nobody's. */
export function constants(name: string, columns: readonly string[]): TracedRelation {
  return { name, faults: null, sketch: null, raw: false, tables: [], entities: [], columns: columns.map((column) => ({ name: column, key: false, keyOf: '', shape: SUPPLIED })) }
}

/** A relation whose first columns have other names outside; the hidden ones keep theirs. */
export function renamed<T extends TracedRelation>(relation: T, names: readonly string[]): T {
  const other = new Map(relation.columns.flatMap((column, position): readonly (readonly [string, string])[] => (names[position] === undefined ? [] : [[column.name, names[position]]])))
  return {
    ...relation, ...(relation.groupedBy === undefined ? {} : { groupedBy: other.get(relation.groupedBy) ?? relation.groupedBy }),
    columns: relation.columns.map((column, position) => ({ ...column, name: names[position] ?? column.name })),
    entities: relation.entities.map((entity) => ({ ...entity, columns: entity.columns.map(([from, column]) => [from, other.get(column) ?? column] as const) })),
  }
}

function alone(node: TreeNode, relation: TracedRelation): From {
  return { node, relations: [relation], entities: relation.entities }
}

/** A relation under the name that it has in this FROM clause. */
export function under(name: string, relation: TracedRelation): TracedRelation {
  return {
    name, faults: relation.faults, sketch: relation.sketch, raw: relation.raw, tables: relation.tables, ...(relation.groupedBy === undefined ? {} : { groupedBy: relation.groupedBy }), ...(relation.cellsOf === undefined ? {} : { cellsOf: relation.cellsOf }), ...(relation.picked === undefined ? {} : { picked: relation.picked }),
    columns: relation.columns.map((column) => ({ ...column, shape: { ...column.shape, conditions: column.shape.conditions.map((condition) => columnNode([name, lastPart(condition)])) } })),
    entities: relation.entities.map((entity) => ({
      kind: entity.kind, columns: entity.columns.map(([, column]) => [name, column] as const),
      ...(entity.rows === undefined ? {} : { rows: entity.rows.map(({ table, hash }) => ({ table, hash: columnNode([name, lastPart(hash)]) })) }),
      ...(entity.stacks === undefined ? {} : { stacks: entity.stacks.map((stack) => ({ ...stack, branch: columnNode([name, lastPart(stack.branch)]), row: columnNode([name, lastPart(stack.row)]) })) }),
    })),
  }
}

function lastPart(node: TreeNode): string {
  return asText(asList(node['column_names']).at(-1))
}

function traceTable(node: TreeNode, reach: Reach): TracedRelation {
  const table = asText(node['table_name'])
  const name = asText(node['alias']) || table
  const earlier = reach.withNames.get(fold(table))
  if (earlier !== undefined) return under(name, earlier)
  const declared = reach.tables.get(fold(table))
  if (declared === undefined) throw new NotTraceable('unsupported')
  const keys = new Set(declared.entityKey.map(fold))
  const kind = declared.kind ?? fold(table)
  return {
    name, faults: null, sketch: null, raw: keys.size === 0, declared: true, table: fold(table), tables: [],
    columns: declared.columns.map((column) => ({ name: column, key: keys.has(fold(column)), keyOf: keys.has(fold(column)) ? kind : '', shape: SUPPLIED })),
    entities: keys.size === 0 ? [] : [{ kind, columns: declared.entityKey.map((column) => [name, column] as const), rows: [suppliedRow(name, { name: table, key: declared.entityKey, digest: '' }, declared.columns.filter((column) => !keys.has(fold(column))))] }],
  }
}

/** The key is left out: who the entity is, is known beside it. */
function suppliedRow(name: string, table: SuppliedTable, columns: readonly string[]): SuppliedRow {
  return { table: { ...table, digest: shortDigest([table.name, ...columns].map(fold).join(' ')) }, hash: callNode('hash', [numberNode(0), ...columns.map((column) => columnNode([name, column]))], null, '') }
}

/** unit: none; source: FNV-1a, 32 bits */
const FNV_OFFSET = 0x811c9dc5
/** unit: none; source: the same */
const FNV_PRIME = 0x01000193
/** unit: base; source: hexadecimal digits */
const HEX = 16
/** unit: hexadecimal digits; source: 32 bits */
const DIGITS = 8

function shortDigest(text: string): string {
  const digest = new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, FNV_PRIME), FNV_OFFSET)
  return (digest >>> 0).toString(HEX).padStart(DIGITS, '0')
}

function traceJoin(node: TreeNode, reach: Reach, where: TreeNode | null): From {
  // A natural join would join on hidden columns too.
  if (node['ref_type'] === 'NATURAL' || node['ref_type'] === 'POSITIONAL') throw new NotTraceable('unsupported')
  const left = traceFrom(asNode(node['left']), reach, where)
  const right = traceFrom(asNode(node['right']), reach, where)
  const kind = asText(node['join_type'])
  const condition = asNode(node['condition'])
  const relations = [...left.relations, ...right.relations]
  if (misusesKey(condition, relations)) throw new NotTraceable('key-in-expression')
  const using = asList(node['using_columns']).map(asText)
  if (using.some((column) => isKeyColumn(columnNode([column]), relations) && !isSupplied(columnNode([column]), relations))) throw new NotTraceable('key-in-expression')
  const equalities = [...equalitiesIn(condition), ...(kind === 'INNER' ? equalitiesIn(where) : [])]
  const same = (one: TracedEntity, other: TracedEntity): boolean => isLinked(one, other, equalities, relations) || isMerged(one, other, using, relations)
  const joined: TreeNode = { ...node, left: left.node, right: right.node }
  if (DECIDES.has(kind)) {
    if (right.entities.some((entity) => !left.entities.some((own) => same(own, entity)))) throw new NotTraceable('unsupported')
    mustBeFaultless(right, reach)
    settleAll(right.relations, reach)
    return { node: joined, relations: left.relations, entities: left.entities }
  }
  const entities = KEEPS_LEFT.has(kind)
    ? [...left.entities.map((own) => withRowsOf(own, right.entities.filter((entity) => same(own, entity)))), ...right.entities.filter((entity) => !left.entities.some((own) => same(own, entity)))]
    : [...left.entities, ...right.entities]
  return { node: joined, relations, entities }
}

/** Cells that decide which rows stay: each of them tells something by that, as one that is shown does. */
function mustBeFaultless(from: From, reach: Reach): void {
  const faulty = from.relations.filter((relation) => relation.faults !== null)
  if (faulty.length === 0) return
  const faults = freshName(reach, 'faults')
  reach.sides.push({ name: '', node: selectNode([named(faultsOf(faulty), faults)], from.node, reach.withEntries), columns: [], entities: [], faults, sketch: null, raw: false, tables: faulty.flatMap((relation) => relation.tables) })
}

/** The same entity from both sides of a join, made of the rows of both. */
function withRowsOf(entity: TracedEntity, others: readonly TracedEntity[]): TracedEntity {
  const [rows, stacks] = [[entity, ...others].flatMap((one) => one.rows ?? []), [entity, ...others].flatMap((one) => one.stacks ?? [])]
  return { ...entity, ...(rows.length === 0 ? {} : { rows }), ...(stacks.length === 0 ? {} : { stacks }) }
}

/** Equalities that must all hold. */
export function equalitiesIn(condition: TreeNode | null): readonly TreeNode[] {
  if (condition === null) return []
  if (condition['type'] === 'CONJUNCTION_AND') return nodesOf(condition['children']).flatMap(equalitiesIn)
  return EQUAL.has(asText(condition['type'])) ? [condition] : []
}

/** Whether equalities of keys make the two the same entity in each row. */
function isLinked(one: TracedEntity, other: TracedEntity, equalities: readonly TreeNode[], relations: readonly TracedRelation[]): boolean {
  if (one.kind !== other.kind) return false
  const [from, to] = [relationOf(one), relationOf(other)]
  const found = equalities.filter((equality) => {
    const sides = [asNode(equality['left']), asNode(equality['right'])]
    if (!sides.every((side) => isColumn(side) && isKeyColumn(side, relations))) return false
    const names = sides.map((side) => (side === null ? '' : (lookUp(side, relations).find((column) => column.keyOf === one.kind)?.relation.name ?? '')))
    return names.includes(from) && names.includes(to)
  })
  return found.length >= one.columns.length
}

function isMerged(one: TracedEntity, other: TracedEntity, using: readonly string[], relations: readonly TracedRelation[]): boolean {
  if (one.kind !== other.kind) return false
  return using.filter((column) => [relationOf(one), relationOf(other)].every((name) => lookUp(columnNode([name, column]), relations).some((found) => found.keyOf === one.kind))).length >= one.columns.length
}

function relationOf(entity: TracedEntity): string {
  return entity.columns[0]?.[0] ?? ''
}
