import type { StatementRefusal } from '#core/boundary/statement-policy.ts'

interface Wording {
  readonly message: (subject: string) => string
  readonly cure: string
}

const WORDINGS = {
  'statement-too-long': { message: (s) => `语句过长（${s} 个字符）。`, cure: '请缩短语句，或拆分为多个作业。' },
  'statement-unparsable': { message: (s) => `语句无法解析：${s}`, cure: '请检查标点、括号和关键字后重新提交。' },
  'statement-not-select': { message: () => '只允许提交查询语句（SELECT）。', cure: '请删除写入、导出、设置、附加数据库、调用过程等语句，仅保留一条 SELECT；使用 PIVOT 的，请以 IN（…）写明各列的取值。' },
  'statement-not-single': { message: (s) => `一次只能提交一条语句，现有 ${s} 条。`, cure: '请只保留一条 SELECT 语句，其余另行提交。' },
  'statement-too-complex': { message: (s) => `语句过于复杂：${s}。`, cure: '请减少嵌套层数和表达式数量。' },
  'literal-too-long': { message: (s) => `语句中的文字常量过长（${s} 个字符）。`, cure: '请缩短常量；需要外部对照表的，请按资源目录申请。' },
  'number-too-long': { message: () => '语句中有位数过多的数字常量。', cure: '请以文本书写并转换，例如 CAST(\'12345678901234567890\' AS HUGEINT)。' },
  'table-not-authorized': { message: (s) => `数据表“${s}”不在本次授权范围内。`, cure: '请使用已授权目录中的表名；不得以文件路径、系统表或其他库的表代替。' },
  'table-shadowed': { message: (s) => `公用表名“${s}”与已授权的数据表重名。`, cure: '请为 WITH 子句中的结果另取名称。' },
  'column-not-authorized': { message: (s) => `字段“${s}”不在本次授权范围内，或所指不明。`, cure: '请核对字段名和表的别名；确需使用的，请补充申请该字段。' },
  'column-whole-row': { message: (s) => `“${s}”引用了整行记录或结构体成员。`, cure: '请逐一写明所需字段。' },
  'columns-must-be-named': { message: () => '无法确定“*”或 COLUMNS(…) 代表哪些字段。', cure: '请逐一写出需要的字段名。' },
  'function-not-allowed': { message: (s) => `函数“${s}”不在允许使用的函数清单内。`, cure: '请改用清单内的函数（见使用手册“可用函数”）。' },
  'function-used-wrongly': { message: (s) => `函数“${s}”不能这样使用。`, cure: '汇总函数用于分组或窗口，排名类函数须带 OVER 子句。' },
  'table-function-refused': { message: (s) => `不允许在 FROM 中使用表函数“${s}”。`, cure: '请仅从已授权的数据表、子查询和 WITH 子句取数。' },
  'pivot-refused': { message: () => '这种 PIVOT 或 UNPIVOT 写法无法核算。', cure: '请以 IN（…）逐一写明取值，或者改写为 sum(字段) FILTER (WHERE 条件) 的形式。' },
  'sampling-refused': { message: () => '不允许抽样查询，抽样结果无法复核。', cure: '请去掉 SAMPLE 子句，或按确定的条件筛选。' },
  'recursion-refused': { message: () => '不允许使用递归查询。', cure: '请改写为普通的连接或分组查询。' },
  'type-not-allowed': { message: (s) => `不允许转换为“${s}”类型。`, cure: '请转换为整数、小数、文本、日期、时间或布尔类型；列表和结构体须展开为多行或多列。' },
  'parameter-refused': { message: () => '语句中含有未绑定的参数。', cure: '请将参数替换为具体的值。' },
  'parameter-missing': { message: (s) => `参数“${s}”没有给出值。`, cure: '请为语句中的每个“$名称”参数填写类型和值。' },
  'parameter-not-used': { message: (s) => `语句中没有名为“${s}”的参数。`, cure: '请删除多余的参数，或核对参数名称。' },
  'parameter-value-invalid': { message: (s) => `参数“${s}”的值与所选类型不符。`, cure: '整数、小数写数字，日期写作 2026-01-31，布尔写 true 或 false。' },
  'construct-not-allowed': { message: (s) => `不支持的语法成分：${s}。`, cure: '请改用基本的 SELECT、JOIN、WHERE、GROUP BY、HAVING、ORDER BY、LIMIT 写法。' },
} as const satisfies Record<string, Wording>

export type StatementRefusalCode = keyof typeof WORDINGS

/** A refusal with its Chinese message and cure; `subject` is the name or figure that the message shows. */
export function statementRefusal(code: StatementRefusalCode, at: number | null, subject = ''): StatementRefusal {
  const wording: Wording = WORDINGS[code]
  return { code, at, message: wording.message(subject), cure: wording.cure }
}

/** Ends the walk through a tree; caught only by the gate, never by its callers. */
export class StatementRefused extends Error {
  readonly refusal: StatementRefusal
  constructor(code: StatementRefusalCode, at: number | null, subject = '') {
    super(code)
    this.refusal = statementRefusal(code, at, subject)
  }
}
