/** Why a job that came to no result was stopped, and what to change, for somebody who reads no SQL. */
export type FailureGuide = { why: string; change: string[] }

const GUIDES: Readonly<Record<string, FailureGuide>> = {
  'result-cell-too-large': {
    why: '一个格子里装了许多条内容，例如把一组人的收入拼成一张清单。这等于逐条带出原始数据，平台不出具结果。',
    change: ['把 list、array_agg、string_agg 一类拼接函数改为 count(distinct 主体标识)、avg、按区间统计人数。', '确需看分布的，按区间分组统计每个区间的人数。'],
  },
  'result-type-refused': {
    why: '结果中有列表、结构体一类能装下许多条内容的类型，无法逐值检查。',
    change: ['把该字段展开为多行，或者改为计数、平均值等单个数值。'],
  },
  'result-too-large': { why: '结果太多，通常是逐条列出了记录，而不是汇总。', change: ['按区、年份等分组汇总。', '或者缩小时间、区域范围。'] },
  'column-not-authorized': {
    why: '语句用到了没有获准供给本场景的字段。用途、字段以公共数据提供单位同意的为准，超出的一律不读取。',
    change: ['去掉该字段，只用数据表说明中标为“已授权”的字段。', '确有需要的，通过数据需求另行申请。'],
  },
  'table-not-authorized': { why: '语句用到了没有供给本场景的数据表。', change: ['只用“可以使用的数据表”所列的表。', '确有需要的，通过数据需求另行申请。'] },
  'table-function-refused': { why: '语句要读取文件、网络或者系统信息，超出授权的数据表。', change: ['去掉读取文件、网络的函数，只从授权的数据表中查询。'] },
  'function-not-allowed': { why: '这个函数不在可用之列：平台只放行能够说清楚“每个数值背后有哪些主体”的函数，哈希、编码、随机、读取系统信息一类不放行。', change: ['换一个用途相同的函数；可用的函数在填写语句时随输入列出。', '计数用 count、平均用 avg、合计用 sum、取整用 round、取年月用 year、month。'] },
  'statement-unparsable': { why: '语句不合语法，平台读不懂。', change: ['从报错的位置往前看：逗号、括号、引号是否成对，关键字（select、from、where、group by）是否拼写正确、次序是否正确。', '中文标点（，（）’）要改为英文标点。'] },
  'statement-not-select': { why: '开发利用环境只能查询，不能修改、导出数据。', change: ['只保留一条以 select（或者 with）开头的语句。'] },
  'statement-not-single': { why: '一次只运行一条语句，检查报告才对得上。', change: ['只保留一条，其余的另行提交；末尾不要写多余的分号。'] },
  'columns-must-be-named': { why: '“*”会连未获准的字段一起取出，平台不能替您选择。', change: ['逐一写出需要的字段名，字段见“可以使用的数据表”。'] },
  'column-whole-row': { why: '语句引用了整条记录，等于取出全部字段。', change: ['逐一写明所需字段，不要把表名当字段用。'] },
  'construct-not-allowed': { why: '这种写法平台不能核算，因此不运行。', change: ['改写为普通的分组汇总：select 分组字段, count(distinct 主体标识) from 表 where 条件 group by 分组字段。'] },
  'declared-protection-must-be-in-force': { why: '目录载明这些字段须先脱敏、隐去或者假名化才能使用，而相应的保护规则还没有施行。', change: ['请实施机构会同数据提供单位在“数据保护规则”中拟订、同意，施行后重新提交。', '暂时用不到这些字段的，另选不含这些字段的数据表。'] },
  'job-failed': { why: '语句合乎语法，但运行中出错，例如把文字当数字、除数为零。出错的具体数值不予显示，以免泄露数据。', change: ['类型转换改用 try_cast，除法改用 字段 / nullif(除数, 0)。', '用“预先检查”核对字段类型后重新提交。'] },
  'release-ledger-must-be-whole': { why: '平台要与此前出域的结果相减比对，而比对所用的台账有一部分缺失或者被改动。这与您的语句无关。', change: ['请联系平台管理员，从备份恢复出域台账后原样重新提交。'] },
  'job-timeout': { why: '运行时间超过上限，多半是把两张大表逐行两两比对。', change: ['先分组汇总，再连接。', '或者缩小时间、区域范围。'] },
  'job-out-of-memory': { why: '所需内存超过上限，多半是排序、连接的数据过多。', change: ['先分组汇总，再连接或者排序。', '或者缩小时间、区域范围。'] },
}

/** Null for a failure that its own message and cure say all about. */
export function failureGuideOf(code: string): FailureGuide | null {
  return GUIDES[code] ?? null
}
