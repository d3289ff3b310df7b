import type { SourceColumn, StatementPolicy } from '#core/boundary/statement-policy.ts'
import { fold } from '#core/boundary/statement-tree.ts'

/** A column that a part of the statement can see, with the authorized columns it is computed from. */
export interface VisibleColumn {
  readonly name: string
  readonly sources: ReadonlySet<SourceColumn>
}

/** A table, subquery or WITH result under the name it has in this FROM clause. */
export interface Relation {
  readonly name: string
  readonly columns: readonly VisibleColumn[]
}

/** The authorized columns, each one object so that sets of them hold no doubles, and those read so far. */
export interface Catalogue {
  readonly policy: StatementPolicy
  readonly tables: ReadonlyMap<string, Relation>
  readonly reads: Set<SourceColumn>
  /** Tables named so far; a table may be counted without reading a column of it. */
  readonly tablesRead: Set<string>
}

export interface Scope {
  readonly catalogue: Catalogue
  readonly relations: readonly Relation[]
  /** Names given by WITH, visible here and below. */
  readonly withNames: ReadonlyMap<string, readonly VisibleColumn[]>
  /** Names given in the select list, filled while it is read. */
  readonly aliases: Map<string, ReadonlySet<SourceColumn>>
  /** The query around this one, for correlated subqueries. */
  readonly outer: Scope | null
}

/** The catalogue of one job; table names compare without case. */
export function openCatalogue(policy: StatementPolicy): Catalogue {
  const tables = new Map<string, Relation>()
  for (const [table, columns] of policy.tables) {
    const visible = columns.map((column) => ({ name: column, sources: new Set([{ table, column }]) }))
    tables.set(fold(table), { name: table, columns: visible })
  }
  return { policy, tables, reads: new Set(), tablesRead: new Set() }
}

/**
 * Sources of a column by the parts of its written name, or null when no relation in reach has it.
 * A bare name found in several relations (USING, NATURAL JOIN) means all of them: lineage errs towards more.
 */
export function resolveColumn(scope: Scope, parts: readonly string[]): ReadonlySet<SourceColumn> | null {
  const column = fold(parts.at(-1) ?? '')
  const qualifier = parts.length > 1 ? fold(parts.at(0) ?? '') : null
  const found = scope.relations
    .filter((relation) => qualifier === null || fold(relation.name) === qualifier)
    .flatMap((relation) => relation.columns.filter((candidate) => fold(candidate.name) === column))
  const alias = qualifier === null ? scope.aliases.get(column) : undefined
  if (found.length > 0 || alias !== undefined) {
    return union([...found.map((candidate) => candidate.sources), ...(alias === undefined ? [] : [alias])])
  }
  return scope.outer === null ? null : resolveColumn(scope.outer, parts)
}

/** One set of all sources. */
export function union(sets: readonly ReadonlySet<SourceColumn>[]): ReadonlySet<SourceColumn> {
  return new Set(sets.flatMap((set) => [...set]))
}
