import { table } from '#core/pack/render-text.ts'
import { checkSchema, comparisonSchema } from '#core/pack/procedure-format.ts'
import { OPERAND_ROOTS } from '#core/procedure/operand.ts'
import { EFFECTS, FACTS } from '#core/procedure/vocabulary.ts'

/** The closed vocabulary as Markdown: facts, effects, checks with their keys, comparisons, roots of operands. */
export function vocabularyTables(): string {
  const checks = checkSchema.options.map((option) => {
    const own = Object.entries(option.shape).filter(([key]) => !COMMON.has(key))
    return [`\`${option.shape.check.value}\``, own.map(([key, schema]) => `\`${key}\`${schema.safeParse(undefined).success ? '（可省）' : ''}`).join('、')]
  })
  return [
    '### 事实（facts）', '', ...table(['名称', '必需参数', '可选参数'], argumentRows(FACTS)),
    '### 效果（effects）', '', ...table(['名称', '必需参数', '可选参数'], argumentRows(EFFECTS)),
    '### 核对（checks）', '', '每一项核对都另有 `code`、`message`、`cure`、`basis`，可以有 `when`。', '', ...table(['名称', '参数'], checks),
    '### 比较（is）', '', comparisonSchema.options.map((one) => `\`${one}\``).join('、'), '',
    '### 引用的开头', '', OPERAND_ROOTS.map((one) => `\`${one}.…\``).join('、'),
  ].join('\n')
}

const COMMON = new Set(['check', 'code', 'message', 'cure', 'basis', 'when'])

function argumentRows(vocabulary: typeof EFFECTS): string[][] {
  const words = (names: readonly string[]) => names.map((one) => `\`${one}\``).join('、')
  return Object.entries(vocabulary).map(([name, rule]) => [`\`${name}\``, words(rule.required) || '—', [words(rule.optional), rule.open ? '其他任意参数' : ''].filter((one) => one !== '').join('、') || '—'])
}
