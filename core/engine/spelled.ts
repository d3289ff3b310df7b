import { NotPortable } from '#core/engine/portable-refusals.ts'
import { BOOLEAN, clickHouseType, commonType, DECIMAL_DIGITS, type PortableType } from '#core/engine/portable-type.ts'

/** DuckDB is the reference; ClickHouse is where a job goes that one machine cannot hold. */
export const engineNames = ['duckdb', 'clickhouse'] as const
export type EngineName = (typeof engineNames)[number]

/** One piece of SQL in the spelling of each engine. */
export type Spelled = Readonly<Record<EngineName, string>>

/** An expression as far as it has been read: what it is, and how each engine says it. */
export interface Term {
  readonly type: PortableType
  readonly sql: Spelled
  /** The value of a constant, as text; null for anything else. */
  readonly constant: string | null
  /** Relations of this FROM clause whose columns it uses. */
  readonly relations: ReadonlySet<string>
  readonly aggregates: boolean
  /** Whether zero is impossible, so that one may divide by it. */
  readonly neverZero: boolean
}

/** unit: characters; source: platform default. A spelling that names its argument more than once grows with every nesting. */
const SPELLING_CHARACTERS = 200_000

/** The same text on both engines. */
export function alike(text: string): Spelled {
  return { duckdb: text, clickhouse: text }
}

/** Puts spelled pieces together. Throws NotPortable where the result is beyond what a statement may be. */
export function compose(make: (piece: (spelled: Spelled) => string, engine: EngineName) => string): Spelled {
  const [duckdb, clickhouse] = engineNames.map((engine) => make((spelled) => spelled[engine], engine))
  if ((duckdb?.length ?? 0) > SPELLING_CHARACTERS || (clickhouse?.length ?? 0) > SPELLING_CHARACTERS) throw new NotPortable('statement-too-large', null)
  return { duckdb: duckdb ?? '', clickhouse: clickhouse ?? '' }
}

/** A term made of others: it uses the relations they use and aggregates where one of them does. */
export function termOf(type: PortableType, parts: readonly Term[], sql: Spelled, more: Partial<Pick<Term, 'constant' | 'aggregates' | 'neverZero'>> = {}): Term {
  return {
    type, sql,
    constant: more.constant ?? null,
    relations: new Set(parts.flatMap((part) => [...part.relations])),
    aggregates: more.aggregates ?? parts.some((part) => part.aggregates),
    neverZero: more.neverZero ?? false,
  }
}

/**
 * The term in another type. The reference engine converts by itself as it would in the statement as it was written; the
 * other one is told, because it compares a date with a text and a decimal with a float by rules of its own.
 */
export function inType(term: Term, type: PortableType): Term {
  const from = term.type
  if (from.kind === type.kind && !(from.kind === 'integer' && type.kind === 'integer' && from.wide !== type.wide) && from.kind !== 'decimal') return term
  if (from.kind === 'decimal' && type.kind === 'decimal' && from.scale === type.scale) return term
  const to = clickHouseType(type)
  const spell = (sql: string): string => {
    if (type.kind === 'double') return `toFloat64(${sql})`
    if (type.kind === 'decimal') return `CAST(${sql} AS Nullable(Decimal(${DECIMAL_DIGITS}, ${type.scale})))`
    return `CAST(${sql} AS ${to})`
  }
  return { ...term, type, sql: { duckdb: term.sql.duckdb, clickhouse: spell(term.sql.clickhouse) } }
}

/** Both terms in the type they share. Throws NotPortable where they share none. */
export function meet(terms: readonly Term[], at: number | null, what: string): { readonly type: PortableType; readonly terms: readonly Term[] } {
  let type: PortableType = { kind: 'null' }
  for (const term of terms) {
    const next = commonType(type, term.type)
    if (next === null) throw new NotPortable('types-do-not-meet', at, what)
    type = next
  }
  if (type.kind === 'null') throw new NotPortable('null-needs-type', at)
  const shared = type
  return { type, terms: terms.map((term) => inType(term, shared)) }
}

/** A condition that is true, false or unknown. Throws NotPortable for what is no condition. */
export function asCondition(term: Term, at: number | null): Term {
  if (term.type.kind === 'null') return inType(term, BOOLEAN)
  if (term.type.kind !== 'boolean') throw new NotPortable('types-do-not-meet', at, '条件')
  return term
}

/** A name in quotes. */
export function quotedName(name: string): Spelled {
  return { duckdb: `"${name.replaceAll('"', '""')}"`, clickhouse: `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\`` }
}

/** A text in quotes. */
export function quotedText(text: string): Spelled {
  return { duckdb: `'${text.replaceAll("'", "''")}'`, clickhouse: `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` }
}
