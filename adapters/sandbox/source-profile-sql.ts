import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import { SHAPE_QUANTILES } from '#core/disclosure-control/numeric-shape.ts'
import { valueForms, type ValueForm } from '#core/disclosure-control/source-profile.ts'

/** How each form is spelled in the engine, over the canonical text `v`; the same spellings as an analyst would use. */
const FORM_SQL: Readonly<Record<ValueForm, string>> = {
  raw: 'v',
  reversed: 'reverse(v)',
  md5: 'md5(v)',
  sha1: 'sha1(v)',
  sha256: 'sha256(v)',
  base64: 'to_base64(encode(v))',
  hex: 'lower(hex(v))',
}

/** What a sketch keeps of each form at most; above it the smallest hashes stand for all. */
export const SKETCH_SIZE = 20_000

/** unit: shares of the rare values; source: platform default: a few far away would make the grid between look empty */
const INNER_QUANTILES = [0.05, 0.95]
const INNER_SHARE = 0.9

export interface ProfiledColumn {
  readonly table: string
  readonly column: string
  /** Declared type: numbers are compared without closing zeros. */
  readonly numeric: boolean
}

/** unit: decimals; source: differences beyond them do not move r² in its sixth */
const SHAPE_DECIMALS = 9

/** The name of the rows that give the shape of a column, and how many there are. */
export const SHAPE_FORM = 'shape'

/** The 99 hundredths of a column by their place between the first and the last, in order: none of them is a value of it. */
function shapeSql({ table, column }: ProfiledColumn): string {
  const shares = Array.from({ length: SHAPE_QUANTILES }, (_, place) => (place + 1) / (SHAPE_QUANTILES + 1))
  const quantiles = `SELECT quantile_cont(CAST(${quotedIdentifier(column)} AS DOUBLE), [${shares.join(', ')}]) AS q FROM ${quotedIdentifier(table)} WHERE isfinite(CAST(${quotedIdentifier(column)} AS DOUBLE))`
  return `(SELECT '${SHAPE_FORM}' AS form, printf('%02d %.${SHAPE_DECIMALS}f', i, (q[i] - q[1]) / (q[${SHAPE_QUANTILES}] - q[1])) AS hash FROM (${quantiles}), range(1, ${SHAPE_QUANTILES + 1}) AS r(i) WHERE q[${SHAPE_QUANTILES}] > q[1])`
}

/**
 * The query that sketches a column's rare values inside the worker: only hashes and counts come out.
 * First row of each form: its name, the number of rare values, the chance level; then one row for each kept hash. For numbers
 * also the rows of their shape.
 */
export function sketchSql(source: ProfiledColumn, rareFrequency: number): string {
  const column = quotedIdentifier(source.column)
  const spelled = source.numeric
    ? `CASE WHEN CAST(${column} AS VARCHAR) LIKE '%.%' THEN rtrim(rtrim(CAST(${column} AS VARCHAR), '0'), '.') ELSE CAST(${column} AS VARCHAR) END`
    : `trim(CAST(${column} AS VARCHAR))`
  const rare = `SELECT ${spelled} AS v, any_value(${column}) AS original FROM ${quotedIdentifier(source.table)} WHERE ${column} IS NOT NULL GROUP BY 1 HAVING count(*) <= ${rareFrequency}`
  const step = "pow(10, -max(length(split_part(v, '.', 2))))"
  const [low, high] = INNER_QUANTILES.map((share) => `quantile_cont(original, ${share})`)
  const chance = source.numeric ? `least(1, ${INNER_SHARE} * count(*) / ((${high} - ${low}) / ${step} + 1))::DOUBLE` : '0::DOUBLE'
  const forms = valueForms.map((form) =>
    `(SELECT '${form}' AS form, substr(sha256(${FORM_SQL[form]}), 1, 16) AS hash FROM rare ORDER BY hash LIMIT ${SKETCH_SIZE})`)
  if (source.numeric) forms.push(shapeSql(source))
  return `WITH rare AS MATERIALIZED (${rare}), facts AS (SELECT count(*) AS total, coalesce(${chance}, 0) AS chance FROM rare)
    SELECT form, hash, total, chance FROM (${forms.join(' UNION ALL ')}) RIGHT JOIN facts ON true ORDER BY form, hash`
}
