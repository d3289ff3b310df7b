/** How a function may be called: on one row, over a group, or over a window. */
export type FunctionKind = 'scalar' | 'aggregate' | 'window'

export interface AllowedFunction {
  readonly kind: FunctionKind
  /** What an analyst needs it for; shown in the user guide. */
  readonly purpose: string
}

/**
 * The functions a job may call. A name that is not here is refused: file readers, settings, logging, randomness, the clock,
 * digests and encodings are absent on purpose, and so are functions whose memory or time grows without bound from a short
 * call (repeat, levenshtein, range). What packs many rows into one value is here for figures over many: whether the rows
 * behind it are many is counted for each of its values.
 * Random values and the clock are absent because an output must be reproducible to be reviewed.
 */
const BY_PURPOSE: readonly (readonly [FunctionKind, string, readonly string[]])[] = [
  ['aggregate', '计数', ['count', 'count_star', 'count_if', 'countif', 'approx_count_distinct']],
  ['aggregate', '合计与平均', ['sum', 'avg', 'mean']],
  ['aggregate', '极值（结果须经输出审查）', ['min', 'max']],
  ['aggregate', '分位数（结果须经输出审查）', ['median', 'quantile', 'quantile_cont', 'quantile_disc', 'approx_quantile', 'mad']],
  ['aggregate', '众数与其他单个取值（结果须经输出审查）', ['mode', 'any_value', 'arbitrary', 'first', 'last', 'arg_min', 'arg_max', 'min_by', 'max_by']],
  ['aggregate', '分布与清单（结果须经输出审查）', ['histogram', 'list', 'array_agg', 'string_agg', 'group_concat', 'listagg', 'entropy']],
  ['aggregate', '离散程度', ['stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'sem', 'skewness', 'kurtosis']],
  ['aggregate', '精确合计与几何平均', ['fsum', 'favg', 'geomean', 'geometric_mean']],
  ['aggregate', '相关与回归', ['corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count', 'regr_avgx', 'regr_avgy', 'regr_sxx', 'regr_syy', 'regr_sxy']],
  ['aggregate', '逻辑汇总', ['bool_and', 'bool_or']],
  ['window', '排名', ['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile']],
  ['window', '同比与环比', ['lag', 'lead', 'first_value', 'last_value', 'nth_value']],
  ['scalar', '四则运算', ['+', '-', '*', '/', '//', '%', 'add', 'subtract', 'multiply', 'divide', 'mod', 'abs', 'sign']],
  ['scalar', '取整', ['round', 'floor', 'ceil', 'ceiling', 'trunc', 'greatest', 'least']],
  ['scalar', '数学函数', ['sqrt', 'ln', 'log', 'log10', 'log2', 'exp', 'pow', 'power', '**', '^', 'cbrt', 'pi', 'sin', 'cos', 'tan', 'cot', 'asin', 'acos', 'atan', 'atan2', 'radians', 'degrees', 'even', 'gcd', 'lcm']],
  ['scalar', '空值处理', ['nullif', 'isnan', 'isfinite', 'isinf']],
  ['scalar', '文本比较', ['~~', '!~~', '~~*', '!~~*', 'starts_with', 'ends_with', 'contains', 'prefix', 'suffix', 'position', 'strpos', 'like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape', 'regexp_matches', 'regexp_full_match']],
  ['scalar', '文本截取与整理', ['substring', 'substr', 'left', 'right', 'trim', 'ltrim', 'rtrim', 'lower', 'upper', 'length', 'len', 'strlen', 'char_length', 'character_length', 'instr', 'format', 'printf', 'replace', 'split_part', 'regexp_extract', 'regexp_replace', '||', 'concat', 'concat_ws', 'lpad', 'rpad', 'lcase', 'ucase', 'translate', 'strip_accents', 'string_split', 'str_split', 'string_to_array', 'regexp_extract_all']],
  ['scalar', '日期的组成部分', ['year', 'quarter', 'month', 'day', 'hour', 'minute', 'second', 'dayofweek', 'isodow', 'dayofyear', 'week', 'weekofyear', 'yearweek', 'dayname', 'monthname', 'isoyear', 'dayofmonth', 'weekday', 'decade', 'date_part', 'datepart', 'epoch', 'century', 'julian']],
  ['scalar', '日期的运算', ['age', 'date_trunc', 'datetrunc', 'date_diff', 'datediff', 'date_sub', 'datesub', 'date_add', 'last_day', 'time_bucket', 'make_date', 'make_timestamp', 'to_years', 'to_months', 'to_weeks', 'to_days', 'to_hours', 'to_minutes', 'to_seconds']],
  ['scalar', '组合多个数值（输出时逐个审查）', ['struct_pack', 'row', 'list_value', 'list_sort', 'list_reverse_sort', 'list_reverse', 'list_concat', 'list_distinct', 'flatten', 'map', 'map_from_entries', 'json_object', 'json_array']],
  ['scalar', '取用清单和结构中的数值', ['struct_extract', 'array_extract', 'list_extract', 'list_element', 'list_slice', 'array_slice', 'map_extract', 'map_keys', 'map_values', 'element_at', 'cardinality', 'array_length', 'array_to_string', 'unnest']],
  ['scalar', '清单的查找与汇总', ['list_contains', 'list_has', 'array_contains', 'array_has', 'list_has_any', 'list_has_all', 'list_position', 'list_indexof', 'list_sum', 'list_avg', 'list_min', 'list_max', 'list_count', 'list_median', 'list_unique', 'list_stddev_pop', 'list_stddev_samp', 'list_var_pop', 'list_var_samp']],
  ['scalar', '逐个运算清单中的数值', ['list_transform', 'list_apply', 'array_transform', 'list_filter', 'array_filter']],
  ['scalar', '日期与文本互换', ['strftime', 'strptime', 'try_strptime']],
]

/** Name in lower case → how it may be called and what for. */
export const ALLOWED_FUNCTIONS: ReadonlyMap<string, AllowedFunction> = new Map(
  BY_PURPOSE.flatMap(([kind, purpose, names]) => names.map((name) => [name, { kind, purpose }] as const)),
)
