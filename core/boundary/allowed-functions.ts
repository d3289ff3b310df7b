/** How a function may be called: on one row, over a group, or over a window. */
export type FunctionKind = 'scalar' | 'aggregate' | 'window'

export interface AllowedFunction {
  readonly kind: FunctionKind
  /** What an analyst needs it for; shown in the user guide. */
  readonly purpose: string
}

/**
 * The functions a job may call. A name that is not here is refused: file readers, settings, logging, randomness, the clock,
 * digests and encodings are absent on purpose, and so is what harms the engine itself. What only grows without bound from a
 * short call (repeat, levenshtein, recursion), the worker's limits end. What packs many rows into one value is here for figures over many: whether the rows
 * behind it are many is counted for each of its values.
 * Random values and the clock are absent because an output must be reproducible to be reviewed.
 */
const BY_PURPOSE: readonly (readonly [FunctionKind, string, readonly string[]])[] = [
  ['aggregate', '计数', ['count', 'count_star', 'count_if', 'countif', 'approx_count_distinct']],
  ['aggregate', '合计与平均', ['sum', 'avg', 'mean']],
  ['aggregate', '极值（结果须经输出审查）', ['min', 'max']],
  ['aggregate', '分位数（结果须经输出审查）', ['median', 'quantile', 'quantile_cont', 'quantile_disc', 'approx_quantile', 'mad']],
  ['aggregate', '众数与其他单个取值（结果须经输出审查）', ['mode', 'any_value', 'arbitrary', 'first', 'last', 'arg_min', 'arg_max', 'min_by', 'max_by', 'arg_max_null', 'arg_min_null', 'arg_max_nulls_last', 'arg_min_nulls_last']],
  ['aggregate', '分布与清单（结果须经输出审查）', ['histogram', 'list', 'array_agg', 'string_agg', 'group_concat', 'listagg', 'entropy', 'json_group_array', 'json_group_object']],
  ['aggregate', '离散程度', ['stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'sem', 'skewness', 'kurtosis', 'kurtosis_pop']],
  ['aggregate', '精确合计与几何平均', ['fsum', 'favg', 'geomean', 'geometric_mean', 'kahan_sum', 'sumkahan', 'sum_no_overflow']],
  ['aggregate', '相关与回归', ['corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count', 'regr_avgx', 'regr_avgy', 'regr_sxx', 'regr_syy', 'regr_sxy']],
  ['aggregate', '逻辑汇总', ['bool_and', 'bool_or']],
  ['aggregate', '连乘与按位汇总（仅用于已汇总的数值）', ['product', 'bit_and', 'bit_or', 'bit_xor']],
  ['window', '排名', ['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile']],
  ['window', '同比与环比', ['lag', 'lead', 'first_value', 'last_value', 'nth_value']],
  ['scalar', '四则运算', ['+', '-', '*', '/', '//', '%', 'add', 'subtract', 'multiply', 'divide', 'mod', 'abs', 'sign', '@', '&', '|', '~', '<<', '>>', 'xor', 'bit_count', 'fmod', 'fdiv']],
  ['scalar', '取整', ['round', 'floor', 'ceil', 'ceiling', 'trunc', 'greatest', 'least', 'round_even', 'roundbankers']],
  ['scalar', '数学函数', ['sqrt', 'ln', 'log', 'log10', 'log2', 'exp', 'pow', 'power', '**', '^', 'cbrt', 'pi', 'sin', 'cos', 'tan', 'cot', 'asin', 'acos', 'atan', 'atan2', 'radians', 'degrees', 'even', 'gcd', 'lcm', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'factorial', '!__postfix', 'gamma', 'lgamma', 'nextafter', 'signbit', 'greatest_common_divisor', 'least_common_multiple', 'equi_width_bins']],
  ['scalar', '空值处理', ['nullif', 'isnan', 'isfinite', 'isinf']],
  ['scalar', '文本比较', ['~~', '!~~', '~~*', '!~~*', 'starts_with', 'ends_with', 'contains', 'prefix', 'suffix', 'position', 'strpos', 'like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape', 'regexp_matches', 'regexp_full_match', '~~~', '^@', 'levenshtein', 'editdist3', 'damerau_levenshtein', 'hamming', 'mismatches', 'jaccard', 'jaro_similarity', 'jaro_winkler_similarity']],
  ['scalar', '文本截取与整理', ['substring', 'substr', 'left', 'right', 'trim', 'ltrim', 'rtrim', 'lower', 'upper', 'length', 'len', 'strlen', 'char_length', 'character_length', 'instr', 'format', 'printf', 'replace', 'split_part', 'regexp_extract', 'regexp_replace', '||', 'concat', 'concat_ws', 'lpad', 'rpad', 'lcase', 'ucase', 'translate', 'strip_accents', 'string_split', 'str_split', 'string_to_array', 'regexp_extract_all', 'reverse', 'repeat', 'split', 'str_split_regex', 'string_split_regex', 'regexp_split_to_array', 'regexp_escape', 'ascii', 'ord', 'unicode', 'chr', 'bit_length', 'left_grapheme', 'right_grapheme', 'substring_grapheme', 'length_grapheme', 'nfc_normalize', 'bar', 'format_bytes', 'formatreadablesize', 'formatreadabledecimalsize']],
  ['scalar', '日期的组成部分', ['year', 'quarter', 'month', 'day', 'hour', 'minute', 'second', 'dayofweek', 'isodow', 'dayofyear', 'week', 'weekofyear', 'yearweek', 'dayname', 'monthname', 'isoyear', 'dayofmonth', 'weekday', 'decade', 'date_part', 'datepart', 'epoch', 'century', 'julian', 'era', 'millennium', 'millisecond', 'microsecond', 'nanosecond', 'epoch_ms', 'epoch_us', 'epoch_ns', 'days_in_month', 'timezone_hour', 'timezone_minute']],
  ['scalar', '日期的运算', ['age', 'date_trunc', 'datetrunc', 'date_diff', 'datediff', 'date_sub', 'datesub', 'date_add', 'last_day', 'time_bucket', 'make_date', 'make_timestamp', 'to_years', 'to_months', 'to_weeks', 'to_days', 'to_hours', 'to_minutes', 'to_seconds', 'make_time', 'make_timestamp_ms', 'make_timestamp_ns', 'make_timestamptz', 'to_timestamp', 'timezone', 'normalized_interval', 'to_centuries', 'to_decades', 'to_millennia', 'to_quarters', 'to_milliseconds', 'to_microseconds']],
  ['scalar', '组合多个数值（输出时逐个审查）', ['struct_pack', 'row', 'list_value', 'list_sort', 'list_reverse_sort', 'list_reverse', 'list_concat', 'list_distinct', 'flatten', 'map', 'map_from_entries', 'json_object', 'json_array', 'list_pack', 'array_value', 'list_cat', 'array_cat', 'array_concat', 'list_append', 'array_append', 'array_push_back', 'list_prepend', 'array_prepend', 'array_push_front', 'array_pop_back', 'array_pop_front', 'array_reverse', 'array_sort', 'array_reverse_sort', 'array_distinct', 'list_zip', 'array_zip', 'list_resize', 'array_resize', 'list_intersect', 'array_intersect', 'list_select', 'array_select', 'list_where', 'array_where', 'list_grade_up', 'array_grade_up', 'grade_up', 'map_concat', 'struct_concat', 'struct_insert', 'struct_update', 'to_json', 'row_to_json', 'array_to_json', 'json_quote', 'json_pretty']],
  ['scalar', '取用清单和结构中的数值', ['struct_extract', 'array_extract', 'list_extract', 'list_element', 'list_slice', 'array_slice', 'map_extract', 'map_keys', 'map_values', 'element_at', 'cardinality', 'array_length', 'array_to_string', 'unnest', 'map_entries', 'map_extract_value', 'map_contains', 'map_contains_entry', 'map_contains_value', 'struct_extract_at', 'struct_keys', 'struct_values', 'struct_has', 'struct_contains', 'struct_position', 'struct_indexof', 'json', 'json_extract', 'json_extract_path', 'json_extract_string', 'json_extract_path_text', 'json_value', '->>', 'json_array_length', 'json_keys', 'json_type', 'json_valid', 'json_exists', 'json_contains', 'typeof']],
  ['scalar', '清单的查找与汇总', ['list_contains', 'list_has', 'array_contains', 'array_has', 'list_has_any', 'list_has_all', 'list_position', 'list_indexof', 'list_sum', 'list_avg', 'list_min', 'list_max', 'list_count', 'list_median', 'list_unique', 'list_stddev_pop', 'list_stddev_samp', 'list_var_pop', 'list_var_samp', 'array_has_any', 'array_has_all', 'array_position', 'array_indexof', 'array_unique', '<@', '@>', '&&', 'list_first', 'list_last', 'list_any_value', 'list_mode', 'list_mad', 'list_product', 'list_entropy', 'list_histogram', 'list_skewness', 'list_kurtosis', 'list_kurtosis_pop', 'list_sem', 'list_bool_and', 'list_bool_or', 'list_bit_and', 'list_bit_or', 'list_bit_xor', 'list_approx_count_distinct', 'list_string_agg', 'list_distance', 'list_dot_product', 'list_inner_product', 'list_negative_dot_product', 'list_negative_inner_product', 'list_cosine_distance', 'list_cosine_similarity', '<->', '<=>', 'array_distance', 'array_dot_product', 'array_inner_product', 'array_negative_dot_product', 'array_negative_inner_product', 'array_cosine_distance', 'array_cosine_similarity', 'array_cross_product']],
  ['scalar', '逐个运算清单中的数值', ['list_transform', 'list_apply', 'array_transform', 'list_filter', 'array_filter', 'apply', 'array_apply', 'filter', 'list_reduce', 'array_reduce', 'reduce']],
  ['scalar', '日期与文本互换', ['strftime', 'strptime', 'try_strptime']],
]

/** Name in lower case → how it may be called and what for. */
export const ALLOWED_FUNCTIONS: ReadonlyMap<string, AllowedFunction> = new Map(
  BY_PURPOSE.flatMap(([kind, purpose, names]) => names.map((name) => [name, { kind, purpose }] as const)),
)
