import { useQuery } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { useCommand } from './use-command.ts'

const texts = { act: '转办', title: '转办任务', to: '转给', me: '由本人领办', office: '退回岗位，由同岗位的任何人办理', reason: '转办原因', ok: '确认转办' }
/** No person has an empty id: the task goes back to the office. */
const TO_OFFICE = ''

/** Takes a task over, hands it to a colleague of the same office, or gives it back to the office. */
export function HandOver({ view, task }: { view: CaseView; task: TaskView }) {
  const [open, setOpen] = useState(false)
  const { person } = useSession()
  const [to, setTo] = useState(task.assignee?.id === person.id ? TO_OFFICE : person.id)
  const command = useCommand(view)
  return (
    <>
      <Button type="text" onClick={() => setOpen(true)} aria-label={`${texts.act} ${task.title}`}>{texts.act}</Button>
      {open ? (
        <ReasonDialog title={texts.title} reasonLabel={texts.reason} okText={texts.ok} close={() => setOpen(false)} act={(reason) => command({ type: 'hand-over', task: task.id, to: to === TO_OFFICE ? null : to, reason }, texts.act)}>
          <Form.Item label={texts.to} htmlFor="hand-over-to">
            <Receiver office={task.office.id} to={to} choose={setTo} />
          </Form.Item>
        </ReasonDialog>
      ) : null}
    </>
  )
}

function Receiver({ office, to, choose }: { office: string; to: string; choose: (to: string) => void }) {
  const { person } = useSession()
  const { data = [], isPending } = useQuery(personsQuery)
  const colleagues = data.filter((one) => one.id !== person.id && one.offices.some(({ id }) => id === office))
  const options = [
    { value: person.id, label: `${texts.me}（${person.name}）` },
    ...colleagues.map(({ id, name }) => ({ value: id, label: name })),
    { value: TO_OFFICE, label: texts.office },
  ]
  return <Select id="hand-over-to" className="wide" showSearch={{ optionFilterProp: 'label' }} options={options} loading={isPending} value={to} onChange={choose} />
}
