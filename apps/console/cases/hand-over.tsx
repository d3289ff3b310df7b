import { useQuery } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { useCommand } from './use-command.ts'

const texts = { act: '转办', title: '转办任务', to: '转给', office: '退回岗位（由同岗位的任何人办理）', reason: '转办原因', ok: '确认转办' }
const TO_OFFICE = ''

/** Gives a task to a colleague, or back to the office. */
export function HandOver({ view, task }: { view: CaseView; task: TaskView }) {
  const [open, setOpen] = useState(false)
  const [to, setTo] = useState(TO_OFFICE)
  const { person } = useSession()
  const command = useCommand(view)
  const colleagues = useQuery({ ...personsQuery, enabled: open }).data ?? []
  return (
    <>
      <Button type="text" onClick={() => setOpen(true)} aria-label={`${texts.act} ${task.title}`}>{texts.act}</Button>
      {open ? (
        <ReasonDialog title={texts.title} reasonLabel={texts.reason} okText={texts.ok} close={() => setOpen(false)} act={(reason) => command({ type: 'hand-over', task: task.id, to: to === TO_OFFICE ? null : to, reason }, texts.act)}>
          <Form.Item label={texts.to} htmlFor="hand-over-to">
            <Select id="hand-over-to" className="wide" value={to} onChange={(next: string) => setTo(next)} options={[{ value: TO_OFFICE, label: texts.office }, ...colleagues.filter(({ id }) => id !== person.id).map(({ id, name }) => ({ value: id, label: name }))]} />
          </Form.Item>
        </ReasonDialog>
      ) : null}
    </>
  )
}
