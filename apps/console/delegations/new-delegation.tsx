import { useQuery } from '@tanstack/react-query'
import { Alert, Checkbox, DatePicker, Form, Input, Modal, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import type { PersonRow } from '#apps/api/wire/persons.ts'
import { personsQuery } from '#apps/console/api/queries.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { useDelegations } from './use-delegations.ts'

const texts = {
  title: '办理代理',
  ok: '确认办理',
  cancel: '取消',
  done: '代理已办理',
  note: '代理期间双方都可以办理。代理人只能在所选岗位和起止日期内代为办理，每一次都记明由谁代谁办理。',
  principal: '被代理人',
  self: (name: string) => `${name}（本人）`,
  deputy: '代理人',
  choose: '请选择本单位人员',
  offices: '委托的岗位',
  from: '开始日期',
  until: '结束日期（含当日）',
  reason: '原因（例如：出差、休假）',
}
const FORMAT = 'YYYY-MM-DD'
const USUAL_DAYS = 7 // a suggestion in the form, no rule: how long people are away most often

/** A new delegation: whose offices, to whom, from and to which day, and why. */
export function NewDelegation({ close }: { close: () => void }) {
  const { person, today, offices: own } = useSession()
  const { data: persons = [] } = useQuery(personsQuery)
  const change = useDelegations()
  const [principal, setPrincipal] = useState(person.id)
  const [deputy, setDeputy] = useState<string | null>(null)
  const [chosen, setChosen] = useState<string[] | null>(null)
  const [[from, until], setDays] = useState<[string, string]>([today, dayjs(today).add(USUAL_DAYS, 'day').format(FORMAT)])
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const held = principal === person.id ? own : (persons.find(({ id }) => id === principal)?.offices ?? []).filter(({ id }) => own.some((one) => one.id === id))
  const offices = chosen ?? held.map(({ id }) => id)
  const send = async (): Promise<void> => {
    setBusy(true)
    try {
      await change(api.delegations, { principal, deputy, offices, from, until, reason }, texts.done)
      close()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal open title={texts.title} okText={texts.ok} cancelText={texts.cancel} confirmLoading={busy} okButtonProps={{ disabled: deputy === null || offices.length === 0 || reason.trim() === '' }} onOk={() => void send()} onCancel={close}>
      <Alert type="info" showIcon title={texts.note} className="gap-below" />
      <ProblemAlert error={error} />
      <Form layout="vertical">
        <Form.Item label={texts.principal} htmlFor="delegation-principal" required>
          <Select id="delegation-principal" aria-label={texts.principal} className="wide" value={principal} options={principals(persons, person.id, own).map(({ id, name }) => ({ value: id, label: id === person.id ? texts.self(name) : name }))} onChange={(next: string) => { setPrincipal(next); setChosen(null) }} />
        </Form.Item>
        <Form.Item label={texts.deputy} htmlFor="delegation-deputy" required>
          <Select id="delegation-deputy" aria-label={texts.deputy} className="wide" showSearch={{ optionFilterProp: 'label' }} placeholder={texts.choose} value={deputy} options={persons.filter(({ id }) => id !== principal).map(({ id, name, offices: theirs }) => ({ value: id, label: `${name}（${theirs.map(({ title }) => title).join('、')}）` }))} onChange={(next: string) => setDeputy(next)} />
        </Form.Item>
        <Form.Item label={texts.offices} required>
          <Checkbox.Group aria-label={texts.offices} value={offices} options={held.map(({ id, title }) => ({ value: id, label: title }))} onChange={(next: string[]) => setChosen(next)} />
        </Form.Item>
        <div className="two-fields">
          <Form.Item label={texts.from} htmlFor="delegation-from" required><DatePicker id="delegation-from" allowClear={false} value={dayjs(from)} onChange={(next) => setDays([next?.format(FORMAT) ?? from, until])} /></Form.Item>
          <Form.Item label={texts.until} htmlFor="delegation-until" required><DatePicker id="delegation-until" allowClear={false} value={dayjs(until)} onChange={(next) => setDays([from, next?.format(FORMAT) ?? until])} /></Form.Item>
        </div>
        <Form.Item label={texts.reason} htmlFor="delegation-reason" required><Input.TextArea id="delegation-reason" rows={2} value={reason} onChange={(event) => setReason(event.target.value)} /></Form.Item>
      </Form>
    </Modal>
  )
}

/** Oneself, and colleagues of the same office: somebody who fell ill cannot delegate. */
function principals(persons: PersonRow[], self: string, own: readonly { id: string }[]): PersonRow[] {
  const able = persons.filter((one) => one.id === self || one.offices.some(({ id }) => own.some((held) => held.id === id)))
  return able.toSorted((a, b) => Number(b.id === self) - Number(a.id === self))
}
