import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { PersonContent } from '#core/pack/content-format.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** Chooses a person of one's own organisation by name. */
export function PersonField(props: LeafProps<PersonContent>) {
  const { value, set } = props
  const { person } = useSession()
  const { data = [], isPending } = useQuery(personsQuery)
  const options = data.map(({ id, name, offices }) => ({ value: id, label: `${name}${id === person.id ? '（本人）' : ''}　${offices.map(({ title }) => title).join('、')}` }))
  return <Select {...tied(props)} className="wide" allowClear showSearch={{ optionFilterProp: 'label' }} placeholder="选择本单位人员" options={options} loading={isPending} value={typeof value === 'string' && value !== '' ? value : null} onChange={(next: string | null | undefined) => set(next ?? undefined)} />
}
