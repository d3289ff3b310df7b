import { InputNumber, Space } from 'antd'
import type { NumberContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

export function NumberField(props: LeafProps<NumberContent>) {
  const { content, value, set } = props
  const input = <InputNumber<number> {...tied(props)} className="wide" value={typeof value === 'number' ? value : null} onChange={(next) => set(next ?? undefined)} />
  if (content.unit === undefined) return input
  return (
    <Space.Compact block>
      {input}
      <Space.Addon>{content.unit}</Space.Addon>
    </Space.Compact>
  )
}
