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
  'job-timeout': { why: '运行时间超过上限，多半是把两张大表逐行两两比对。', change: ['先分组汇总，再连接。', '或者缩小时间、区域范围。'] },
  'job-out-of-memory': { why: '所需内存超过上限，多半是排序、连接的数据过多。', change: ['先分组汇总，再连接或者排序。', '或者缩小时间、区域范围。'] },
}

/** Null for a failure that its own message and cure say all about. */
export function failureGuideOf(code: string): FailureGuide | null {
  return GUIDES[code] ?? null
}
