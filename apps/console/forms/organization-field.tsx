import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { OrganizationContent } from '#core/pack/content-format.ts'
import { organizationsQuery } from '#apps/console/api/queries.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** Chooses an organisation by name or credit code; only those that hold the office, where the content asks for one. */
export function OrganizationField(props: LeafProps<OrganizationContent>) {
  const { content, value, set } = props
  const { data = [], isPending } = useQuery(organizationsQuery)
  const options = data
    .filter(({ offices }) => content.office === undefined || offices.includes(content.office))
    .map(({ id, name, credit_code }) => ({ value: id, label: credit_code === null ? name : `${name}（${credit_code}）` }))
  return <Select {...tied(props)} className="wide" allowClear showSearch={{ optionFilterProp: 'label' }} placeholder="选择单位" options={options} loading={isPending} value={typeof value === 'string' ? value : null} onChange={(next: string | null | undefined) => set(next ?? undefined)} />
}
