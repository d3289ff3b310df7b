/** Why a statement stays on the reference engine. */
export interface PortableRefusal {
  readonly code: PortableRefusalCode
  /** Byte offset in the SQL text, null where the rule concerns the whole statement. */
  readonly at: number | null
  readonly message: string
  readonly cure: string
}

interface Wording {
  readonly message: (subject: string) => string
  readonly cure: string
}

const WORDINGS = {
  'statement-unreadable': { message: (s) => `语句的结构无法识别：${s}。`, cure: '请先使语句通过预先检查，再选择扩展引擎。' },
  'statement-too-large': { message: () => '语句展开后过长。', cure: '请减少函数的层层嵌套，或用 WITH 子句分步书写。' },
  'table-unknown': { message: (s) => `扩展引擎上没有数据表“${s}”。`, cure: '请使用已授权的数据表。' },
  'column-unknown': { message: (s) => `字段“${s}”不存在，或者有多个同名字段。`, cure: '请写明字段所在的表，例如 表名.字段名。' },
  'correlated-subquery-not-portable': { message: (s) => `子查询引用了外层的字段“${s}”，各引擎支持不一。`, cure: '请改写为先分组汇总、再连接。' },
  'exists-not-portable': { message: () => 'EXISTS 子查询不在可移植范围内。', cure: '请改用“字段 IN (SELECT …)”作为筛选条件，或改写为连接。' },
  'in-subquery-place-not-portable': { message: () => '“IN (SELECT …)”只能作为 WHERE 中以 AND 并列的一项；NOT IN 遇空值时各引擎结果不同。', cure: '请移到 WHERE 的最外层；需要排除的，改写为左连接后筛选“IS NULL”。' },
  'function-not-portable': { message: (s) => `函数“${s}”没有在各引擎上结果一致的写法。`, cure: '请改用可移植函数清单内的函数。' },
  'arguments-not-portable': { message: (s) => `函数“${s}”的参数不在可移植范围内。`, cure: '请核对参数的个数和类型；起始位置、长度、格式、正则表达式等须写成常量。' },
  'result-depends-on-order': { message: (s) => `“${s}”的结果取决于数据的读取次序，各引擎不同。`, cure: '请改用 min、max，或者写明排序的窗口函数。' },
  'aggregate-needs-order': { message: (s) => `“${s}”须按被拼接的字段本身排序，否则各引擎次序不同。`, cure: "请写成 string_agg(字段, '分隔符' ORDER BY 字段)。" },
  'distinct-aggregate-not-portable': { message: (s) => `“${s}(DISTINCT …)”不在可移植范围内。`, cure: '只有 count(DISTINCT 字段) 可移植；其他请先在子查询中去重。' },
  'integer-division-not-portable': { message: () => '整除“//”在各引擎上对负数和零的处理不同。', cure: '请改用 floor(CAST(a AS DOUBLE) / b)，或 (a - a % b) / b。' },
  'slice-not-portable': { message: () => '下标和切片写法不在可移植范围内。', cure: '请改用 substring、left、right。' },
  'division-needs-guard': { message: () => '除数可能为零：此时各引擎给出的无穷大、非数值在比较和排序时不一致。', cure: '请写成 a / nullif(b, 0)，或除以不为零的常量、count(*)。' },
  'types-do-not-meet': { message: (s) => `${s}两侧的类型不同，各引擎的自动转换不一致。`, cure: '请用 CAST 写明要转换成的类型。' },
  'cast-not-portable': { message: (s) => `不能可移植地转换：${s}。`, cure: '文本转数字、小数转文本、双精度转小数的规则各引擎不同；请在数据供给时声明正确的类型，或先取整。' },
  'constant-not-portable': { message: (s) => `常量“${s}”的写法不可移植。`, cure: "日期写作 DATE '2026-01-31'，时间写作 TIMESTAMP '2026-01-31 08:00:00'，数字写十进制。" },
  'null-needs-type': { message: () => '单独的 NULL 没有类型。', cure: '请写成 CAST(NULL AS 类型)。' },
  'alias-reuse-not-portable': { message: (s) => `同一 SELECT 中引用了自己定义的别名“${s}”。`, cure: '请重写该表达式，或先在子查询、WITH 子句中定义。' },
  'grouping-sets-not-portable': { message: () => 'ROLLUP、CUBE、GROUPING SETS 的小计行在各引擎上取值不同。', cure: '请分别分组后用 UNION ALL 合并。' },
  'distinct-on-not-portable': { message: () => 'DISTINCT ON 不在可移植范围内。', cure: '请改用 row_number() OVER (…) 后取第一行。' },
  'limit-needs-order': { message: () => 'LIMIT 没有 ORDER BY，取到哪些行各引擎不同。', cure: '请补充 ORDER BY，并使次序唯一。' },
  'limit-not-portable': { message: () => 'LIMIT、OFFSET 只能写整数，不能写百分比或表达式。', cure: '请写成 LIMIT 10。' },
  'order-place-unknown': { message: (s) => `ORDER BY 或 GROUP BY 中的“${s}”不是输出列的位置。`, cure: '请写列的位置（从 1 起）、名称或表达式。' },
  'join-not-portable': { message: (s) => `连接方式“${s}”不在可移植范围内。`, cure: '请改用 JOIN … ON、LEFT JOIN … ON 或 CROSS JOIN，右侧只写一张表或一个子查询。' },
  'join-condition-not-portable': { message: () => '外连接的条件只能是两侧字段相等（可用 AND 并列）；内连接至少要有一项相等。', cure: '其他条件请移到子查询或 WHERE。' },
  'set-operation-not-portable': { message: (s) => `集合运算“${s}”不在可移植范围内，或两侧的列数不同。`, cure: '请使用 UNION、UNION ALL、EXCEPT、INTERSECT，并使两侧列数和类型一致。' },
  'window-frame-not-portable': { message: () => '窗口的范围不在可移植范围内。', cure: '请使用默认范围，或 ROWS BETWEEN n PRECEDING AND m FOLLOWING。' },
  'window-not-portable': { message: (s) => `窗口函数“${s}”的这种写法不可移植。`, cure: '请写明 ORDER BY，并去掉 DISTINCT、FILTER、IGNORE NULLS。' },
  'interval-not-portable': { message: () => '时间间隔只能写整数常量，且不超过一百年。', cure: "请写成 INTERVAL 3 DAY、INTERVAL '2' MONTH。" },
  'construct-not-portable': { message: (s) => `“${s}”不在可移植的语法范围内。`, cure: '请改用基本的 SELECT、JOIN、WHERE、GROUP BY、HAVING、ORDER BY 写法。' },
} as const satisfies Record<string, Wording>

export type PortableRefusalCode = keyof typeof WORDINGS

/** Every code, for the tests that show each of them refusing something. */
export const PORTABLE_REFUSAL_CODES: readonly PortableRefusalCode[] = Object.keys(WORDINGS) as PortableRefusalCode[] // the keys just above

/** Ends the reading of a statement; caught by translateStatement only. */
export class NotPortable extends Error {
  readonly refusal: PortableRefusal
  constructor(code: PortableRefusalCode, at: number | null, subject = '') {
    super(code)
    const wording: Wording = WORDINGS[code]
    this.refusal = { code, at, message: wording.message(subject), cure: wording.cure }
  }
}
