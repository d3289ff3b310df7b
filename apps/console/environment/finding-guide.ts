import type { JobView } from '#apps/api/wire/environment.ts'

type Layer = JobView['layers'][number]
type Evidence = Layer['evidence']

/** What a finding means to somebody who is no statistician: why it matters, an example from its own figures, what to change. */
export type Guide = { why: string; example: string | null; change: string[] }

/** What each layer looks at; a layer that is not here is shown under its own name. */
export const LAYER_TITLES: Readonly<Record<string, string>> = {
  scope: '授权范围', 'typed-output': '输出形式', 'personal-identifiers': '个人和企业标识', 'value-containment': '与源数据罕见取值比对', 'numeric-shape': '数值分布形态比对', 'entity-minimum': '每个数值涉及的主体数', 're-execution': '更换主体重新运行', 'release-ledger': '与自身及此前出域的结果相减', 'noisy-statistics': '差分隐私（加噪声）',
}

/** Names of the figures on which a verdict rests; one that is not here stands in the machine-readable report only. */
export const EVIDENCE_TITLES: Readonly<Record<string, string>> = {
  extent: '所涉范围', cells: '不合要求的行', of: '总行数', minimum: '最少主体数', figure: '第几个汇总值', function: '汇总方式', hits: '命中个数', values: '该列取值个数', matches: '相同取值个数', column: '结果字段', source: '源数据字段', form: '比对形式', rSquared: '分位数的决定系数',
  kind: '标识种类', rows: '所涉行数', columns: '结果字段数', sources: '比对的源字段数', halves: '抽半次数', sizeRatio: '行数比例', survival: '原样重现的行所占比例', constantSurvival: '等量替换后原样重现的行所占比例', bytesRatio: '内容长度比例', together: '两半中同时出现的条数', expected: '若属巧合应同时出现的条数', run: '检验方式', failure: '出错情形', bytes: '最长值的字节数', limit: '上限', tables: '读取的数据表', pairs: '接近的数值对数', releases: '比较的出域结果', combinations: '加减的组合数', suppressed: '没有列出的单元格', recoverable: '可以推出的单元格', percent: '误差（%）', proposed: '建议再略去的单元格', notAudited: '未能核算的单元格',
  records: '记录数', quasi: '准标识字段', sensitive: '敏感字段', k: '同一组合最少记录数', l: '同一组合最少敏感取值', t: '与总体分布最大差距', kLeast: '要求的最少记录数', lLeast: '要求的最少敏感取值', tMost: '允许的最大差距',
}

/** A figure of a finding, where it is a number. */
function figure(evidence: Evidence, name: string): number | null {
  const value = evidence[name]
  return typeof value === 'number' ? value : null
}

/** How many rows a finding is about, of how many: the measured counts that its example begins with. */
function counted(evidence: Evidence, what: (minimum: string) => string): string {
  const [faulty, all] = [figure(evidence, 'cells') ?? figure(evidence, 'rows'), figure(evidence, 'of')]
  const said = what(minimumOf(evidence))
  if (faulty === null) return typeof evidence['extent'] === 'string' ? `本结果的${evidence['extent']}行${said}。` : ''
  return all === null ? `本结果有 ${faulty} 行${said}。` : `本结果共 ${all} 行，其中 ${faulty} 行${said}。`
}

function minimumOf(evidence: Evidence): string {
  return `${figure(evidence, 'minimum') ?? '规定数'}`
}

type Writer = (evidence: Evidence) => Guide

function microdataGuide(evidence: Evidence, why: string): Guide {
  const [l, t] = [figure(evidence, 'l'), figure(evidence, 't')]
  const diversity = l === null || t === null ? '' : `；同一组合的敏感取值最少 ${l} 种，要求不少于 ${figure(evidence, 'lLeast') ?? '—'} 种；与总体分布最大相差 ${t}，要求不大于 ${figure(evidence, 'tMost') ?? '—'}`
  return {
    why,
    example: `本结果逐条列出 ${figure(evidence, 'records') ?? '—'} 条记录，同一特征组合最少 ${figure(evidence, 'k') ?? '—'} 条，要求不少于 ${figure(evidence, 'kLeast') ?? '—'} 条${diversity}。`,
    change: ['把出生日期改为年龄段、把街道改为区，使同样特征的记录更多。', '或者去掉敏感字段，或者把它归并为较粗的类别。', '能以分组计数代替的，请改为分组汇总。'],
  }
}

const GUIDES: Readonly<Record<string, Writer>> = {
  'too-few-entities': (evidence) => ({
    why: '一行背后的人（企业）太少，熟悉情况的人一看就知道说的是谁，这一行的其他数值就成了他的个人情况。',
    example: `${counted(evidence, (minimum) => `不足 ${minimum} 个主体`)}好比一个楼栋只有 2 位住户就诊：公布“该楼栋就诊 2 人，平均费用 9000 元”，其中一位住户减去自己的费用，就知道了邻居的费用。`,
    change: [`合并分组：把街道并为区，把单岁并为年龄段，把日并为月，使每行不少于 ${minimumOf(evidence)} 个主体。`, `或者在语句末尾加 HAVING count(distinct 主体标识) >= ${minimumOf(evidence)}，不输出过小的分组。`, '或者少用一个分组字段：分组字段每多一个，各组人数就少一截。'],
  }),
  'too-few-counted': (evidence) => ({
    why: '分组的总人数够多，但某个汇总值只由其中很少的人形成，其他人的值为空或者被条件排除，等于公布了这几个人的值。',
    example: `${counted(evidence, (minimum) => `的某个汇总值由不足 ${minimum} 个主体形成`)}好比“全院 500 人，其中患某病者的平均年龄 47 岁”，而患者只有 1 人。`,
    change: ['放宽 FILTER 或者 CASE 中的条件，使每行参与计算的主体足够多。', '或者去掉这个汇总值。', '或者合并分组。'],
  }),
  'too-few-left-out': (evidence) => ({
    why: '条件只排除了很少几个人。用总数减去这个数值，差额就是被排除的那几个人。',
    example: `${counted(evidence, (minimum) => `只排除了不足 ${minimum} 个主体`)}好比同时公布“全部 100 家共 500 万元”和“除某企业外 99 家共 480 万元”，相减就知道该企业是 20 万元。`,
    change: ['调整条件，使被排除的一方也足够多；或者两个数值只保留一个。'],
  }),
  'too-few-in-branch': (evidence) => ({
    why: '汇总值里写了只对很少几个人成立的条件，他们的数值可能被放大、标记后夹带在总数里。',
    example: `${counted(evidence, (minimum) => `含有只对不足 ${minimum} 个主体成立的条件`)}好比“总费用，但张三的按一百万倍计”：总数的高位就是张三的费用。`,
    change: ['去掉只对少数主体成立的条件。'],
  }),
  'figures-differ-by-few': (evidence) => ({
    why: '两个汇总值只差很少几个人，相减就是这几个人的数值。',
    example: `${counted(evidence, (minimum) => `有两个汇总值只相差不足 ${minimum} 个主体`)}好比“全部人员的工资总额”和“除一人以外的工资总额”并列。`,
    change: ['两个汇总值只保留一个。', '或者使两者的条件相差足够多的主体。'],
  }),
  'one-contribution-stands-out': (evidence) => ({
    why: '个别人的贡献与其余人明显不同，看总数的尾数或者高位就能读出他的数值。',
    example: `${counted(evidence, () => '的汇总值中有个别主体特别突出')}好比其他人都按 0 计、只有一人按原值计的“合计”。`,
    change: ['去掉突出个别主体的运算，例如指示函数、截断、极大的系数。'],
  }),
  'dominated-total': (evidence) => ({
    why: '总数里一两家占了绝大部分。第二大的那一家用总数减去自己，就能把最大的一家算得很准。',
    example: `${counted(evidence, () => '的数值由一两个主体占主导')}好比某行业总产值 1000 万元，其中甲企业 900 万元、乙企业 80 万元：乙用 1000 减去自己的 80，就知道甲不超过 920 万元。`,
    change: ['合并分组，使大户之外的份额足够大。', '或者改为计数、按区间分档统计，不输出总额。'],
  }),
  'extreme-value': (evidence) => ({
    why: '最大值、最小值、首末值就是某一个人（企业）的原值，公布它等于公布这一个人的数据。',
    example: `${counted(evidence, () => '含有这样的值')}好比“本组最高年收入 312 万元”，知道谁收入最高的人就知道了他的收入。`,
    change: ['改用平均值（人数足够时）。', '或者改为按区间统计人数，例如“100 万元以上 25 人”。'],
  }),
  'quantile-beyond': (evidence) => quantileGuide(evidence),
  'quantile-value': (evidence) => quantileGuide(evidence),
  'zero-cells': (evidence) => ({
    why: '“没有人”也是消息：如果一个组里没有一个人合格，就等于知道组里每个人都不合格。',
    example: `${counted(evidence, () => '的某个汇总值不涉及任何主体')}好比“某班考试及格 0 人”，就知道班上每个人都没有及格。`,
    change: ['合并分组；或者由审核人确认零值不涉及敏感情况。'],
  }),
  'raw-rows': (evidence) => ({
    why: '原始数据不得导出开发利用环境，不论是不是关于个人、企业的数据。逐条列出或者逐条换算，都是原始数据。',
    example: `本结果逐条输出了 ${figure(evidence, 'rows') ?? '—'} 条记录。好比把每个监测站每小时的读数照抄一遍：换了单位，仍是原来的读数。`,
    change: ['改为按时间、区域等分组汇总，例如每日平均、每区合计。'],
  }),
  'figures-subtract-to-few': (evidence) => ({
    why: '合计和所列各组同时出现时，合计减去各组之和就是没有列出的那几个人。',
    example: `本结果有 ${figure(evidence, 'pairs') ?? '—'} 对数值只相差不足 ${minimumOf(evidence)} 个主体。好比公布全市 1000 人，又公布除某乡以外各乡共 997 人：相减就知道该乡是 3 人，其他数值也一并知道。`,
    change: ['去掉合计。', '或者把被略去的小组并入其他组一并列出。'],
  }),
  'differs-from-earlier-by-few': (evidence) => ({
    why: '本次结果单独看没有问题，但与以前已经出域的结果相减，差的只是很少几个人。出域的结果收不回来，只能在这一次避免。',
    example: `与以前的结果相比，有 ${figure(evidence, 'pairs') ?? '—'} 对数值只相差不足 ${minimumOf(evidence)} 个主体。好比上月公布“甲单位 50 人平均工资”，本月公布“甲单位 49 人平均工资”：相减就知道离开的那个人的工资。`,
    change: ['与上一次使用相同的范围和条件，或者使相差的主体足够多。', '或者改用更粗的分组、更大的取整单位。'],
  }),
  'differs-from-earlier-by-few-rows': (evidence) => ({
    why: '本次结果与以前出域的结果说的是同样的人，但其中很少几个人少了（或多了）一两条记录。两次相减，就是这几条记录。',
    example: `有 ${figure(evidence, 'pairs') ?? '—'} 对数值如此。好比上月公布“全院门诊 800 人次，费用 40 万元”，本月公布的同一口径少算一次就诊：相减就知道那一次就诊花了多少。`,
    change: ['与上一次使用相同的范围和条件，或者使相差的主体足够多。'],
  }),
  'combination-leaves-few': (evidence) => ({
    why: evidence['releases'] === '' ? '本结果中的任何两个数值单独相减都没有问题，但几个数值一起加减，剩下的只有很少几个人。' : '本次的数值与以前的任何一个单独相减都没有问题，但同时加减两三个，剩下的只有很少几个人。',
    example: `有 ${figure(evidence, 'combinations') ?? '—'} 种这样的加减，剩下的主体不足 ${minimumOf(evidence)} 个。好比先公布男性合计、再公布女性合计，最后公布“全体（不含某人）”：前两个相加减去第三个，就是这个人。`,
    change: evidence['releases'] === '' ? ['去掉合计，只留各组；或者去掉一个分组字段。', '或者把过小的组并入其他组。'] : ['与以前各次使用相同的范围和条件。', '或者使相差的主体足够多；或者不再公布合计。'],
  }),
  'suppressed-cell-recoverable': (evidence) => ({
    why: '过小的单元格没有列出，但合计列出来了。合计减去其余各格，就是没有列出的那一格。',
    example: `没有列出的 ${figure(evidence, 'suppressed') ?? '—'} 格中，有 ${figure(evidence, 'recoverable') ?? '—'} 格可以推出。好比三个区共 49 人，列出两个区 8 人和 19 人，第三个区没有列出，但一减就是 22 人。`,
    change: ['略去的办法：在语句中用 having 或者 where 排除上列各格；行、列合计一并去掉的，不必再略去。', '或者把过小的组并入其他组，使每一格都不少于规定数。'],
  }),
  'microdata-not-k-anonymous': (evidence) => microdataGuide(evidence, '有的人特征组合很少见，知道他年龄、住址等情况的人能在结果中认出他。'),
  'microdata-not-diverse': (evidence) => microdataGuide(evidence, '同一特征组合的人敏感情况都一样，不必认出是哪一条，知道他在里面就知道了他的情况。'),
  'microdata-not-close': (evidence) => microdataGuide(evidence, '某些特征组合的敏感情况与总体相差太大，知道他属于这一组，就能猜得很准。'),
  'microdata-route': (evidence) => ({
    why: '结果是按个人（企业）一行一行列出的，或者写法使平台数不清每个数值背后有多少主体。数不清的，按可能还原处理。',
    example: '好比输出“门诊记录编号、年龄、费用”各一行：去掉姓名，仍可凭年龄和就诊日期认出本人。',
    change: REWRITINGS[String(evidence['reason'])] ?? ['改为分组汇总：select 分组字段, count(distinct 主体标识) … group by 分组字段。'],
  }),
  'identifier-column': (evidence) => identifierGuide(evidence),
  'identifier-hits': (evidence) => identifierGuide(evidence),
  'few-degrees-of-freedom': (evidence) => ({
    why: '方差、相关系数和回归线由各人的数值算出。人数只比参数多几个时，结果几乎逐点经过每个人的数值，知道其余几个人的就能算出剩下的一个。',
    example: `${counted(evidence, () => '的方差、相关系数或者回归结果自由度不足')}好比由 3 个点画出的直线，公布斜率、截距和其中 2 个点，第 3 个点就知道了。`,
    change: ['合并分组，使每行的人数比参数个数多出规定的数目。', '或者不按小组计算，改为全体计算一次。'],
  }),
  'shape-of-source': (evidence) => ({
    why: '把每个人的数值都乘以同一个数、加上同一个数，或者加一点噪声，看起来不是原值，分布的形状却没有变；知道其中两个人的原值，就能把所有人的换算回来。',
    example: `字段“${String(evidence['column'] ?? '—')}”与源数据“${String(evidence['source'] ?? '—')}”的 99 个分位数几乎在一条直线上（决定系数 ${figure(evidence, 'rSquared') ?? '—'}，1 为完全一致）。好比把每个人的工资都乘以 1.37 再加 200 元后逐条列出。`,
    change: ['不要逐条输出换算后的数值，请改为分组统计。', '需要反映分布的，请输出人数足够多的区间计数。'],
  }),
  'earlier-not-comparable': (evidence) => ({
    why: '出域台账以计算引擎的算法记录每次结果涉及哪些主体。引擎换了版本，新旧记录可能对不上，相减比对就不可靠，因此一律先不放行。',
    example: `此前有 ${figure(evidence, 'count') ?? '—'} 次出域结果是以另一版本的引擎记录的。`,
    change: ['请联系平台管理员，恢复原版本的计算引擎后重新提交。'],
  }),
  'counts-of-others-differ-by-few': (evidence) => ({
    why: '一个数值是主体的个数（例如企业数），另一个是这些主体的其他计数（例如职工人数），两者一般不能相减；只有在逐一对应时，相减才会露出相差的那几个。',
    example: `有 ${figure(evidence, 'pairs') ?? '—'} 对数值所涉主体只相差不足 ${minimumOf(evidence)} 个。好比先公布“甲行业 40 家企业”，再公布“甲行业法定代表人 39 名”：少的那一名就能对上少的那一家。`,
    change: ['请审查人判断两种计数是否逐一对应；不对应的可以放行。', '逐一对应的，请使两次统计的范围一致。'],
  }),
  'rare-values-raw': (evidence) => rareGuide(evidence),
  'rare-values-disguised': (evidence) => ({
    ...rareGuide(evidence),
    why: '哈希、编码不是匿名化：把全部可能的号码挨个算一遍就能对上。结果里成批出现源数据罕见取值的编码，视同带出原始数据。',
    change: ['去掉这个字段。', '确需串联同一主体的，请数据提供单位按场景提供假名，不要自己编码。'],
  }),
  'size-follows-entities': (evidence) => ({
    why: '平台随机只留一半的人重跑一遍：如果结果的行数也差不多减半，说明每一行都是跟着一个人走的，不管怎样编码、加密。',
    example: `本结果 ${figure(evidence, 'rows') ?? '—'} 行；只留一半主体时，行数平均是原来的 ${percent(figure(evidence, 'sizeRatio'))}。真正的汇总表，例如按区统计，少一半人仍然是那么多个区。`,
    change: ['改为分组汇总，使每一行由许多主体形成。'],
  }),
  'rows-follow-entities': (evidence) => ({
    why: '平台把人随机分成两半，各跑一遍：如果结果里的内容只跟着其中一半出现，从来不在两半里同时出现，就说明每一条内容都出自某一个人。汇总数会随人数变化，不会这样一一对应。',
    example: `本结果 ${figure(evidence, 'rows') ?? '—'} 行。若是巧合，应有约 ${rounded(figure(evidence, 'expected'))} 条在两半中同时出现，实际只有 ${figure(evidence, 'together') ?? '—'} 条。好比抄一份名单：撕掉一半，剩下的名字正好是另一半。`,
    change: ['改为分组汇总，使每个数值由许多主体形成。', '加密、编码、改名都不能改变这一点，请去掉逐人形成的字段。'],
  }),
  'some-rows-return': (evidence) => ({
    why: '换掉一半的人重跑，有相当一部分行一字不差地重现。汇总值本应随人变化，原样重现的行可能只由一个人形成。',
    example: `本结果 ${figure(evidence, 'rows') ?? '—'} 行；只留一半主体时有 ${percent(figure(evidence, 'survival'))} 的行原样重现，总数不变、换掉一半主体时有 ${percent(figure(evidence, 'constantSurvival'))}。`,
    change: ['请审核人核对语句：数值很粗（例如只有“有、无”）时属于正常。', '否则改为更粗的分组。'],
  }),
  'fails-with-other-entities': () => ({
    why: '换掉一半的人，同一条语句就出错，说明它能不能跑通取决于某些人的数据。“出错”或者“不出错”本身就是一条消息。',
    example: '好比写“如果某人的收入超过一百万就报错”：作业一失败，就知道他的收入超过一百万。',
    change: ['改写可能出错的运算，例如类型转换用 TRY_CAST，标量子查询保证只有一行。'],
  }),
  'not-repeatable': () => ({
    why: '同样的语句、同样的数据，两次结果不同，审核人看到的就不是最后出去的。',
    example: '好比“随便取 10 行”，每次取到的不一样。',
    change: ['给 LIMIT、窗口函数写上完整的 ORDER BY。', '不使用随机函数。'],
  }),
  'cell-too-long': (evidence) => ({
    why: '一个格子里装得下很长的内容，就可能把许多行原始数据拼在一起带出去。',
    example: `字段“${String(evidence['column'] ?? '')}”最长的值有 ${figure(evidence, 'bytes') ?? '—'} 字节，上限 ${figure(evidence, 'limit') ?? '—'} 字节。`,
    change: ['只输出所需的数值或者短文本；不使用拼接、列表一类的函数。'],
  }),
  'too-many-columns': (evidence) => ({
    why: '字段太多，审核人看不过来，也容易凑出能认人的组合。',
    example: `本结果 ${figure(evidence, 'columns') ?? '—'} 个字段，上限 ${figure(evidence, 'limit') ?? '—'} 个。`,
    change: ['只保留场景所需的字段。'],
  }),
}

/** How a statement is written so that the platform can count whom each figure is about, by why it could not. */
const REWRITINGS: Readonly<Record<string, string[]>> = {
  'row-level': ['改为分组汇总：select 分组字段, count(distinct 主体标识) … group by 分组字段。', '确需逐条输出的，先把准标识字段归并到足够粗，使同样特征的记录不少于规定数，再由审核人审批。'],
  'key-in-expression': ['主体标识只写在 count(distinct …)、等值连接和 is not null 中，不参加筛选、计算和排序。', '按条件统计人数的，把条件写在 filter 中：例如 count(distinct 主体标识) filter (where 月收入 < 8000)，不要写成 count(distinct case when … then 主体标识 end)。'],
  'nested-query': ['把写在字段、条件中的子查询改写为连接：先用 with 子句按组汇总，再 join 到主查询。'],
  'hidden-condition': ['汇总函数的参数中只用字段、四则运算、取整和 case；条件写在 filter (where …) 中。'],
  'unclear-groups': ['逐一写明分组字段，不用“*”，别名不要与字段重名。'],
  unsupported: ['改写为普通的连接、筛选和分组汇总：select … from … join … where … group by … having …。'],
}

function quantileGuide(evidence: Evidence): Guide {
  return {
    why: '中位数、分位数常常正好是某一个人的原值，越靠近两头、人数越少越容易认出。',
    example: `${counted(evidence, () => '的分位数附近主体较少')}好比 11 个人的中位数，就是排在第 6 位那个人的数值。`,
    change: ['把结果取整到较粗的单位，例如 round(数值, -2) 取到百。', '或者改用靠近中间的分位数，或者合并分组。'],
  }
}

function identifierGuide(evidence: Evidence): Guide {
  return {
    why: '证件号码、手机号码、车牌这类标识直接对应到一个人或者一家企业，不需要任何推算。',
    example: `字段“${String(evidence['column'] ?? '')}”的 ${figure(evidence, 'values') ?? '—'} 个值中，有 ${figure(evidence, 'hits') ?? '—'} 个符合${String(evidence['kind'] ?? '标识')}的编码规则（含校验位）。`,
    change: ['去掉这个字段。', '需要数量的，改为 count(distinct 该字段)。', '个别命中属于巧合的（例如流水号恰好合规），在申请中说明，由审核人判断。'],
  }
}

function rareGuide(evidence: Evidence): Guide {
  return {
    why: '在源数据里只出现几次的取值，例如少见的姓名、地址、出生日期，单凭它就能指向某一个人。结果里成批出现，说明带出了原始数据。',
    example: `结果字段“${String(evidence['column'] ?? '')}”的 ${figure(evidence, 'values') ?? '—'} 个值里，有 ${figure(evidence, 'matches') ?? '—'} 个与源数据“${String(evidence['source'] ?? '')}”的罕见取值相同。`,
    change: ['去掉这个字段。', '或者归并为较粗的区间、类别：出生日期改为年龄段，地址改为街道。'],
  }
}

function rounded(value: number | null): string {
  return value === null ? '—' : String(Math.round(value))
}

function percent(share: number | null): string {
  const HUNDRED = 100
  return share === null ? '—' : `${Math.round(share * HUNDRED)}%`
}

/** Rules whose report names the very cells, columns or releases that are to be changed: its own words come first. */
const NAMES_WHAT: ReadonlySet<string> = new Set(['suppressed-cell-recoverable'])

/** The guide to a finding; one whose rule is not known here is told in the report's own words. */
export function guideOf(layer: Layer): Guide {
  const own = layer.cure === '' ? [] : [layer.cure]
  const guide = GUIDES[layer.title]?.(layer.evidence)
  if (guide === undefined) return { why: '', example: null, change: own }
  return NAMES_WHAT.has(layer.title) ? { ...guide, change: [...own, ...guide.change] } : guide
}
