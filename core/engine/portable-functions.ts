import type { FunctionKind } from '#core/boundary/allowed-functions.ts'

/**
 * What a parameter takes. Plain words are types (`double`: any number, counted as a float; `float`: one already; `moment`: a date or a
 * time; `same`: any, all of one type). What begins with # must be a constant: a text, a text that is not empty, a number
 * from 0, a number from 1, a share from 0 to 1, a unit of time to cut at or to count in, a LIKE pattern, a regular
 * expression, a format of a time.
 */
export type Parameter =
  | 'text' | 'integer' | 'decimal' | 'float' | 'double' | 'boolean' | 'timestamp' | 'moment' | 'same'
  | '#text' | '#filled' | '#count' | '#place' | '#share' | '#cut' | '#unit' | '#like' | '#regex' | '#format'

/** What comes out: a type, the type that went in, a sum's decimal, or a decimal of as many digits as the second argument says. */
export type Outcome = 'text' | 'integer' | 'wide' | 'double' | 'boolean' | 'date' | 'timestamp' | 'same' | 'whole' | 'rounded'

export interface PortableFunction {
  readonly name: string
  readonly kind: FunctionKind
  readonly outcome: Outcome
  readonly takes: readonly Parameter[]
  /** The last parameter may be repeated. */
  readonly more: boolean
  /**
   * Per engine, `$1` `$2` for the arguments, `$*` for all of them, `$+` for all but the first, `$@` for all of them where a missing text counts as empty, `$S` for
   * the digits after the point, `$X` for what follows an aggregate: its FILTER or OVER. Null: called by its own name.
   */
  readonly duckdb: string | null
  readonly clickhouse: string
}

type Row = readonly [names: string, outcome: Outcome, takes: string, clickhouse: string, duckdb?: string]

/** Letters whose capitals are not agreed upon, such as the German sharp s, end the statement there instead of differing. */
const CASED = (function_: string): string =>
  `if(throwIf(ifNull(NOT match($1, '^([^\\\\p{L}\\\\p{Nl}\\\\x{24B6}-\\\\x{24E9}]|[A-Za-zÀ-ÞàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿΑ-ΡΤ-Ωα-ρτ-ωА-Яа-яＡ-Ｚａ-ｚ]|\\\\p{Lo})*$'), 0), 'letter-case-not-portable') = 0, ${function_}($1), NULL)`
/** Beyond its domain the reference engine ends the statement; the other would go on with "not a number". */
const WITHIN = (outside: string, inside: string): string => `if(throwIf(ifNull(${outside}, 0), 'outside-of-domain') = 0, ${inside}, NULL)`
/** Half away from zero, exact: the other engine's own rounds floats to even. */
const AWAY = (y: string): string => `(trunc(${y}) + if(abs(${y} - trunc(${y})) >= 0.5, sign(${y}), 0))`
const AS_TIME = (argument: string): string => `toDateTime64(${argument}, 6, 'UTC')`
const MEAN = (sum: string): string => `(toFloat64(sumOrNull(${sum})$X) / nullIf(count($1)$X, 0))`
/** A spread of one value is none. */
const SPREAD = (function_: string): string => `if(count($1)$X < 2, NULL, ${function_}(toFloat64($1))$X)`
const PAIRS = (least: string, function_: string): string => `if(count($1 + $2)$X < ${least}, NULL, ${function_}($1, $2)$X)`

const SCALARS: readonly Row[] = [
  ['abs', 'same', 'integer', "accurateCast(abs($1), 'Nullable(Int64)')"],
  ['abs', 'same', 'decimal', 'abs($1)'], ['abs', 'double', 'float', 'abs($1)'],
  ['sign', 'integer', 'integer', 'sign($1)'], ['sign', 'integer', 'decimal', 'sign($1)'], ['sign', 'integer', 'float', 'sign($1)'],
  ['round', 'same', 'integer', '$1'], ['round', 'same', 'integer #count', '$1'],
  ['round', 'whole', 'decimal', 'round($1, 0)'], ['round', 'rounded', 'decimal #count', 'round($1, $S)'],
  ['round', 'double', 'float', AWAY('$1')], ['round', 'double', 'float #count', `(${AWAY('($1 * exp10($2))')} / exp10($2))`],
  ['floor', 'whole', 'decimal', 'floor($1)'], ['floor', 'double', 'float', 'floor($1)'],
  ['ceil ceiling', 'whole', 'decimal', 'ceil($1)'], ['ceil ceiling', 'double', 'float', 'ceil($1)'],
  ['trunc', 'whole', 'decimal', 'trunc($1)'], ['trunc', 'double', 'float', 'trunc($1)'],
  ['greatest', 'same', 'same+', 'greatest($*)'], ['least', 'same', 'same+', 'least($*)'],
  ['sqrt', 'double', 'double', WITHIN('$1 < 0', 'sqrt($1)')], ['exp', 'double', 'double', 'exp($1)'],
  ['ln', 'double', 'double', WITHIN('$1 <= 0', 'log($1)')], ['log10 log', 'double', 'double', WITHIN('$1 <= 0', 'log10($1)')],
  ['log2', 'double', 'double', WITHIN('$1 <= 0', 'log2($1)')],
  ['power pow ** ^', 'double', 'double double', WITHIN('isNaN(pow($1, $2))', 'pow($1, $2)'), 'power($*)'],
  ['nullif', 'same', 'same same', 'nullIf($1, $2)'],
  ['~~', 'boolean', 'text #like', '($1 LIKE $2)', '($1 LIKE $2)'], ['!~~', 'boolean', 'text #like', '($1 NOT LIKE $2)', '($1 NOT LIKE $2)'],
  ['starts_with prefix', 'boolean', 'text text', 'startsWith($1, $2)'], ['ends_with suffix', 'boolean', 'text text', 'endsWith($1, $2)'],
  ['contains', 'boolean', 'text text', '(position($1, $2) > 0)'],
  ['strpos position', 'integer', 'text #filled', 'positionUTF8($1, $2)', 'strpos($1, $2)'],
  ['regexp_matches', 'boolean', 'text #regex', 'match($1, $2)'],
  ['regexp_extract', 'text', 'text #regex', 'regexpExtract($1, $2, 0)'], ['regexp_extract', 'text', 'text #regex #count', 'regexpExtract($1, $2, $3)'],
  ['regexp_replace', 'text', 'text #regex #text', 'replaceRegexpOne($1, $2, $3)'],
  ['substring substr', 'text', 'text #place', 'substringUTF8($1, $2)'], ['substring substr', 'text', 'text #place #count', 'substringUTF8($1, $2, $3)'],
  ['left', 'text', 'text #count', 'leftUTF8($1, $2)'], ['right', 'text', 'text #count', 'rightUTF8($1, $2)'],
  ['trim', 'text', 'text', "replaceRegexpOne(replaceRegexpOne($1, '^\\\\p{Zs}+', ''), '\\\\p{Zs}+$', '')"],
  ['ltrim', 'text', 'text', "replaceRegexpOne($1, '^\\\\p{Zs}+', '')"], ['rtrim', 'text', 'text', "replaceRegexpOne($1, '\\\\p{Zs}+$', '')"],
  ['lower', 'text', 'text', CASED('lowerUTF8')], ['upper', 'text', 'text', CASED('upperUTF8')],
  ['length', 'integer', 'text', 'lengthUTF8($1)'], ['replace', 'text', 'text #filled text', 'replaceAll($1, $2, $3)'],
  ['split_part', 'text', 'text #filled #place', 'if(isNull($1), NULL, splitByString($2, $1)[$3])'],
  ['||', 'text', 'text text', 'concat($1, $2)', '($1 || $2)'], ['concat', 'text', 'text+', 'concat($@)'],
  ['concat_ws', 'text', '#text text+', 'arrayStringConcat(arrayFilter(one -> isNotNull(one), [$+]), $1)'],
  ['lpad', 'text', 'text #count #filled', 'leftPadUTF8($1, $2, $3)'], ['rpad', 'text', 'text #count #filled', 'rightPadUTF8($1, $2, $3)'],
  ['year', 'integer', 'moment', 'toYear($1)'], ['quarter', 'integer', 'moment', 'toQuarter($1)'], ['month', 'integer', 'moment', 'toMonth($1)'],
  ['day dayofmonth', 'integer', 'moment', 'toDayOfMonth($1)'], ['hour', 'integer', 'timestamp', 'toHour($1)'], ['minute', 'integer', 'timestamp', 'toMinute($1)'],
  ['isodow', 'integer', 'moment', 'toDayOfWeek($1)'], ['dayofweek weekday', 'integer', 'moment', '(toDayOfWeek($1) % 7)'],
  ['dayofyear', 'integer', 'moment', 'toDayOfYear($1)'], ['week weekofyear', 'integer', 'moment', 'toISOWeek($1)'],
  ['date_trunc datetrunc', 'timestamp', '#cut moment', AS_TIME(`date_trunc($1, ${AS_TIME('$2')})`)],
  ['date_diff datediff', 'integer', '#unit moment moment', `dateDiff($1, ${AS_TIME('$2')}, ${AS_TIME('$3')})`],
  ['last_day', 'date', 'moment', "toDate32(addDays(addMonths(toDate32(date_trunc('month', toDateTime64($1, 6, 'UTC'))), 1), -1))"],
  ['strftime', 'text', 'moment #format', 'formatDateTime($1, $2)'],
]

const AGGREGATES: readonly Row[] = [
  ['count_star', 'integer', '', 'count()$X', 'count(*)$X'], ['count', 'integer', 'same', 'count($1)$X'], ['count_if', 'integer', 'boolean', 'countIf($1)$X'],
  ['sum', 'wide', 'integer', 'sumOrNull(toInt128($1))$X'], ['sum', 'same', 'decimal', 'sumOrNull($1)$X'], ['sum', 'double', 'float', 'sumOrNull($1)$X'],
  ['avg mean', 'double', 'integer', MEAN('toInt128($1)')], ['avg mean', 'double', 'decimal', MEAN('$1')], ['avg mean', 'double', 'float', 'avgOrNull($1)$X'],
  ...['integer', 'decimal', 'float', 'text', 'moment'].flatMap((type): Row[] => [['min', 'same', type, 'minOrNull($1)$X'], ['max', 'same', type, 'maxOrNull($1)$X']]),
  ['median', 'double', 'integer', 'quantileExactInclusiveOrNull(0.5)($1)$X'], ['median', 'double', 'float', 'quantileExactInclusiveOrNull(0.5)($1)$X'],
  ['quantile_cont', 'double', 'integer #share', 'quantileExactInclusiveOrNull($2)($1)$X'], ['quantile_cont', 'double', 'float #share', 'quantileExactInclusiveOrNull($2)($1)$X'],
  ['stddev stddev_samp', 'double', 'double', SPREAD('stddevSampStableOrNull')], ['stddev_pop', 'double', 'double', 'stddevPopStableOrNull(toFloat64($1))$X'],
  ['variance var_samp', 'double', 'double', SPREAD('varSampStableOrNull')], ['var_pop', 'double', 'double', 'varPopStableOrNull(toFloat64($1))$X'],
  ['covar_samp', 'double', 'double double', PAIRS('2', 'covarSampStableOrNull')], ['covar_pop', 'double', 'double double', PAIRS('1', 'covarPopStableOrNull')],
  ['bool_and', 'boolean', 'boolean', 'minOrNull($1)$X'], ['bool_or', 'boolean', 'boolean', 'maxOrNull($1)$X'],
]

const WINDOWS: readonly Row[] = [
  ...['row_number', 'rank', 'dense_rank'].map((name): Row => [name, 'integer', '', `${name}()$X`]),
  ...['percent_rank', 'cume_dist'].map((name): Row => [name, 'double', '', `${name}()$X`]),
  ['ntile', 'integer', '#place', 'ntile($1)$X'],
  ...['lag', 'lead'].flatMap((name): Row[] => [
    [name, 'same', 'same', `${name}($1)$X`], [name, 'same', 'same #count', `${name}($1, $2)$X`], [name, 'same', 'same #count same', `${name}($1, $2, $3)$X`],
  ]),
  ...['first_value', 'last_value'].map((name): Row => [name, 'same', 'same', `${name}($1) RESPECT NULLS$X`]),
]

function entries(kind: FunctionKind, rows: readonly Row[]): PortableFunction[] {
  return rows.flatMap(([names, outcome, takes, clickhouse, duckdb]) => names.split(' ').map((name) => ({
    name, kind, outcome, clickhouse,
    takes: takes.split(' ').filter((one) => one !== '').map((one) => one.replace('+', '') as Parameter), // written above, each tried by a test
    more: takes.endsWith('+'),
    duckdb: duckdb ?? null,
  })))
}

/** Every way a function may be called on both engines, in the order in which they are tried. */
export const PORTABLE_FUNCTIONS: readonly PortableFunction[] = [
  ...entries('scalar', SCALARS), ...entries('aggregate', AGGREGATES), ...entries('window', WINDOWS),
]

/** Functions whose answer depends on which row was read first, told apart so that the refusal can say so. */
export const ORDER_DEPENDENT: ReadonlySet<string> = new Set(['any_value', 'first', 'last', 'mode', 'arg_min', 'arg_max', 'min_by', 'max_by', 'list', 'array_agg', 'histogram', 'nth_value', 'group_concat', 'listagg'])
/** Aggregates that may also be read along a window. */
export const WINDOW_AGGREGATES: ReadonlySet<string> = new Set(['count', 'count_star', 'sum', 'avg', 'mean', 'min', 'max'])
