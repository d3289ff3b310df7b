import { AutoComplete } from 'antd'
import type { PersonContent } from '#core/pack/content-format.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** A person's account. Oneself is offered; another person's account is typed. */
export function PersonField(props: LeafProps<PersonContent>) {
  const { value, set } = props
  const { person } = useSession()
  return <AutoComplete {...tied(props)} className="wide" placeholder="人员账号，本人可直接选择" options={[{ value: person.id, label: `${person.name}（本人）` }]} value={typeof value === 'string' ? value : ''} onChange={(next: string) => set(next)} />
}
