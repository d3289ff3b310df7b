import { Alert, Modal } from 'antd'
import { useState } from 'react'
import type { DelegationView } from '#apps/api/wire/delegations.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useDelegations } from './use-delegations.ts'

const texts = {
  title: '终止代理',
  ok: '确认终止',
  cancel: '取消',
  done: '代理已终止',
  what: ({ principal, deputy, office, until }: DelegationView) => `${deputy.name}代理${principal.name}办理“${office.title}”，原定至${until}。`,
  warning: '终止自次日起生效：当日仍可以其名义办理，次日起不能。已办事项不受影响。',
}

/** Asks before a delegation is ended early. */
export function EndDelegation({ row, close }: { row: DelegationView; close: () => void }) {
  const change = useDelegations()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const end = async (): Promise<void> => {
    setBusy(true)
    try {
      await change(api.endDelegation(row.id), undefined, texts.done)
      close()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal open title={texts.title} okText={texts.ok} cancelText={texts.cancel} okButtonProps={{ danger: true }} confirmLoading={busy} onOk={() => void end()} onCancel={close}>
      <ProblemAlert error={error} />
      <p>{texts.what(row)}</p>
      <Alert type="warning" showIcon title={texts.warning} />
    </Modal>
  )
}
