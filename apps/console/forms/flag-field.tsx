import { Radio } from 'antd'
import type { FlagContent } from '#core/pack/content-format.ts'
import type { LeafProps } from './leaf.ts'

const OPTIONS = [
  { label: '是', value: true },
  { label: '否', value: false },
]

/** Yes or no, and neither until somebody says so: an unanswered question is not a no. */
export function FlagField({ id, label, describedBy, value, set }: LeafProps<FlagContent>) {
  return <Radio.Group id={id} aria-label={label} aria-describedby={describedBy} options={OPTIONS} value={value ?? null} onChange={(event) => set(event.target.value === true)} />
}
