/** What each layer looks at; a layer that is not here is shown under its own name. */
export const LAYER_TITLES: Readonly<Record<string, string>> = {
  scope: '授权范围', 'typed-output': '输出形式', 'personal-identifiers': '个人和企业标识', 'value-containment': '是否带出源数据的罕见取值', 'numeric-shape': '是否由源数据换算而来', 'entity-minimum': '每个数值背后有多少主体', 're-execution': '更换主体重新运行', 'release-ledger': '与自身及此前出域的结果相减', 'noisy-statistics': '差分隐私（加噪声）',
}

/** Names of the figures on which a verdict rests; one that is not here stands in the machine-readable report only. */
export const EVIDENCE_TITLES: Readonly<Record<string, string>> = {
  extent: '所涉范围', cells: '不合要求的行', of: '总行数', minimum: '最少主体数', figure: '第几个汇总值', function: '汇总方式', hits: '命中个数', values: '该列取值个数', matches: '相同取值个数', column: '结果字段', source: '源数据字段', form: '比对形式', rSquared: '分位数的决定系数',
  kind: '标识种类', rows: '所涉行数', columns: '结果字段数', sources: '比对的源字段数', halves: '抽半次数', sizeRatio: '行数比例', survival: '原样重现的行所占比例', constantSurvival: '等量替换后原样重现的行所占比例', bytesRatio: '内容长度比例', together: '两半中同时出现的条数', expected: '若属巧合应同时出现的条数', run: '检验方式', failure: '出错情形', bytes: '最长值的字节数', limit: '上限', tables: '读取的数据表', pairs: '接近的数值对数', releases: '比较的出域结果', combinations: '加减的组合数', suppressed: '没有列出的单元格', recoverable: '可以推出的单元格', percent: '误差（%）', proposed: '建议再略去的单元格', notAudited: '未能核算的单元格',
  records: '记录数', quasi: '准标识字段', sensitive: '敏感字段', k: '同一组合最少记录数', l: '同一组合最少敏感取值', t: '与总体分布最大差距', kLeast: '要求的最少记录数', lLeast: '要求的最少敏感取值', tMost: '允许的最大差距',
}

/** Why a job was held back, in a few words, for lists; a rule that is not here is shown under its own name. */
export const CAUSE_TITLES: Readonly<Record<string, string>> = {
  'too-few-entities': '主体过少', 'too-few-counted': '汇总值主体过少', 'too-few-left-out': '只排除少数主体', 'too-few-in-branch': '条件只对少数主体成立', 'dominated-total': '一两个主体占主导', 'figures-differ-by-few': '汇总值相差少数主体', 'few-degrees-of-freedom': '自由度不足',
  'one-contribution-stands-out': '个别主体突出', 'extreme-value': '个别主体的原值', 'quantile-beyond': '分位数过于靠边', 'quantile-value': '分位数接近个别主体', 'zero-cells': '空单元格', 'microdata-route': '逐条记录', 'entities-not-counted': '未能核算主体数',
  'microdata-not-k-anonymous': '未达到匿名化', 'microdata-not-diverse': '未达到匿名化', 'microdata-not-close': '未达到匿名化', 'raw-rows': '原始记录', 'cell-too-long': '值过长', 'too-many-columns': '字段过多',
  'identifier-column': '直接标识', 'identifier-hits': '疑似标识', 'rare-values-raw': '源数据罕见取值', 'rare-values-disguised': '源数据罕见取值（编码）', 'shape-of-source': '分布与源数据一致', 'sources-not-profiled': '未能比对源数据',
  'not-repeatable': '结果不可重复', 'rows-follow-entities': '随单个主体变化', 'size-follows-entities': '随主体数变化',
  'figures-subtract-to-few': '自身相减余少数主体', 'differs-from-earlier-by-few': '与此前出域相减', 'differs-from-earlier-by-few-rows': '与此前出域相减', 'differs-from-shown-by-few': '与此前查看的结果相减', 'combination-leaves-few': '多次加减余少数主体', 'earlier-not-comparable': '此前出域无法比对', 'suppressed-cell-recoverable': '略去的值可推出',
  'job-timeout': '超过时限', 'job-out-of-memory': '内存不足', 'worker-crashed': '进程异常', 'worker-misbehaved': '进程异常', 'result-too-large': '结果过大', 'result-cell-too-large': '值过长', 'job-failed': '执行出错',
}
