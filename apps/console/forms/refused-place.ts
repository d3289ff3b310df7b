import type { FormField } from '#apps/api/wire/case.ts'
import type { Problem } from '#apps/api/wire/refusal.ts'
import type { Content } from '#core/pack/content-format.ts'
import { below } from './path.ts'
import type { Path } from './path.ts'

/**
 * Where in the form a refusal belongs. The server names the place by titles, as a person would say it
 * (`实施方案／（五）数据资源目录第2行／名称`); null where it names none, or none that stands in this form.
 */
export function refusedPlace(fields: readonly FormField[], problem: Problem): Path | null {
  const { content: named, row } = problem.details ?? {}
  if (typeof named !== 'string') return null
  for (const { key, content } of fields) {
    const path = placeIn(content, '', named, key) ?? (named === key ? key : null)
    if (path !== null) return typeof row === 'number' && content.type === 'table' && path === key ? below(path, row - 1) : path
  }
  return null
}

const ROW = /^第(\d+)行(?=／|$)/

function placeIn(content: Content, place: string, named: string, path: Path): Path | null {
  const where = `${place}${content.no ?? ''}${content.title}`
  if (named === where) return path
  if (!named.startsWith(where)) return null
  const rest = named.slice(where.length)
  if (content.type === 'group' && rest.startsWith('／')) return placeAmong(content.items, `${where}／`, named, path)
  if (content.type !== 'table') return null
  const row = ROW.exec(rest)
  if (row === null) return null
  const rowPath = below(path, Number(row[1]) - 1)
  return placeAmong(content.columns, `${where}${row[0]}／`, named, rowPath) ?? rowPath
}

function placeAmong(items: Record<string, Content>, place: string, named: string, path: Path): Path | null {
  for (const [key, item] of Object.entries(items)) {
    const found = placeIn(item, place, named, below(path, key))
    if (found !== null) return found
  }
  return null
}
