import { Button, Form, Radio } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { useCommand } from './use-command.ts'

const texts = { act: '转办', title: '转办任务', to: '转给', me: '由本人领办', office: '退回岗位，由同岗位的任何人办理', reason: '转办原因', ok: '确认转办' }

/** Takes a task over, or gives it back to the office. */
export function HandOver({ view, task }: { view: CaseView; task: TaskView }) {
  const [open, setOpen] = useState(false)
  const { person } = useSession()
  const isMine = task.assignee?.id === person.id
  const [toOffice, setToOffice] = useState(isMine)
  const command = useCommand(view)
  return (
    <>
      <Button type="text" onClick={() => setOpen(true)} aria-label={`${texts.act} ${task.title}`}>{texts.act}</Button>
      {open ? (
        <ReasonDialog title={texts.title} reasonLabel={texts.reason} okText={texts.ok} close={() => setOpen(false)} act={(reason) => command({ type: 'hand-over', task: task.id, to: toOffice ? null : person.id, reason }, texts.act)}>
          <Form.Item label={texts.to}>
            <Radio.Group aria-label={texts.to} value={toOffice} onChange={(event) => setToOffice(event.target.value === true)} options={[{ value: false, label: `${texts.me}（${person.name}）` }, { value: true, label: texts.office }]} />
          </Form.Item>
        </ReasonDialog>
      ) : null}
    </>
  )
}
