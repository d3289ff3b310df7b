import { NotPortable } from '#core/engine/portable-refusals.ts'
import type { PortableType } from '#core/engine/portable-type.ts'
import { quotedName, termOf, type Spelled, type Term } from '#core/engine/spelled.ts'
import { asList, asText, fold, placeOf, type TreeNode } from '#core/boundary/statement-tree.ts'

/** A column that a query gives: its name for people, and the name by which the query around it calls it. */
export interface GivenColumn {
  readonly name: string
  readonly called: string
  readonly type: PortableType
}

/** A query as each engine writes it, with its columns in order. */
export interface GivenQuery {
  readonly sql: Spelled
  readonly columns: readonly GivenColumn[]
}

/** What stands in FROM: `id` is the name it has there in the spelled statement. */
export interface PortableRelation {
  readonly id: string
  readonly name: string
  readonly columns: readonly GivenColumn[]
}

/** A declared table, its columns under the names by which the engine knows them. */
export interface PortableTable {
  readonly name: string
  readonly columns: readonly GivenColumn[]
}

export interface PortableScope {
  readonly tables: ReadonlyMap<string, PortableTable>
  /** WITH results: their name in the spelled statement, and their columns. */
  readonly withNames: ReadonlyMap<string, PortableTable>
  readonly relations: readonly PortableRelation[]
  /** Names given in the select list, where they may be used. */
  readonly aliases: ReadonlyMap<string, Term>
  /** Names given in the select list, where they may not be used yet. */
  readonly notYet: ReadonlySet<string>
  readonly outer: PortableScope | null
  /** A name that nothing else in the statement has. */
  fresh(letter: string): string
}

/** The column of a written name. Throws NotPortable where there is none, more than one, or only one around this query. */
export function columnTerm(node: TreeNode, scope: PortableScope, aliasFirst: boolean): Term {
  const parts = asList(node['column_names']).map(asText)
  const written = parts.join('.')
  const alias = parts.length === 1 ? scope.aliases.get(fold(written)) : undefined
  if (aliasFirst && alias !== undefined) return alias
  const found = lookUp(parts, scope)
  const [only] = found
  if (found.length === 1 && only !== undefined) return only
  if (found.length === 0 && alias !== undefined) return alias
  if (found.length === 0 && parts.length === 1 && scope.notYet.has(fold(written))) throw new NotPortable('alias-reuse-not-portable', placeOf(node), written)
  for (let { outer } = scope; outer !== null; { outer } = outer) {
    if (lookUp(parts, outer).length > 0) throw new NotPortable('correlated-subquery-not-portable', placeOf(node), written)
  }
  throw new NotPortable('column-unknown', placeOf(node), written)
}

function lookUp(parts: readonly string[], scope: PortableScope): readonly Term[] {
  const [last = '', before] = parts.toReversed()
  const column = fold(last)
  const qualifier = before === undefined ? null : fold(before)
  return scope.relations
    .filter((relation) => qualifier === null || fold(relation.name) === qualifier)
    .flatMap((relation) => relation.columns.filter((given) => fold(given.name) === column).map((given) => givenTerm(relation, given)))
}

/** A column of a relation as a term. */
export function givenTerm(relation: PortableRelation, given: GivenColumn): Term {
  const called = quotedName(given.called)
  const term = termOf(given.type, [], { duckdb: `${relation.id}.${called.duckdb}`, clickhouse: `${relation.id}.${called.clickhouse}` })
  return { ...term, relations: new Set([relation.id]) }
}
