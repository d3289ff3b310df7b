import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { grantableQuery } from '#apps/console/api/queries.ts'

/** What a person of this organisation may act as: the offices that the organisation holds, or one administrator. */
export function OfficesField({ id, organization, offices, choose }: { id: string; organization: string | null; offices: string[]; choose: (offices: string[]) => void }) {
  const { data = [], isPending } = useQuery(grantableQuery)
  const options = data.find((one) => one.organization.id === organization)?.offices.map((office) => ({ value: office.id, label: office.title })) ?? []
  return <Select id={id} mode="multiple" className="wide" placeholder={organization === null ? '请先选择单位' : '选择岗位'} loading={isPending} disabled={organization === null} options={options} showSearch={{ optionFilterProp: 'label' }} value={offices} onChange={choose} />
}
