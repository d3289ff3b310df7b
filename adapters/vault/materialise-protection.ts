/**
 * Protection rules as expressions of the engine, so that a protected column leaves the vault's child process only as what
 * the rules make of it. The pure functions of core/protection say what each expression must answer; a test holds them together.
 */
import { createHmac } from 'node:crypto'
import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import { generalisedText } from '#core/protection/generalising.ts'
import type { Generalisation } from '#core/protection/generalising.ts'
import { COUNTY_PART, maskShapes, WHOLE_MASK } from '#core/protection/masking.ts'
import type { MaskKind } from '#core/protection/masking.ts'
import type { ColumnRule, ProtectionRules } from '#core/protection/protection-rules.ts'

/** Rules of one version, and the key under which this scenario's pseudonyms are made. */
export interface Protection {
  readonly rules: ProtectionRules
  /** 32 bytes; null only where no rule asks for pseudonyms. */
  readonly pseudonymKey: Buffer | null
  /** Absent where nothing released is compared by the entities behind it. */
  readonly entityHash?: EntityHash
}

/**
 * By what the ledger of releases knows an entity again in another scenario, whose pseudonyms differ: a column beside the
 * protected ones that no statement of a tenant can name.
 */
export interface EntityHash {
  /** Known to the platform alone. */
  readonly secret: string
  /** What is identified, so that equal keys of different kinds are not one entity. */
  readonly kind: string
  readonly key: readonly string[]
}

/** No declared column can have this name. */
export const ENTITY_HASH_COLUMN = 'entity-hash'
/** unit: hexadecimal digits; source: 64 bits, as the ledger's own hashes */
const ENTITY_HASH_DIGITS = 16
/** Stands between two parts of a key; no text of a table holds it. */
const UNIT_SEPARATOR = 31

/** unit: hexadecimal digits; source: 128 bits, so that no two persons of a country meet by chance */
const PSEUDONYM_DIGITS = 32
const PSEUDONYM_PURPOSE = 'gongshu pseudonym 1\0'

/** The pseudonym of a value under one scenario's key (HMAC-SM3, GB/T 15852.2). Without the key it cannot be found by trying. */
export function pseudonymOf(key: Buffer, text: string): string {
  return createHmac('sm3', key).update(PSEUDONYM_PURPOSE).update(text).digest('hex').slice(0, PSEUDONYM_DIGITS)
}

/**
 * What to select for each column, from a relation called `raw`; functions that the engine lacks are registered on the way.
 * @param columns names that are declared and kept
 */
export function protectedList(connection: DuckDBConnection, columns: readonly string[], protection: Protection | null): string {
  const list = columns.map((name, position) => {
    const raw = `raw.${quotedIdentifier(name)}`
    const rule = protection?.rules.columns.find((one) => one.column === name)
    if (protection === null || rule === undefined) return `${raw} AS ${quotedIdentifier(name)}`
    return `CASE WHEN ${raw} IS NULL THEN NULL ELSE ${expression(connection, raw, rule, protection, position)} END AS ${quotedIdentifier(name)}`
  })
  return [...list, ...(protection?.entityHash === undefined ? [] : [entityHashExpression(protection.entityHash)])].join(', ')
}

/** The secret stands before a text of known form and only the half of the digest is kept, so nothing can be appended to it. */
function entityHashExpression({ secret, kind, key }: EntityHash): string {
  const raw = key.map((name) => `CAST(raw.${quotedIdentifier(name)} AS VARCHAR)`)
  const text = [`'${`${secret}|${kind}|`.replaceAll("'", "''")}'`, ...raw].join(` || chr(${UNIT_SEPARATOR}) || `)
  return `left(sha256(${text}), ${ENTITY_HASH_DIGITS}) AS ${quotedIdentifier(ENTITY_HASH_COLUMN)}`
}

function expression(connection: DuckDBConnection, raw: string, rule: ColumnRule, protection: Protection, position: number): string {
  switch (rule.method) {
    case 'remove':
      throw new Error(`column ${rule.column} is removed by its rule and was selected all the same`)
    case 'mask':
      return maskExpression(raw, rule.kind as MaskKind) // checked by the schema of the rules against the same list
    case 'generalise':
      return generaliseExpression(connection, raw, rule.generalisation, position)
    case 'pseudonym': {
      const { pseudonymKey } = protection
      if (pseudonymKey === null) throw new Error(`column ${rule.column} is to be a pseudonym and no key came with the rules`)
      return called(connection, `protect_${position}`, `CAST(${raw} AS VARCHAR)`, (text) => pseudonymOf(pseudonymKey, text))
    }
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
