import { counted, minimumOf, withFigures } from './guide-parts.ts'
import type { Evidence, Guide, Guides } from './guide-parts.ts'

const HAS_TOTALS = /\b(?:rollup|cube|grouping\s+sets|union)\b/i
const HAS_CONDITION = /\b(?:filter|case|if|iff)\b/i

/** Findings about a figure: too few stand behind it, or it can be worked out from others. */
export const FIGURE_GUIDES: Guides = {
  'too-few-entities': (evidence, { key }) => ({
    why: '一行背后的主体（个人或者企业）太少，熟悉情况的人一看就知道说的是谁，这一行的其他数值就成了他的个人情况。',
    example: `${counted(evidence, (minimum) => `不足 ${minimum} 个主体`)}好比一个楼栋只有 2 位住户就诊：公布“该楼栋就诊 2 人，平均费用 9000 元”，其中一位住户减去自己的费用，就知道了邻居的费用。`,
    change: [`在语句末尾加 having count(distinct ${key}) >= ${minimumOf(evidence)}：只列出不少于 ${minimumOf(evidence)} 个主体的分组，过小的分组不列出。`, `或者合并分组：把街道并为区，把单岁并为年龄段，把日并为月，使每行不少于 ${minimumOf(evidence)} 个主体。`, '或者少用一个分组字段：分组字段每多一个，各组人数就少一截。'],
  }),
  'too-few-counted': (evidence, { sql, key }) => ({
    why: '分组的总人数够多，但某个汇总值只由其中很少的人形成，其他人的值为空或者被条件排除，等于公布了这几个人的值。',
    example: `${counted(evidence, (minimum) => `有汇总值实际只由不足 ${minimum} 个主体形成`)}好比“全院 500 人，其中患某病者的平均年龄 47 岁”，而患者只有 1 人。`,
    change: [HAS_CONDITION.test(sql) ? '放宽 filter、case 中的条件，使符合条件的主体足够多。' : `只统计有数值的记录：加 where 该字段 is not null，并在语句末尾加 having count(distinct ${key}) >= ${minimumOf(evidence)}，不足的分组不列出。`, '或者去掉这个汇总值。', '或者合并分组。'],
  }),
  'too-few-left-out': (evidence) => ({
    why: '条件只排除了很少几个主体。用总数减去这个数值，差额就是被排除的那几个。',
    example: `${counted(evidence, (minimum) => `只排除了不足 ${minimum} 个主体`)}好比同时公布“全部 100 家共 500 万元”和“除某企业外 99 家共 480 万元”，相减就知道该企业是 20 万元。`,
    change: ['两个数值只保留一个：要么不加条件，要么不列总数。', `或者调整条件，使被排除的主体也不少于 ${minimumOf(evidence)} 个。`],
  }),
  'too-few-in-branch': (evidence) => ({
    why: '汇总值里写了只对很少几个主体成立的条件，他们的数值可能被放大、标记后夹带在总数里。',
    example: `${counted(evidence, (minimum) => `含有只对不足 ${minimum} 个主体成立的条件`)}好比“总费用，但张三的按一百万倍计”：总数的高位就是张三的费用。`,
    change: ['去掉汇总函数中只对少数主体成立的 case 条件，直接对字段汇总。', '需要分类统计的，把分类写成分组字段（group by），不足规定数的类别并入“其他”。'],
  }),
  'figures-differ-by-few': (evidence) => ({
    why: '同一行的两个汇总值只差很少几个主体，相减就是这几个主体的数值。',
    example: `${counted(evidence, (minimum) => `有两个汇总值只相差不足 ${minimum} 个主体`)}好比“全部人员的工资总额”和“除一人以外的工资总额”并列。`,
    change: ['两个汇总值只保留一个。', `或者调整条件，使两者相差的主体不少于 ${minimumOf(evidence)} 个。`],
  }),
  'one-contribution-stands-out': (evidence) => ({
    why: '个别主体在总数中的分量与其余主体明显不同，看总数的尾数或者高位就能读出他的数值。',
    example: `${counted(evidence, () => '的汇总值中有个别主体特别突出')}好比其他人都按 0 计、只有一人按原值计的“合计”。`,
    change: ['去掉使个别主体突出的运算：乘以很大的系数、只对一人不为零的条件、截断。直接对原字段求和或者平均。'],
  }),
  'dominated-total': (evidence) => ({
    why: '总数里一两家占了绝大部分。第二大的那一家用总数减去自己，就能把最大的一家算得很准。',
    example: `${counted(evidence, () => '的数值由一两个主体占主导')}好比某行业总产值 1000 万元，其中甲企业 900 万元、乙企业 80 万元：乙用 1000 减去自己的 80，就知道甲不超过 920 万元。`,
    change: ['这一项不输出总额、平均值，改为计数，例如企业家数；或者改为分档统计，例如“产值 100 万元以上的家数”。', '或者合并分组，使大户之外的份额足够大。'],
  }),
  'extreme-value': (evidence) => ({
    why: '最大值、最小值、首末值就是某一个主体的原值，公布它等于公布这一个主体的数据。取整、加减一个数，仍能大致还原。',
    example: `${counted(evidence, () => '含有这样的值')}好比“本组最高年收入 312 万元”，知道谁收入最高的人就知道了他的收入。`,
    change: ['把 max、min、first、last 一类改为 avg（平均值），每组人数须不少于规定数。', '或者改为按区间统计人数，例如“100 万元以上 25 人”。'],
  }),
  'quantile-beyond': (evidence) => quantileGuide(evidence),
  'quantile-value': (evidence) => quantileGuide(evidence),
  'zero-cells': (evidence) => ({
    why: '“没有人”也是消息：如果一个组里没有一个人合格，就等于知道组里每个人都不合格。',
    example: `${counted(evidence, () => '的某个汇总值不涉及任何主体')}好比“某班考试及格 0 人”，就知道班上每个人都没有及格。`,
    change: ['合并分组，使每个数值都涉及若干主体。', '零值不涉及敏感情况的（例如某区没有某类企业），在申请中说明，由审查人确认。'],
  }),
  'small-cells-blanked': (evidence) => ({
    why: '人数少的组没有列数值，但组名还在：列出了组名，就说明确有一至几个主体属于这一组。组名越细（例如具体日期、地址），越可能认出是谁。',
    example: `${counted(evidence, () => '只列出组名、未列数值')}好比“飞行员：—”，就知道确有不多的几名飞行员。`,
    change: ['把人数少的组并入“其他”，或用 HAVING count(*) >= 规定数略去整行。', '组名本身不涉及个人（例如行业、行政区）的，在申请中说明，由审查人确认。'],
  }),
  'few-degrees-of-freedom': (evidence) => ({
    why: '方差、相关系数和回归线由各主体的数值算出。主体数只比所求的参数多几个时，结果几乎逐点经过每个主体的数值，知道其余几个就能算出剩下的一个。',
    example: `${counted(evidence, () => '的方差、相关系数或者回归结果由过少的主体算出')}好比由 3 个点画出的直线，公布斜率、截距和其中 2 个点，第 3 个点就知道了。`,
    change: ['合并分组，使每行的主体数比参数个数多出规定的数目（方差、标准差有 1 个参数，相关、回归有 2 个）。', '或者不分组，全体只计算一次。'],
  }),
  'figures-subtract-to-few': (evidence, about) => ({
    why: '本结果中有些数值，两个相减就只剩很少几个主体，他们的数值也就知道了。',
    example: `${withFigures(evidence, ['pairs'], (pairs) => `本结果有 ${pairs} 对数值只相差不足 ${minimumOf(evidence)} 个主体。`)}好比公布全市 1000 人，又公布除某乡以外各乡共 997 人：相减就知道该乡是 3 人，其他数值也一并知道。`,
    change: HAS_TOTALS.test(about.sql) ? ['去掉合计、小计，只列各组。', '或者把没有列出的小组并入“其他”一并列出。'] : [`找出所涉主体几乎相同的两行或者两列，只保留一个；按条件计算的，使两者相差的主体不少于 ${minimumOf(evidence)} 个。`, '或者少用一个分组字段、去掉一个汇总值。'],
  }),
  'differs-from-earlier-by-few': (evidence) => ({
    why: '本次结果单独看没有问题，但与以前已经出域的结果相减，差的只是很少几个主体。出域的结果收不回来，只能在这一次避免。',
    example: `${earlier(evidence)}好比上月公布“甲单位 50 人平均工资”，本月公布“甲单位 49 人平均工资”：相减就知道离开的那个人的工资。`,
    change: [`对照下面“与上一次出域的差别”，沿用上一次的范围和条件；确需改变的，使相差的主体不少于 ${minimumOf(evidence)} 个。`, '或者改用更粗的分组。只取整不能避免相减。'],
  }),
  'differs-from-earlier-by-few-rows': (evidence) => ({
    why: '本次结果与以前出域的结果说的是同样的主体，但其中很少几个主体少了（或多了）一两条记录。两次相减，就是这几条记录。',
    example: `${earlier(evidence)}好比上月公布“全院门诊 800 人次，费用 40 万元”，本月公布的同一口径少算一次就诊：相减就知道那一次就诊花了多少。`,
    change: [`对照下面“与上一次出域的差别”，沿用上一次的范围和条件；确需改变的，使记录不同的主体不少于 ${minimumOf(evidence)} 个。`],
  }),
  'differs-from-shown-by-few': () => ({
    why: '本次结果与贵单位以前看过、没有出域的结果相减，差的只是一两个主体。看过的结果也是已经知道的，因此先由审查人看过，再给数值。',
    example: '好比先看过“甲单位 50 人平均工资”，再查“甲单位除某人以外 49 人平均工资”：相减就知道这个人的工资。',
    change: ['平常修改条件后偶然相差一两个主体的，请审查人判断；语句不必改。', '或者沿用以前的范围和条件，使两次统计的范围相差足够多的主体。'],
  }),
  'combination-leaves-few': (evidence) => (evidence['releases'] === '' || evidence['releases'] === undefined ? combined(evidence, '本结果中的任何两个数值单独相减都没有问题，但几个数值一起加减，剩下的只有很少几个主体。', ['去掉合计，只留各组；或者去掉一个分组字段。', '或者把过小的组并入其他组。']) : combined(evidence, '本次的数值与以前的任何一个单独相减都没有问题，但同时加减两三个，剩下的只有很少几个主体。', ['沿用以前各次的范围和条件。', `或者使相差的主体不少于 ${minimumOf(evidence)} 个；或者不再公布合计。`])),
  'suppressed-cell-recoverable': (evidence) => ({
    why: '过小的单元格没有列出，但合计列出来了。合计减去其余各格，就是没有列出的那一格。',
    example: `${withFigures(evidence, ['suppressed', 'recoverable'], (suppressed, recoverable) => `没有列出的 ${suppressed} 格中，有 ${recoverable} 格可以推出。`)}好比三个区共 49 人，列出两个区 8 人和 19 人，第三个区没有列出，但一减就是 22 人。`,
    change: ['最简便的办法：不输出合计（去掉 rollup、cube），只列各组。', '或者在语句中用 having、where 再略去上列各格；或者把过小的组并入“其他”，使每一格都不少于规定数。'],
  }),
  'suppression-not-audited': () => notAudited(),
  'suppression-partly-audited': () => notAudited(),
  'counts-of-others-differ-by-few': (evidence) => ({
    why: '一个数值是主体的个数（例如企业数），另一个是这些主体的其他计数（例如职工人数），两者一般不能相减；只有在逐一对应时，相减才会露出相差的那几个。',
    example: '好比先公布“甲行业 40 家企业”，再公布“甲行业法定代表人 39 名”：少的那一名就能对上少的那一家。',
    change: ['请审查人判断两种计数是否逐一对应；不对应的可以放行。', `逐一对应的，请使两次统计的范围一致，或者使相差的主体不少于 ${minimumOf(evidence)} 个。`],
  }),
  'earlier-not-comparable': () => ({
    why: '出域台账以计算引擎的算法记录每次结果涉及哪些主体。引擎换了版本，新旧记录对不上，相减比对就不可靠，因此一律先不放行。这与您的语句无关，改语句没有用。',
    example: null,
    change: ['请联系平台管理员：由其以现用引擎重新得出台账中的比对标记，或者恢复原版本的引擎；之后用“修改后重新运行”原样提交。'],
  }),
  'earlier-set-aside': () => ({
    why: '此前有的出域结果已不能重新得出（例如所依据的数据已依规定销毁），主管机关已决定不再与其比对，因此自动检查看不出与这些结果相减会露出什么。',
    example: null,
    change: ['请审查人对照这些出域事项的语句和结果，判断与本次结果相减是否会露出少数主体。'],
  }),
  'entities-not-counted': (_evidence, { key }) => ({
    why: '平台没有数清每个数值背后有多少主体，多半是语句太复杂，计数超过了时限或者内存。数不清的，按可能还原处理。',
    example: null,
    change: [`先把语句化简：一次只统计一件事，少用多层嵌套，写成 select 分组字段, count(distinct ${key}) … group by 分组字段。`, '多张表的，先各自按组汇总，再连接。', '化简后仍然如此的，请联系平台管理员。'],
  }),
}

function quantileGuide(evidence: Evidence): Guide {
  return {
    why: '中位数、分位数（把数值从小到大排队，排在某个位置的那个值）常常正好是某一个主体的原值，越靠近两头、人数越少越容易认出。',
    example: `${counted(evidence, () => '的分位数附近主体较少')}好比 11 个人的中位数，就是排在第 6 位那个人的数值。`,
    change: ['改用 avg（平均值）。', '或者合并分组，使分位数两侧的主体都不少于规定数；或者改用靠近中间的分位数。', '或者改为按区间统计人数。'],
  }
}

function earlier(evidence: Evidence): string {
  const releases = evidence['releases']
  const told = withFigures(evidence, ['pairs'], (pairs) => `有 ${pairs} 对数值只相差不足 ${minimumOf(evidence)} 个主体。`)
  return typeof releases === 'string' && releases !== '' ? `比对的是此前出域的“${releases}”。${told}` : told
}

function combined(evidence: Evidence, why: string, change: string[]): Guide {
  const told = withFigures(evidence, ['combinations'], (combinations) => `有 ${combinations} 种这样的加减，剩下的主体不足 ${minimumOf(evidence)} 个。`)
  return { why, example: `${told}好比先公布男性合计、再公布女性合计，最后公布“全体（不含某人）”：前两个相加减去第三个，就是这个人。`, change }
}

function notAudited(): Guide {
  return {
    why: '结果列了合计，又略去了一些单元格。合计减去所列各格可能推出略去的数值，而平台未能全部核算。',
    example: '好比三个区共 49 人，列出两个区 8 人和 19 人，第三个区没有列出，但一减就是 22 人。',
    change: ['去掉合计，只列各组，就不需要核算。', '或者减少分组字段后重新运行；或者由审查人核对。'],
  }
}
