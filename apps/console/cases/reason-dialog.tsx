import { Alert, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { ActingNote } from '#apps/console/layout/acting-band.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'

type Props = { title: string; warning?: string; reasonLabel: string; okText: string; danger?: boolean; children?: ReactNode; act: (reason: string) => Promise<void>; close: () => void }

/** An act that needs a written reason: asks for it, sends it, and stays open with the refusal where there is one. */
export function ReasonDialog({ title, warning, reasonLabel, okText, danger = false, children, act, close }: Props) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (): Promise<void> => {
    setBusy(true)
    try {
      await act(reason)
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open title={title} okText={okText} cancelText="取消" okButtonProps={{ danger }} confirmLoading={busy} onOk={() => void send()} onCancel={close}>
      {warning === undefined ? null : <Alert type="warning" showIcon title={warning} className="gap-below" />}
      <ProblemAlert error={error} />
      <Form layout="vertical">
        {children}
        <Form.Item label={reasonLabel} htmlFor="act-reason" required>
          <Input.TextArea id="act-reason" rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Form.Item>
        <ActingNote />
      </Form>
    </Modal>
  )
}
