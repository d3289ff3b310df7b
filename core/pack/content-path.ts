import type { Content } from './content-format.ts'

/** Where a path into a content leads: the item's type (undefined inside a plain value), or what is missing there. */
export type Found = { content: Content | undefined } | { missing: string; known: string[] }

const OF_FIGURE = ['value', 'source', 'method', 'year']
const OF_FILE = ['sha256', 'sm3', 'name', 'size', 'media_type']

/** Follows a path such as `resources[].entry` or `items.@entry=row:entry.fields` through the declared types. */
export function insideContent(content: Content, path: readonly string[]): Found {
  const [head, ...rest] = path
  if (head === undefined) return { content }
  if (head === '[]') return content.type === 'table' ? insideRow(content.columns, rest) : rest.length === 0 ? { content } : { missing: rest.join('.'), known: [] }
  if (content.type === 'table') {
    const column = /^@([a-z0-9-]+)=/.exec(head)?.[1]
    if (column === undefined) return { missing: head, known: Object.keys(content.columns).map((id) => `[].${id}`) }
    return column in content.columns ? insideRow(content.columns, rest) : { missing: column, known: Object.keys(content.columns) }
  }
  if (content.type === 'group') return insideRow(content.items, path)
  const known = content.type === 'figure' ? OF_FIGURE : content.type === 'file' ? OF_FILE : []
  return known.includes(head) && rest.length === 0 ? { content: undefined } : { missing: head, known }
}

function insideRow(items: Readonly<Record<string, Content>>, [head, ...rest]: readonly string[]): Found {
  if (head === undefined) return { content: undefined }
  const many = head.endsWith('[]')
  const item = items[many ? head.slice(0, -'[]'.length) : head]
  if (!item) return { missing: head, known: Object.keys(items) }
  return insideContent(item, many ? ['[]', ...rest] : rest)
}
