import { useQuery } from '@tanstack/react-query'
import { AutoComplete } from 'antd'
import type { PersonContent } from '#core/pack/content-format.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** A person's account. Oneself and the colleagues of one's organisation are offered; another's account can be typed. */
export function PersonField(props: LeafProps<PersonContent>) {
  const { value, set } = props
  const { person, organization } = useSession()
  const colleagues = useQuery(personsQuery).data ?? []
  const others = colleagues.filter(({ id }) => id !== person.id).map(({ id, name }) => ({ value: id, label: name }))
  return <AutoComplete {...tied(props)} className="wide" placeholder={`人员账号（${organization.name}的人员可直接选择）`} options={[{ value: person.id, label: `${person.name}（本人）` }, ...others]} value={typeof value === 'string' ? value : ''} onChange={(next: string) => set(next)} />
}
