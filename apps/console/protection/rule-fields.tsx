import { Input, InputNumber, Select, Space } from 'antd'
import { maskKinds, maskTitles } from '#core/protection/masking.ts'
import type { ColumnRule } from '#core/protection/protection-rules.ts'
import { choiceOf, choicesFor, groupsFrom, numbersFrom, ruleFor } from './draft.ts'
import type { Choice } from './draft.ts'

const choices: Readonly<Record<Choice, string>> = {
  none: '不作处理', remove: '删除', pseudonym: '按场景假名化', mask: '掩码', prefix: '泛化：保留前几位', tree: '泛化：归并', interval: '泛化：等距分档', bounds: '泛化：按界值分档', date: '泛化：日期',
}
const units = [{ value: 'month', label: '到月' }, { value: 'quarter', label: '到季度' }, { value: 'year', label: '到年' }, { value: 'decade', label: '到年代' }] as const
const texts = { method: (title: string) => `${title}的处理方式`, kind: (title: string) => `${title}的掩码种类`, width: (title: string) => `${title}的档宽`, characters: (title: string) => `${title}保留的位数`, bounds: (title: string) => `${title}的界值`, unit: (title: string) => `${title}的日期精度`, groups: (title: string) => `${title}的归并对照`, groupsHint: '每行一项，如：锦江区=中心城区；未列出的归为“其他”', boundsHint: '从小到大，如：0、18、60' }

type Column = { name: string; title: string; type: string; role: string }

/** How one column is treated: the method that fits its type, and what the method needs. */
export function RuleFields({ column, rule, set }: { column: Column; rule: ColumnRule | undefined; set: (rule: ColumnRule | null) => void }) {
  const { title } = column
  return (
    <Space orientation="vertical" className="wide">
      <Select aria-label={texts.method(title)} className="wide" value={choiceOf(rule)} options={choicesFor(column).map((value) => ({ value, label: column.role === 'entity-key' && value === 'none' ? '按场景假名化（默认）' : choices[value] }))} onChange={(next: Choice) => set(ruleFor(column.name, next))} />
      {rule === undefined ? null : <Parameters title={title} rule={rule} set={set} />}
    </Space>
  )
}

function Parameters({ title, rule, set }: { title: string; rule: ColumnRule; set: (rule: ColumnRule) => void }) {
  if (rule.method === 'mask') return <Select aria-label={texts.kind(title)} className="wide" value={rule.kind} options={maskKinds.map((value) => ({ value, label: maskTitles[value] ?? value }))} onChange={(kind: string) => set({ ...rule, kind })} />
  if (rule.method !== 'generalise') return null
  const { generalisation } = rule
  switch (generalisation.by) {
    case 'prefix': return <InputNumber aria-label={texts.characters(title)} min={0} max={32} value={generalisation.characters} onChange={(characters) => set({ ...rule, generalisation: { ...generalisation, characters: characters ?? 0 } })} />
    case 'interval': return <InputNumber aria-label={texts.width(title)} min={1} precision={0} value={generalisation.width} onChange={(width) => set({ ...rule, generalisation: { ...generalisation, width: width ?? 1 } })} />
    case 'bounds': return <Input aria-label={texts.bounds(title)} placeholder={texts.boundsHint} defaultValue={generalisation.bounds.join('、')} onChange={({ target }) => set({ ...rule, generalisation: { ...generalisation, bounds: numbersFrom(target.value) } })} />
    case 'date': return <Select aria-label={texts.unit(title)} className="wide" value={generalisation.unit} options={[...units]} onChange={(unit) => set({ ...rule, generalisation: { ...generalisation, unit } })} />
    case 'tree': return <Input.TextArea aria-label={texts.groups(title)} rows={3} placeholder={texts.groupsHint} defaultValue={Object.entries(generalisation.groups).map(([value, group]) => `${value}=${group}`).join('\n')} onChange={({ target }) => set({ ...rule, generalisation: { ...generalisation, groups: groupsFrom(target.value) } })} />
  }
}
