import { fold } from '#core/boundary/statement-tree.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'

/** Which rows of which tables belong to the entities of one kind, by the columns that name the entity. */
export interface EntityLinks {
  readonly kind: string
  readonly tables: readonly { readonly table: string; readonly key: readonly string[] }[]
}

/**
 * A further run of a statement. Every entity has random bits; `side` is the value of bit `bit` of those whose rows alone
 * remain (`half`), or whose rows are replaced by synthetic ones of the same number (`constant-number`).
 */
export type ProbeRun = { readonly kind: 'repeat' } | EntityRun

/** A run over other entities. */
export interface EntityRun {
  readonly kind: 'constant-number' | 'half'
  readonly entity: number
  readonly bit: number
  readonly side: 0 | 1
}

/** Different rows, or values of a column, by the runs in which they came back: bits by run, and their number. */
export type Patterns = readonly (readonly [runs: number, number: number])[]

/** What the runs gave, in counts of rows only. */
export interface ProbeOutcome {
  readonly runs: readonly { readonly rows: number; readonly bytes: number; readonly same: boolean; readonly failed: string | null }[]
  readonly rows: Patterns
  readonly columns: readonly Patterns[]
}

/**
 * Whom a probe removes or replaces: each declared kind in turn, and with an entity all rows that name it: those of the
 * tables that are about its kind, by their entity key, and those of any other table that has columns of the same names as
 * such a key. Rows without a value there belong to nobody and stay.
 * @param tables by SQL name
 * @param read names of the tables that the statement reads; a kind that none of them is about is not probed
 */
export function entityLinks(tables: ReadonlyMap<string, EntityTable>, read: readonly string[]): readonly EntityLinks[] {
  const used = [...tables].filter(([name]) => read.some((one) => fold(one) === fold(name)))
  const kindOf = (name: string, table: EntityTable): string => table.kind ?? fold(name)
  const kinds = [...new Set(used.filter(([, table]) => table.entityKey.length > 0).map(([name, table]) => kindOf(name, table)))].toSorted()
  return kinds.map((kind) => {
    const keys = [...tables].filter(([name, table]) => table.entityKey.length > 0 && kindOf(name, table) === kind).map(([, table]) => table.entityKey)
    return {
      kind,
      tables: used.flatMap(([name, table]) => {
        if (table.entityKey.length > 0 && kindOf(name, table) === kind) return [{ table: name, key: table.entityKey }]
        const named = keys.map((key) => key.map((column) => table.columns.find((one) => fold(one) === fold(column))))
        const key = named.find((columns) => columns.every((column) => column !== undefined))
        return key === undefined ? [] : [{ table: name, key: key.flatMap((column) => (column === undefined ? [] : [column])) }]
      }),
    }
  })
}

/** unit: sides of a bit; source: a bit is 0 or 1 */
const SIDES = 2

/** The runs that every job gets: one on the same input, and for each kind of entity one with half of them replaced at constant number. */
export function mandatoryRuns(links: readonly EntityLinks[]): readonly ProbeRun[] {
  return [{ kind: 'repeat' }, ...links.map((_, entity): ProbeRun => ({ kind: 'constant-number', entity, bit: 0, side: 0 }))]
}

/**
 * Runs on halves of the entities of one kind, in pairs that leave nobody out. The first holds those whom the
 * constant-number run replaces, so that each row of one entity survives in exactly one of the two.
 */
export function halfRuns(entity: number, halves: number): readonly EntityRun[] {
  return Array.from({ length: halves }, (_, position): EntityRun => ({ kind: 'half', entity, bit: Math.floor(position / SIDES), side: position % SIDES === 0 ? 0 : 1 }))
}

/** How a result behaved in two runs that have no entity in common. */
export interface PairFigures {
  readonly of: number
  readonly first: number
  readonly second: number
  readonly both: number
}

/** Counts of what came back in two runs, by their places. */
export function pairFigures(patterns: Patterns, first: number, second: number): PairFigures {
  const count = (holds: (runs: number) => boolean): number => patterns.reduce((sum, [runs, number]) => sum + (holds(runs) ? number : 0), 0)
  const within = (runs: number, place: number): boolean => Math.floor(runs / SIDES ** place) % SIDES === 1
  return {
    of: count(() => true),
    first: count((runs) => within(runs, first)),
    second: count((runs) => within(runs, second)),
    both: count((runs) => within(runs, first) && within(runs, second)),
  }
}
