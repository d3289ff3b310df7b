import { Radio, Select } from 'antd'
import type { ChoiceContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** Up to this many choices stand open beside each other; more are unfolded. */
const OPEN_MAX = 4
/** unit: characters of all choices together that fit on one line */
const LINE_MAX = 40

export function ChoiceField(props: LeafProps<ChoiceContent> & { compact: boolean }) {
  const { content, value, set, compact } = props
  const options = Object.entries(content.of).map(([key, label]) => ({ value: key, label }))
  const chosen = typeof value === 'string' ? value : null
  if (!compact && options.length <= OPEN_MAX && Object.values(content.of).join('').length <= LINE_MAX) {
    return <Radio.Group id={props.id} aria-label={props.label} aria-describedby={props.describedBy} options={options} value={chosen} onChange={(event) => set(String(event.target.value))} />
  }
  return <Select {...tied(props)} className="wide" allowClear placeholder="请选择" options={options} value={chosen} onChange={(next: string | null | undefined) => set(next ?? undefined)} />
}
