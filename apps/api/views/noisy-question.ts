import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { NoisyQuestion } from '#core/protection/noisy-statistics.ts'

/** What a noisy answer's figure is called. */
export function figureTitle({ column }: NoisyQuestion, schema: TableSchema | undefined): string {
  return column === null ? (schema?.entity.kind === 'enterprise' ? '单位数' : '人数') : `${titleOf(schema, column)}合计`
}

/** A question as a sentence: 按居住区分组的人数 */
export function questionText(question: NoisyQuestion, schema: TableSchema | undefined): string {
  const groups = question.groups.map((name) => titleOf(schema, name)).join('、')
  return `${groups === '' ? '全表的' : `按${groups}分组的`}${figureTitle(question, schema)}`
}

/** The declared title of a column; its name where none is known. */
export function titleOf(schema: TableSchema | undefined, name: string): string {
  return schema?.columns.find((column) => column.name === name)?.title ?? name
}
