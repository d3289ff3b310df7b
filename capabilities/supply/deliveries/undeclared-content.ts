import { departures } from '#core/boundary/column-proposal.ts'
import { percent } from '#core/boundary/content-kind.ts'
import type { ContentSuggestion } from '#core/boundary/content-kind.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'

type Contents = readonly { name: string; suggestions: readonly ContentSuggestion[] }[]

/**
 * Where a file holds what identifies somebody in a column that is declared ordinary: a sentence for the provider that names
 * the first such column; null where there is none. `reasoned`: columns for which a provider gave a reason before.
 */
export function undeclaredContent({ columns }: Pick<TableSchema, 'columns'>, contents: Contents, reasoned: ReadonlySet<string> = new Set()): string | null {
  const [found] = departures(contents.map(({ name, suggestions }) => ({ name, contents: suggestions })), columns).filter(({ name }) => !reasoned.has(name))
  const [strongest] = found?.contents ?? []
  if (found === undefined || strongest === undefined) return null
  const title = columns.find(({ name }) => name === found.name)?.title ?? found.name
  const { values, share } = strongest
  return `“${title}”列登记为一般列，均匀抽查的 ${values} 个值中 ${percent(Math.round(share * values), values)} 看来是${strongest.title}，没有说明理由，不能接收。`
}
