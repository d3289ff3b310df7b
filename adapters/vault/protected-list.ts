/**
 * Protection rules as expressions of the engine, so that a protected column leaves the reading process only as what the rules
 * make of it. The pure functions of core/protection say what each expression must answer; a test holds them together.
 */
import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import { generalisedText } from '#core/protection/generalising.ts'
import type { Generalisation } from '#core/protection/generalising.ts'
import { COUNTY_PART, maskShapes, WHOLE_MASK } from '#core/protection/masking.ts'
import type { MaskKind } from '#core/protection/masking.ts'
import type { ColumnRule, ProtectionRules } from '#core/protection/protection-rules.ts'
import { ENTITY_HASH_COLUMN, KEY_SEPARATOR } from '#adapters/vault/materialise-protection.ts'
import type { NameKind } from '#adapters/vault/materialise-names.ts'

/** The rules without their secrets. */
export interface OpenRules {
  readonly rules: ProtectionRules | null
  /** Columns of the key by which the ledger knows an entity again; null where it need not. */
  readonly entityKey: readonly string[] | null
}

/** What to select from a relation called `raw`, and the texts in it for which names must be known before. */
export interface ProtectedList {
  readonly list: string
  /** Expressions over `raw`. */
  readonly named: readonly { readonly of: NameKind; readonly text: string }[]
  /** The names of the texts that come next, by kind. */
  readonly names: Record<NameKind, ReadonlyMap<string, string>>
}

/**
 * The list for `columns`; functions that the engine lacks are registered on the way.
 * @param columns names that are declared and kept
 */
export function protectedList(connection: DuckDBConnection, columns: readonly string[], { rules, entityKey }: OpenRules): ProtectedList {
  const names: Record<NameKind, ReadonlyMap<string, string>> = { pseudonym: new Map(), entity: new Map() }
  const named: { of: NameKind; text: string }[] = []
  const nameOf = (of: NameKind, text: string, position: number): string => {
    named.push({ of, text })
    return called(connection, `name_${position}`, text, (value) => known(names[of], value))
  }
  const list = columns.map((name, position) => {
    const raw = `raw.${quotedIdentifier(name)}`
    const rule = rules?.columns.find((one) => one.column === name)
    if (rule === undefined) return `${raw} AS ${quotedIdentifier(name)}`
    const changed = rule.method === 'pseudonym' ? nameOf('pseudonym', `CAST(${raw} AS VARCHAR)`, position) : expression(connection, raw, rule, position)
    return `CASE WHEN ${raw} IS NULL THEN NULL ELSE ${changed} END AS ${quotedIdentifier(name)}`
  })
  if (entityKey !== null) {
    const text = entityKey.map((name) => `CAST(raw.${quotedIdentifier(name)} AS VARCHAR)`).join(` || chr(${KEY_SEPARATOR.charCodeAt(0)}) || `)
    list.push(`${nameOf('entity', text, columns.length)} AS ${quotedIdentifier(ENTITY_HASH_COLUMN)}`)
  }
  return { list: list.join(', '), named, names }
}

function known(names: ReadonlyMap<string, string>, text: string): string {
  const name = names.get(text)
  if (name === undefined) throw new Error('a text whose name was not asked for')
  return name
}

function expression(connection: DuckDBConnection, raw: string, rule: Exclude<ColumnRule, { method: 'pseudonym' }>, position: number): string {
  switch (rule.method) {
    case 'remove':
      throw new Error(`column ${rule.column} is removed by its rule and was selected all the same`)
    case 'mask':
      return maskExpression(raw, rule.kind as MaskKind) // checked by the schema of the rules against the same list
    case 'generalise':
      return generaliseExpression(connection, raw, rule.generalisation, position)
  }
}

function maskExpression(raw: string, kind: MaskKind): string {
  if (kind === 'address') return `regexp_extract(${raw}, '${COUNTY_PART}') || '${WHOLE_MASK}'`
  if (kind === 'text') return `'${WHOLE_MASK}'`
  const { first, last, hiddenAtLeast } = maskShapes[kind]
  const hidden = `(length(${raw}) - ${first + last})`
  const shown = `left(${raw}, ${first}) || repeat('*', ${hidden}) || right(${raw}, ${last})`
  return `CASE WHEN ${hidden} < ${Math.max(1, hiddenAtLeast)} THEN repeat('*', length(${raw})) ELSE ${shown} END`
}

function generaliseExpression(connection: DuckDBConnection, raw: string, rule: Generalisation, position: number): string {
  switch (rule.by) {
    case 'prefix':
      return `left(${raw}, ${rule.characters})`
    case 'interval': {
      const from = `(${raw}::HUGEINT - (${rule.origin}))`
      return `(${rule.origin} + (${from} // ${rule.width} - CASE WHEN ${from} % ${rule.width} < 0 THEN 1 ELSE 0 END) * ${rule.width})::BIGINT`
    }
    case 'bounds':
      return `(CASE ${rule.bounds.toReversed().map((bound) => `WHEN ${raw} >= ${bound} THEN ${bound}`).join(' ')} ELSE ${rule.bounds[0] ?? 0} END)::BIGINT`
    case 'date':
      return `date_trunc('${rule.unit}', ${raw})::DATE`
    case 'tree':
      return called(connection, `protect_${position}`, raw, (text) => generalisedText(text, rule))
  }
}

/** Registers a function of texts and calls it. */
function called(connection: DuckDBConnection, name: string, raw: string, of: (text: string) => string): string {
  connection.registerScalarFunction(DuckDBScalarFunction.create({
    name, parameterTypes: [VARCHAR], returnType: VARCHAR,
    mainFunction: (_info, input, output) => {
      const texts = input.getColumnVector(0)
      for (let row = 0; row < input.rowCount; row += 1) {
        const text = texts.getItem(row)
        output.setItem(row, typeof text === 'string' ? of(text) : null)
      }
      output.flush()
    },
  }))
  return `${name}(${raw})`
}
