import type { AllowedFunction } from '#core/boundary/allowed-functions.ts'

export interface StatementLimits {
  /** Characters of the SQL text. */
  readonly statementLength: number
  /** Nesting levels of the parse tree (one level of brackets is about two levels of the tree). */
  readonly depth: number
  /** Objects in the parse tree. */
  readonly nodes: number
  /** Characters of one literal or identifier. */
  readonly literalLength: number
}

/** What one job may touch: the tables and columns its authorization covers, and nothing else. */
export interface StatementPolicy {
  /** Catalogue name → authorized columns, in the order in which they were materialised. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly functions: ReadonlyMap<string, AllowedFunction>
  readonly limits: StatementLimits
}

/** unit: characters; source: platform default, no provision */
const STATEMENT_CHARACTERS = 20_000
/** unit: levels of the parse tree; source: platform default, far below what the parser was measured safe at */
const TREE_LEVELS = 240
/** unit: objects in the parse tree; source: platform default, no provision */
const TREE_OBJECTS = 20_000
/** unit: characters; source: platform default, no provision */
const LITERAL_CHARACTERS = 500

/**
 * Limits that hold where no policy narrows them. They bound the work of the gate, not the analyst: a statement of this
 * size is far beyond what a person writes, and the parser was measured safe at 50,000 nested brackets.
 */
export const DEFAULT_STATEMENT_LIMITS: StatementLimits = {
  statementLength: STATEMENT_CHARACTERS,
  depth: TREE_LEVELS,
  nodes: TREE_OBJECTS,
  literalLength: LITERAL_CHARACTERS,
}

/** A column of an authorized table. */
export interface SourceColumn {
  readonly table: string
  readonly column: string
}

export interface OutputColumn {
  readonly name: string
  /** Columns from which this output is computed, filters and group keys not counted; empty for constants and count(*). */
  readonly sources: readonly SourceColumn[]
}

export interface Lineage {
  /** Every column that the statement reads anywhere, filters, joins and sort keys included. */
  readonly reads: readonly SourceColumn[]
  readonly tables: readonly string[]
  /** By position. */
  readonly outputs: readonly OutputColumn[]
}

export interface StatementRefusal {
  readonly code: string
  /** Byte offset in the SQL text, null where the rule concerns the whole statement. */
  readonly at: number | null
  readonly message: string
  readonly cure: string
}

export type StatementAnswer =
  | { readonly allow: true; readonly lineage: Lineage }
  | { readonly allow: false; readonly refusal: StatementRefusal }
