import { Input } from 'antd'
import type { TextContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** unit: characters; a text that may be longer gets several lines */
const LINE_MAX = 100
/** unit: characters; a text that must have as many is prose, whatever its highest length */
const PROSE_MIN = 4

export function TextField(props: LeafProps<TextContent>) {
  const { content, value, set } = props
  const text = typeof value === 'string' ? value : ''
  const isLong = (content.max ?? Infinity) > LINE_MAX && ((content.min ?? 0) >= PROSE_MIN || text.length > LINE_MAX / 2)
  return isLong ? (
    <Input.TextArea {...tied(props)} value={text} autoSize={{ minRows: 2, maxRows: 12 }} onChange={(event) => set(event.target.value)} />
  ) : (
    <Input {...tied(props)} value={text} onChange={(event) => set(event.target.value)} />
  )
}
