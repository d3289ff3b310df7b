import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, DatePicker, Form, Modal, Space, Button } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import type { SessionView } from '#apps/api/wire/session.ts'
import { send } from '#apps/console/api/request.ts'
import { ActKeys } from '#apps/console/api/idempotency-key.ts'
import { api } from '#apps/console/paths.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'

const texts = {
  title: '推进城市日期',
  warning: '日期只能向后推进，不能退回。到期的时限、定时生效的决定和平台自动办理的步骤会随之发生，并留下存证。',
  to: '推进到',
  ok: '确认推进',
  cancel: '取消',
  done: (date: string) => `城市日期已推进到 ${date}`,
  steps: [['下一日', 1, 'day'], ['一周后', 7, 'day'], ['一个月后', 1, 'month']] as const,
}
const FORMAT = 'YYYY-MM-DD'

/** Demonstration only: moves the city's date forward, after a warning that there is no way back. */
export function AdvanceDate({ session, close }: { session: SessionView; close: () => void }) {
  const client = useQueryClient()
  const { message } = App.useApp()
  const [keys] = useState(() => new ActKeys())
  const [to, setTo] = useState(() => dayjs(session.today).add(1, 'day'))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const advance = async (): Promise<void> => {
    const body = { to: to.format(FORMAT) }
    setBusy(true)
    try {
      await send('POST', api.advance, body, session.csrf_token, keys.keyFor(body))
      await client.invalidateQueries()
      message.success(texts.done(body.to))
      close()
    } catch (failure) {
      keys.answered()
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open title={texts.title} okText={texts.ok} cancelText={texts.cancel} onOk={() => void advance()} onCancel={close} confirmLoading={busy}>
      <Alert type="warning" showIcon title={texts.warning} className="gap-below" />
      <ProblemAlert error={error} />
      <Form layout="vertical">
        <Form.Item label={texts.to} htmlFor="advance-to" required>
          <DatePicker id="advance-to" value={to} allowClear={false} minDate={dayjs(session.today).add(1, 'day')} onChange={(date) => setTo(date ?? to)} />
        </Form.Item>
        <Space>
          {texts.steps.map(([label, count, unit]) => (
            <Button key={label} size="small" onClick={() => setTo(dayjs(session.today).add(count, unit))}>{label}</Button>
          ))}
        </Space>
      </Form>
    </Modal>
  )
}
