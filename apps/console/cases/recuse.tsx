import { useQuery } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { ReceiverField, TO_OFFICE } from './receiver-field.tsx'
import { useCommand } from './use-command.ts'

const texts = {
  act: '回避',
  title: '办理回避',
  warning: '回避后，该同志在本事项的各个环节都不能再办理，也不能由他人代其办理；已作出的办理不受影响。此项不能撤销。',
  who: '回避人员',
  self: (name: string) => `${name}（本人）`,
  to: '改由何人承办',
  office: '由同岗位的其他同志办理（不指定）',
  reason: '回避理由（例如：近亲属在申请单位任职）',
  ok: '确认回避',
}

/** Takes a person with an interest in the matter out of the case, and says who takes the task over. */
export function Recuse({ view, task }: { view: CaseView; task: TaskView }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="text" onClick={() => setOpen(true)} aria-label={`${texts.act} ${task.title}`}>{texts.act}</Button>
      {open ? <RecusalDialog view={view} task={task} close={() => setOpen(false)} /> : null}
    </>
  )
}

function RecusalDialog({ view, task, close }: { view: CaseView; task: TaskView; close: () => void }) {
  const { person } = useSession()
  const [who, setWho] = useState(task.assignee?.id ?? person.id)
  const [to, setTo] = useState(TO_OFFICE)
  const command = useCommand(view)
  const { data = [], isPending } = useQuery(personsQuery)
  const gone = view.recused.map(({ id }) => id)
  const options = data.filter((one) => !gone.includes(one.id) && one.offices.some(({ id }) => id === task.office.id))
    .map(({ id, name }) => ({ value: id, label: id === person.id ? texts.self(name) : name }))
  const choose = (next: string): void => {
    setWho(next)
    if (next === to) setTo(TO_OFFICE)
  }
  return (
    <ReasonDialog title={texts.title} warning={texts.warning} reasonLabel={texts.reason} okText={texts.ok} danger close={close} act={(reason) => command({ type: 'recuse', task: task.id, person: who, to: to === TO_OFFICE ? null : to, reason }, texts.act)}>
      {view.recusal_basis === null ? null : <p><BasisTag basis={view.recusal_basis} /></p>}
      <Form.Item label={texts.who} htmlFor="recuse-who" required>
        <Select id="recuse-who" aria-label={texts.who} className="wide" showSearch={{ optionFilterProp: 'label' }} options={options} loading={isPending} value={who} onChange={choose} />
      </Form.Item>
      <ReceiverField id="recuse-to" label={texts.to} offices={[task.office.id]} to={to} choose={setTo} except={[...gone, who]} office={texts.office} />
    </ReasonDialog>
  )
}
