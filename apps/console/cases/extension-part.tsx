import { Button, Flex, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { CaseView, TaskView } from '#apps/api/wire/case.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { useCommand } from './use-command.ts'

type Extension = NonNullable<TaskView['extension']>
const texts = {
  about: (extension: Extension) => `可申请延期，最多 ${extension.cap_days} 个工作日，由${extension.granted_by.title}决定`,
  asked: (asked: NonNullable<Extension['asked']>) => `${asked.on} 已申请延期 ${asked.days} 个工作日：${asked.reason}`,
  ask: '申请延期',
  grant: '同意延期',
  decline: '不同意延期',
  days: '延长的工作日数',
  special: '特殊原因',
  reason: '理由',
}

/** Asking for more time, and answering it: two offices, one place. */
export function ExtensionPart({ view, task, extension }: { view: CaseView; task: TaskView; extension: Extension }) {
  const [open, setOpen] = useState<'ask' | 'grant' | 'decline' | null>(null)
  const [days, setDays] = useState<number>(extension.cap_days)
  const command = useCommand(view)
  const close = (): void => setOpen(null)
  return (
    <Flex gap={10} align="center" wrap className="extension">
      <span className="quiet">{extension.asked === null ? texts.about(extension) : texts.asked(extension.asked)}</span>
      <BasisTag basis={extension.basis} />
      {extension.can_ask ? <Button size="small" onClick={() => setOpen('ask')}>{texts.ask}</Button> : null}
      {extension.can_answer ? <Button size="small" type="primary" onClick={() => setOpen('grant')}>{texts.grant}</Button> : null}
      {extension.can_answer ? <Button size="small" onClick={() => setOpen('decline')}>{texts.decline}</Button> : null}
      {open === 'ask' ? (
        <ReasonDialog title={texts.ask} reasonLabel={texts.special} okText={texts.ask} close={close} act={(reason) => command({ type: 'ask-extension', task: task.id, days, reason }, texts.ask)}>
          <Form.Item label={texts.days} htmlFor="extension-days" required>
            <InputNumber<number> id="extension-days" min={1} precision={0} value={days} onChange={(next) => setDays(next ?? 1)} />
          </Form.Item>
        </ReasonDialog>
      ) : null}
      {open === 'grant' || open === 'decline' ? (
        <ReasonDialog title={texts[open]} reasonLabel={texts.reason} okText={texts[open]} close={close} act={(reason) => command({ type: 'answer-extension', task: task.id, grant: open === 'grant', reason }, texts[open])} />
      ) : null}
    </Flex>
  )
}
