import { Button } from 'antd'
import { useState } from 'react'
import type { CaseView } from '#apps/api/wire/case.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { ReceiverField } from './receiver-field.tsx'
import { useCommand } from './use-command.ts'

const texts = {
  act: '移交',
  title: '移交本事项',
  about: '下列环节一并移交，由接办人继续办理；期限不因移交而改变。',
  to: '接办人',
  choose: '请先选择接办人。',
  reason: '移交原因',
  ok: '确认移交',
}

/** Hands all open tasks of one's own offices in a case to one colleague: the case changes hands within the organisation. */
export function TransferCase({ view }: { view: CaseView }) {
  const [open, setOpen] = useState(false)
  const { person } = useSession()
  const [to, setTo] = useState<string | null>(null)
  const command = useCommand(view)
  const own = view.tasks.filter((task) => task.own)
  if (own.length === 0) return null
  const act = async (reason: string): Promise<void> => {
    if (to === null) throw new Error(texts.choose)
    await command({ type: 'transfer', to, reason }, texts.act)
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{texts.act}</Button>
      {open ? (
        <ReasonDialog title={texts.title} reasonLabel={texts.reason} okText={texts.ok} close={() => setOpen(false)} act={act}>
          <p>{texts.about}</p>
          <ul>{own.map((task) => <li key={task.id}>{task.title}{task.branch.length === 0 ? '' : `（${task.branch.map(({ title }) => title).join('、')}）`}</li>)}</ul>
          <ReceiverField id="transfer-to" label={texts.to} offices={[...new Set(own.map((task) => task.office.id))]} to={to} choose={setTo} except={[...view.recused.map(({ id }) => id), person.id]} office={null} />
        </ReasonDialog>
      ) : null}
    </>
  )
}
