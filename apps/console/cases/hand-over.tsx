import { Button } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { ReceiverField, TO_OFFICE } from './receiver-field.tsx'
import { useCommand } from './use-command.ts'

const texts = { act: '转办', title: '转办任务', to: '转给', reason: '转办原因', ok: '确认转办' }

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
          <ReceiverField id="hand-over-to" label={texts.to} offices={[task.office.id]} to={to} choose={setTo} except={view.recused.map(({ id }) => id)} />
        </ReasonDialog>
      ) : null}
    </>
  )
}
