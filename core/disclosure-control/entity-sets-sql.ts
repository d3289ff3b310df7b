import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { CHECKS, CONTRIBUTION_MARK, MARKS, ROLL_UP_MARK, SEVERAL_MARK } from '#core/disclosure-control/entity-sets.ts'

/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2
/** unit: bits; source: a hash of 64 bits: the upper half chooses the part, the lower is what is kept of it */
const HALF_HASH = 32
const LOWER_HALF = BINARY ** HALF_HASH - 1
/** unit: marks in one word of 64 bits; source: entity-sets.ts */
const MARKS_PER_WORD = 2
/** unit: checks in one word of 64 bits; source: entity-sets.ts */
const CHECKS_PER_WORD = 8
/** unit: bits; source: entity-sets.ts */
const BITS_PER_CHECK = 8
const CHECK_MAX = BINARY ** BITS_PER_CHECK - 1
/** unit: hexadecimal digits of a word of 64 bits */
const WORD_DIGITS = 16
/** unit: groups; source: platform default: of so many groups every pair is a roll-up as well; with more the pairs would cost more than the job */
const PAIRS_UP_TO_GROUPS = 4
/** unit: decimals; source: sums of doubles in another order differ beyond the tenth digit, amounts have two decimals */
const CONTRIBUTION_DECIMALS = 4

/** A table that knows each of its entities by a name that is the same wherever and for whomever the table is used. */
export interface KnownEntities {
  readonly table: string
  readonly key: readonly string[]
  readonly ledgerColumn: string
}

/**
 * The statement that describes whom the figures of one part are about, for the ledger of releases: one row for each cell,
 * each condition's share of it, each roll-up by one or two of the groups and the whole. Where entities have several rows,
 * further sets are over what each entity contributes, so that a release without one row of many is told apart.
 * Columns: kind of set (empty for cells, with marks for roll-ups and where entities have several rows, see entity-sets.ts), number of entities, digests in hexadecimal (marks, then checks; see entity-sets.ts). The hashes
 * are salted, so that nobody can try keys against them.
 * @param known where keys are pseudonyms of one scenario: the tables whose ledger column stands for the keys
 */
export function entitySetsSql(table: CellTable, part: CellPart, innerSql: string, keptSql: string | null, salt: string, known: readonly KnownEntities[] = []): string {
  const present = part.groups.flatMap((has, position) => (has ? [`g${position}`] : []))
  const shown = Array.from({ length: part.entityColumns }, (_, position) => `e${position}`)
  const keys = known.length === 0 ? shown : ['entity']
  const secret = quotedText(salt)
  const rollUps = rollUpsOf(present)
  const conditional = table.measures.flatMap((measure, i) => (measure.conditional ? [i] : []))
  const sets = [
    digests('', present, 'SELECT {by}h FROM o'),
    ...conditional.map((i) => digests('', present, `SELECT {by}h FROM o WHERE c${i} > 0`)),
    ...rollUps.map((by) => digests(ROLL_UP_MARK, by, 'SELECT DISTINCT {by}h FROM o')),
    ...table.measures.flatMap((measure, i) => contributions(measure, i, present, rollUps, keys, secret, table.weighed)),
  ]
  const rows = `SELECT x.*${known.length === 0 ? '' : `, ${entityOf(shown)} AS entity`} FROM (${innerSql}) AS x${keptOnly(part, present, keptSql)}${knownJoin(shown, known)} WHERE ${shown.map((key) => `${key} IS NOT NULL`).join(' AND ')}`
  const source = `SELECT *, hash(${[secret, ...keys].join(', ')}) AS h FROM (${rows})`
  return `WITH o AS MATERIALIZED (${source}), several AS MATERIALIZED (${severalSql(table)}) SELECT * FROM (${sets.join(' UNION ALL ')}) WHERE n > 0`
}

function keptOnly(part: CellPart, present: readonly string[], keptSql: string | null): string {
  if (keptSql === null) return ''
  const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
  const same = [`y."grouping" = ${grouping}`, ...present.map((group) => `y.${group} IS NOT DISTINCT FROM x.${group}`)].join(' AND ')
  return ` SEMI JOIN (${keptSql}) AS y ON ${same}`
}

/** Whether some entity has several rows: in one cell, or in several of them. */
function severalSql(table: CellTable): string {
  const counts = table.measures.map((_, i) => `coalesce((SELECT max(c${i}) FROM o) > 1, false)`)
  return `SELECT ${['(SELECT count(*) FROM o) > (SELECT count(*) FROM (SELECT DISTINCT h FROM o))', ...counts].join(' OR ')} AS yes`
}

/** The entity by its name for the ledger; a key that no table knows stands for itself. */
function entityOf(keys: readonly string[]): string {
  return `coalesce(z.name, concat_ws('|', ${keys.join(', ')}))`
}

function knownJoin(keys: readonly string[], known: readonly KnownEntities[]): string {
  if (known.length === 0) return ''
  const tables = known.map(({ table, key, ledgerColumn }) => `SELECT ${key.map((column, position) => `CAST(${quotedIdentifier(column)} AS VARCHAR) AS k${position}`).join(', ')}, ${quotedIdentifier(ledgerColumn)} AS name FROM ${quotedIdentifier(table)}`)
  return ` LEFT JOIN (SELECT DISTINCT * FROM (${tables.join(' UNION ALL ')})) AS z ON ${keys.map((key, position) => `CAST(x.${key} AS VARCHAR) = z.k${position}`).join(' AND ')}`
}

/** The coarser groupings of a grouping: the whole, each group alone, and each pair of three or four. */
function rollUpsOf(present: readonly string[]): readonly (readonly string[])[] {
  if (present.length === 0) return []
  const singles = present.length > 1 ? present.map((group) => [group]) : []
  const pairs = present.length > MARKS_PER_WORD && present.length <= PAIRS_UP_TO_GROUPS ? present.flatMap((one, at) => present.slice(at + 1).map((other) => [one, other])) : []
  return [[], ...singles, ...pairs]
}

/** Sets over what entities contribute to a figure, only where some entity has several rows or values are weighed: else they are the sets of entities. */
function contributions(measure: Measure, i: number, present: readonly string[], rollUps: readonly (readonly string[])[], keys: readonly string[], secret: string, weighed: boolean): readonly string[] {
  const several = weighed ? 'true' : '(SELECT yes FROM several)'
  const hashed = (value: string): string => `hash(${secret}, '${measure.kind}', ${[...keys, value].join(', ')}) AS h`
  if (measure.kind === 'count' && !measure.ofKeys) {
    return [present, ...rollUps].map((by) => digests(measure.kind, by, `SELECT {by}${hashed(`sum(c${i})::BIGINT`)} FROM o WHERE c${i} > 0 AND ${several} GROUP BY {by}${keys.join(', ')}`))
  }
  if (measure.kind === 'total') {
    return [present, ...rollUps].map((by) => digests(measure.kind, by, `SELECT {by}${hashed(`round(sum(v${i}), ${CONTRIBUTION_DECIMALS})`)} FROM o WHERE c${i} > 0 AND v${i} <> 0 AND ${several} GROUP BY {by}${keys.join(', ')}`))
  }
  if (measure.kind === 'spread') {
    return [digests(measure.kind, present, `SELECT {by}${hashed(`c${i}, round(v${i}, ${CONTRIBUTION_DECIMALS})`)} FROM o WHERE c${i} > 0 AND ${several}`)]
  }
  return []
}

/** Size and digests of the sets of hashes `h` that a query gives, by groups. */
function digests(kind: string, by: readonly string[], hashes: string): string {
  const list = by.map((group) => `${group}, `).join('')
  const halves = `SELECT ${list}(h >> ${HALF_HASH}) % ${CHECKS} AS p, h & ${LOWER_HALF}::UBIGINT AS x FROM (${hashes.replaceAll('{by}', list)})`
  const name = kind === '' || kind === ROLL_UP_MARK ? `(SELECT CASE WHEN yes THEN '${SEVERAL_MARK}${kind}' ELSE '${kind}' END FROM several)` : `'${CONTRIBUTION_MARK}${kind}'`
  return `SELECT ${name} AS k, count(*) AS n, concat(${words().map(inHexadecimal).join(', ')}) AS d FROM (${halves})${by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}`}`
}

/** The words of 64 bits in which marks and checks lie one after the other, the first in the highest bits. */
function words(): readonly string[] {
  const marks = Array.from({ length: MARKS / MARKS_PER_WORD }, (_, word) =>
    `CASE WHEN (p % ${MARKS}) // ${MARKS_PER_WORD} = ${word} THEN x << (${HALF_HASH} * (1 - p % ${MARKS_PER_WORD})) ELSE 0 END`)
  const checks = Array.from({ length: Math.ceil(CHECKS / CHECKS_PER_WORD) }, (_, word) =>
    `CASE WHEN p // ${CHECKS_PER_WORD} = ${word} THEN (x & ${CHECK_MAX}) << (${BITS_PER_CHECK} * (${CHECKS_PER_WORD - 1} - p % ${CHECKS_PER_WORD})) ELSE 0 END`)
  return [...marks, ...checks].map((word) => `bit_xor(${word})`)
}

function inHexadecimal(word: string): string {
  return `lpad(lower(hex(coalesce(${word}, 0)::UBIGINT)), ${WORD_DIGITS}, '0')`
}
