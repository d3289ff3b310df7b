import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import { personsQuery } from '#apps/console/api/queries.ts'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = { me: '由本人领办', office: '退回岗位，由同岗位的任何人办理' }
/** No person has an empty id: the task goes back to the office. */
export const TO_OFFICE = ''

type Props = { id: string; label: string; offices: readonly string[]; to: string | null; choose: (to: string) => void; except?: readonly string[]; office?: string | null }

/** Chooses who takes a task over: oneself, a colleague who holds every one of the offices, or (where it is named) the office. */
export function ReceiverField({ id, label, offices, to, choose, except = [], office = texts.office }: Props) {
  const { person } = useSession()
  const { data = [], isPending } = useQuery(personsQuery)
  const able = data.filter((one) => !except.includes(one.id) && offices.every((wanted) => one.offices.some((held) => held.id === wanted)))
  const options = [
    ...able.filter((one) => one.id === person.id).map((one) => ({ value: one.id, label: `${texts.me}（${one.name}）` })),
    ...able.filter((one) => one.id !== person.id).map((one) => ({ value: one.id, label: one.name })),
    ...(office === null ? [] : [{ value: TO_OFFICE, label: office }]),
  ]
  return (
    <Form.Item label={label} htmlFor={id} required>
      <Select id={id} aria-label={label} className="wide" showSearch={{ optionFilterProp: 'label' }} options={options} loading={isPending} value={to} onChange={choose} />
    </Form.Item>
  )
}
