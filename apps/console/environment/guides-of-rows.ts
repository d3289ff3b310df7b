import { columnOf, figure, percent, withFigures } from './guide-parts.ts'
import type { About, Evidence, Guide, Guides } from './guide-parts.ts'

const GROUPED = ({ key }: About): string => `改为分组汇总，例如：select 分组字段, count(distinct ${key}) … group by 分组字段。`

/** Findings about rows and values: they are, or follow, those of single persons and enterprises. */
export const ROW_GUIDES: Guides = {
  'raw-rows': (evidence) => ({
    why: '原始数据不得导出开发利用环境，不论是不是关于个人、企业的数据。逐条列出或者逐条换算，都是原始数据。',
    example: `${withFigures(evidence, ['rows'], (rows) => `本结果逐条输出了 ${rows} 条记录。`)}好比把每个监测站每小时的读数照抄一遍：换了单位，仍是原来的读数。`,
    change: ['改为按时间、区域等分组汇总，例如每日平均、每区合计：select 年, 月, avg(数值) … group by 年, 月。'],
  }),
  'microdata-not-k-anonymous': (evidence, about) => microdataGuide(evidence, about, '有的人特征组合很少见，知道他年龄、住址等情况的人能在结果中认出他。'),
  'microdata-not-diverse': (evidence, about) => microdataGuide(evidence, about, '同一特征组合的人敏感情况都一样，不必认出是哪一条，知道他在里面就知道了他的情况。'),
  'microdata-not-close': (evidence, about) => microdataGuide(evidence, about, '某些特征组合的敏感情况与总体相差太大，知道他属于这一组，就能猜得很准。'),
  'microdata-anonymous': (evidence, about) => microdataGuide(evidence, about, '逐条列出的记录已达到匿名化的要求，但仍须由审查人决定能不能出域。'),
  'generalised-microdata': (_evidence, about) => ({
    why: '结果仍是一条一条列出的，只是每条的取值都有许多主体相同。这样的数据须作匿名化评估，由审查人审批。',
    example: null,
    change: [GROUPED(about)],
  }),
  'microdata-route': (evidence, about) => routeGuide(String(evidence['reason']), about),
  'identifier-column': (evidence, about) => identifierGuide(evidence, about),
  'identifier-hits': (evidence, about) => identifierGuide(evidence, about),
  'shape-of-source': (evidence) => ({
    why: '把每个主体的数值都乘以同一个数、加上同一个数，或者加一点噪声，看起来不是原值，分布的形状却没有变；知道其中两个的原值，就能把所有的换算回来。',
    example: `字段${columnOf(evidence)}与源数据${columnOf(evidence, 'source')}的高低分布几乎完全一致${withFigures(evidence, ['rSquared'], (rSquared) => `（决定系数 ${rSquared}，1 为完全一致）`)}。好比把每个人的工资都乘以 1.37 再加 200 元后逐条列出。`,
    change: ['不要逐条输出换算后的数值，请改为分组统计。', '需要反映高低分布的，请按区间统计人数，每个区间的人数不少于规定数。'],
  }),
  'rare-values-raw': (evidence, about) => rareGuide(evidence, about),
  'rare-values-disguised': (evidence, about) => ({
    ...rareGuide(evidence, about),
    why: '哈希、编码不是匿名化：把全部可能的号码挨个算一遍就能对上。结果里成批出现源数据罕见取值的编码，视同带出原始数据。',
    change: [`去掉字段${columnOf(evidence)}。需要数量的，改为 count(distinct ${about.key})。`, '确需串联同一主体的，请数据提供单位在保护规则中设定按场景假名化，不要自己编码。'],
  }),
  'size-follows-entities': (evidence, about) => ({
    why: '平台随机只留一半的主体重跑一遍：如果结果的行数也差不多减半，说明每一行都是跟着一个主体走的，不管怎样编码、加密。',
    example: `${share(evidence, 'sizeRatio', (ratio) => `只留一半主体时，行数平均是原来的 ${ratio}。`)}真正的汇总表，例如按区统计，少一半人仍然是那么多个区。`,
    change: [GROUPED(about), '加密、编码、改名都不能改变这一点，请去掉逐个主体形成的字段。'],
  }),
  'rows-follow-entities': (evidence, about) => ({
    why: '平台把主体随机分成两半，各跑一遍：如果结果里的内容只跟着其中一半出现，很少在两半里同时出现，就说明每一条内容都出自某一个主体。汇总数会随人数变化，不会这样一一对应。',
    example: `${withFigures(evidence, ['expected', 'together'], (expected, together) => `若是巧合，应有约 ${Math.round(Number(expected))} 条在两半中同时出现，实际只有 ${together} 条。`)}好比抄一份名单：撕掉一半，剩下的名字正好是另一半。`,
    change: [GROUPED(about), '加密、编码、改名都不能改变这一点，请去掉逐个主体形成的字段。'],
  }),
  'some-rows-return': (evidence) => ({
    why: '换掉一半的主体重跑，有相当一部分行一字不差地重现。汇总值本应随人变化，原样重现的行可能只由一个主体形成。',
    example: `${share(evidence, 'survival', (survived) => `只留一半主体时有 ${survived} 的行原样重现。`)}好比一张名单，抽掉一半的人，剩下的行还是原样。`,
    change: ['请审查人核对语句：数值很粗（例如只有“有、无”）时属于正常。', '否则改为更粗的分组。'],
  }),
  'fails-with-other-entities': () => ({
    why: '换掉一半的主体，同一条语句就出错，说明它能不能跑通取决于某些主体的数据。“出错”或者“不出错”本身就是一条消息。',
    example: '好比写“如果某人的收入超过一百万就报错”：作业一失败，就知道他的收入超过一百万。',
    change: ['改写可能出错的运算：类型转换用 try_cast（转换不了的记为空值），除数可能为零的用 nullif，只取一个值的子查询保证只有一行。'],
  }),
  'not-repeatable': () => ({
    why: '同样的语句、同样的数据，两次结果不同，审查人看到的就不是最后出去的。',
    example: '好比“随便取 10 行”，每次取到的不一样。',
    change: ['取前几行（limit）的，先写完整的 order by，把能分出先后的字段都写上；并列的再加一个字段。', '窗口函数同样写明 order by。不使用随机函数、当前时间。'],
  }),
  'not-repeated': () => againGuide('平台要把语句再跑一遍，看两次结果是否相同；这一遍没有跑成。'),
  'constant-number-not-run': () => againGuide('平台要换掉一半主体、保持总数不变再跑一遍，看结果是不是跟着某个主体走；这一遍没有跑成。'),
  'sources-not-profiled': () => againGuide('平台要把结果与源数据中的罕见取值比对，这次没有取得比对所需的资料。不能比对的，先不放行。'),
  'cell-too-long': (evidence) => ({
    why: '一个格子里装得下很长的内容，就可能把许多行原始数据拼在一起带出去。',
    example: `字段${columnOf(evidence)}有过长的值${withFigures(evidence, ['bytes'], (bytes) => `，最长 ${bytes} 字节`)}${withFigures(evidence, ['limit'], (limit) => `，上限 ${limit} 字节`)}。`,
    change: ['只输出所需的数值或者短文本；不使用 string_agg、list 一类把许多行拼成一个值的函数，改为 count(distinct …)。'],
  }),
  'too-many-columns': (evidence) => ({
    why: '字段太多，审查人看不过来，也容易凑出能认人的组合。',
    example: withFigures(evidence, ['limit'], (limit) => `一次最多输出 ${limit} 个字段。`) || null,
    change: ['只保留场景所需的字段。'],
  }),
}

/** Why the platform cannot tell whom a figure is about, with how the statement is written instead. */
function routeGuide(reason: string, about: About): Guide {
  const { key } = about
  const guides: Readonly<Record<string, Guide>> = {
    'row-level': {
      why: '结果是按主体（个人或者企业）一行一行列出的，每一行就是一个主体的情况。',
      example: '好比输出“门诊记录编号、年龄、费用”各一行：去掉姓名，仍可凭年龄和就诊日期认出本人。',
      change: [GROUPED(about), '确需逐条输出的，先把能认出人的特征（住址、年龄、职业等）归并到足够粗，使同样特征的记录不少于规定数，再由审查人审批。'],
    },
    'key-in-expression': {
      why: `主体标识（${key}）用在了筛选、计算或者排序中，可以用来挑出或者剔除某一个主体。`,
      example: '好比先统计“全部人员”，再统计“证件号码不等于某号码的人员”：相减就是这个人。',
      change: [`${key} 只写在 count(distinct …)、表与表的等值连接和 is not null 中。`, `按条件统计人数的，把条件写在 filter 中：count(distinct ${key}) filter (where 月收入 < 8000)，不要写成 count(distinct case when … then ${key} end)。`],
    },
    'nested-query': {
      why: '字段、条件中又套了一条读取主体数据的查询，平台数不清每个数值背后有多少主体。',
      example: null,
      change: ['改写为连接：先用 with 子句按组汇总，再 join 到主查询。'],
    },
    'hidden-condition': {
      why: '汇总函数里写了平台看不透的运算（如文本处理、高次幂、窗口函数），可能夹带单个主体的数值。',
      example: '好比“合计”里写了一个只对一人不为零的算式，合计就是这个人的数值。',
      change: ['汇总函数的参数只用字段、四则运算、取整和 case；条件写在 filter (where …) 中。'],
    },
    'unclear-groups': {
      why: '平台看不出按什么分组：名称有两种含义，或者用了“*”。',
      example: null,
      change: ['逐一写明分组字段，不用“*”，别名不要与字段重名。'],
    },
  }
  return guides[reason] ?? {
    why: '这种写法平台数不清每个数值背后有多少主体。数不清的，按可能还原处理。',
    example: null,
    change: [`改写为普通的连接、筛选和分组汇总：select 分组字段, count(distinct ${key}) from … where … group by 分组字段 having …。`, '几步才能算完的，用 with 子句一步一步写，每一步都是普通的分组汇总。'],
  }
}

function microdataGuide(evidence: Evidence, about: About, why: string): Guide {
  const measured = withFigures(evidence, ['k'], (k) => `同一特征组合最少只有 ${k} 条；`)
  const [least, kinds] = [figure(evidence, 'kLeast'), figure(evidence, 'lLeast')]
  return {
    why,
    example: least === null ? null : `${measured}要求同一特征组合（例如同一区、同一年龄段、同一职业）的记录不少于 ${least} 条${kinds === null ? '' : `，其中敏感情况不少于 ${kinds} 种`}。`,
    change: ['把出生日期改为年龄段、把街道改为区，使同样特征的记录更多。', '或者去掉敏感字段，或者把它归并为较粗的类别。', GROUPED(about)],
  }
}

function identifierGuide(evidence: Evidence, { key }: About): Guide {
  const kind = typeof evidence['kind'] === 'string' ? evidence['kind'] : '标识'
  return {
    why: '证件号码、手机号码、车牌这类标识直接对应到一个人或者一家企业，不需要任何推算。',
    example: `字段${columnOf(evidence)}${withFigures(evidence, ['values', 'hits'], (values, hits) => `的 ${values} 个值中，有 ${hits} 个`)}符合${kind}的编码规则（含校验位）。`,
    change: [`去掉字段${columnOf(evidence)}。需要数量的，改为 count(distinct ${key})。`, '个别命中属于巧合的（例如流水号恰好合规），在申请中说明，由审查人判断。'],
  }
}

function rareGuide(evidence: Evidence, { key }: About): Guide {
  return {
    why: '在源数据里只出现几次的取值，例如少见的姓名、地址、出生日期，单凭它就能指向某一个主体。结果里成批出现，说明带出了原始数据。',
    example: `结果字段${columnOf(evidence)}${withFigures(evidence, ['values', 'matches'], (values, matches) => `的 ${values} 个值里，有 ${matches} 个`)}与源数据${columnOf(evidence, 'source')}的罕见取值相同。`,
    change: [`去掉字段${columnOf(evidence)}。需要数量的，改为 count(distinct ${key})。`, '或者归并为较粗的区间、类别：出生日期改为年龄段，地址改为街道。'],
  }
}

function againGuide(why: string): Guide {
  return { why, example: null, change: ['用“修改后重新运行”原样提交一次；再次发生时请联系平台管理员。'] }
}

function share(evidence: Evidence, name: string, sentence: (share: string) => string): string {
  const value = figure(evidence, name)
  return value === null ? '' : sentence(percent(value))
}
