import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { NotPortable, type PortableRefusal } from '#core/engine/portable-refusals.ts'
import type { GivenColumn, PortableScope, PortableTable } from '#core/engine/portable-scope.ts'
import { BOOLEAN, clickHouseType, DATE, INTEGER, TEXT, TIMESTAMP, type PortableType } from '#core/engine/portable-type.ts'
import { readQuery } from '#core/engine/read-query.ts'
import { quotedName, type Spelled } from '#core/engine/spelled.ts'
import { asNode, fold, measureTree, nodesOf } from '#core/boundary/statement-tree.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'

/** A table of a job: its name in SQL, and the declared columns that the job may read. */
export interface DeclaredTable {
  readonly name: string
  readonly columns: readonly Pick<ColumnSchema, 'name' | 'type' | 'scale'>[]
}

/** A statement that every engine answers alike, in the spelling of each, with its columns in order. */
export interface PortableStatement {
  readonly sql: Spelled
  readonly columns: readonly { readonly name: string; readonly type: PortableType }[]
}

export type Translation = { readonly portable: true; readonly statement: PortableStatement } | { readonly portable: false; readonly refusal: PortableRefusal }

/**
 * What the scale-out engine must be told with every statement so that it answers as the reference engine does: unmatched
 * rows of a join and empty groups are missing values, a branch that is not taken is not computed, and no number is lost
 * on the way out.
 */
export const CLICKHOUSE_SETTINGS: Readonly<Record<string, string>> = {
  join_use_nulls: '1', transform_null_in: '0', union_default_mode: 'DISTINCT', except_default_mode: 'DISTINCT', intersect_default_mode: 'DISTINCT',
  short_circuit_function_evaluation: 'force_enable', decimal_check_overflow: '1', prefer_column_name_to_alias: '1', session_timezone: 'UTC',
  least_greatest_legacy_null_behavior: '0', formatdatetime_f_prints_single_zero: '0', formatdatetime_parsedatetime_m_is_month_name: '1',
  output_format_json_quote_64bit_integers: '1', output_format_json_quote_decimals: '1', output_format_json_quote_denormals: '1',
  output_format_decimal_trailing_zeros: '1', date_time_output_format: 'simple',
}

/**
 * Whether a statement is within the portable profile, and its spelling for each engine.
 * The statement gate has judged it before; here it is asked only whether every engine would give the same answer.
 *
 * @param tree what json_serialize_sql returned, parsed; its shape is not trusted
 * @returns the statement, or a refusal with code, byte offset, Chinese message and cure. Never throws for what a tree holds.
 */
export function translateStatement(tree: unknown, tables: readonly DeclaredTable[]): Translation {
  const measure = measureTree(tree)
  const [statement, second] = nodesOf(asNode(tree)?.['statements'])
  try {
    if (measure.depth > DEFAULT_STATEMENT_LIMITS.depth || measure.nodes > DEFAULT_STATEMENT_LIMITS.nodes) throw new NotPortable('statement-too-large', null)
    if (statement === undefined || second !== undefined) throw new NotPortable('statement-unreadable', null, 'SELECT')
    const given = readQuery(asNode(statement?.['node']), openScope(tables))
    return { portable: true, statement: { sql: given.sql, columns: given.columns.map(({ name, type }) => ({ name, type })) } }
  } catch (error) {
    if (error instanceof NotPortable) return { portable: false, refusal: error.refusal }
    throw error
  }
}

function openScope(tables: readonly DeclaredTable[]): PortableScope {
  let names = 0
  const fresh = (letter: string): string => {
    names += 1
    return `${letter}${names}`
  }
  return { tables: new Map(tables.map((table) => [fold(table.name), tableOf(table)])), withNames: new Map(), relations: [], aliases: new Map(), notYet: new Set(), outer: null, fresh }
}

function tableOf(table: DeclaredTable): PortableTable {
  return { name: table.name, columns: table.columns.map((column): GivenColumn => ({ name: column.name, called: column.name, type: typeOfColumn(column) })) }
}

/** The type of a declared column. */
export function typeOfColumn({ type, scale }: DeclaredTable['columns'][number]): PortableType {
  switch (type) {
    case 'text': return TEXT
    case 'integer': return INTEGER
    case 'decimal': return { kind: 'decimal', scale: scale ?? 0 }
    case 'boolean': return BOOLEAN
    case 'date': return DATE
    case 'timestamp': return TIMESTAMP
  }
}

/** The statement that makes a declared table on the scale-out engine; rows are put in as Parquet. */
export function clickHouseTable(table: DeclaredTable): string {
  const columns = table.columns.map((column) => `${quotedName(column.name).clickhouse} ${clickHouseType(typeOfColumn(column))}`)
  return `CREATE TABLE ${quotedName(table.name).clickhouse} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`
}
