import { useQuery } from '@tanstack/react-query'
import { Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import type { FirstPassword } from '#apps/api/wire/administration.ts'
import { grantableQuery } from '#apps/console/api/queries.ts'
import { api } from '#apps/console/paths.ts'
import { OfficesField } from './offices-field.tsx'
import { useRegister } from './use-register.ts'

const texts = { title: '新增人员', name: '姓名', login: '账号', loginHint: '小写字母、数字、点、横线，2至64个字符', organization: '单位', offices: '岗位', ok: '新增', cancel: '取消' }
const LOGIN = /^[a-z0-9][a-z0-9._-]{1,63}$/

/** A new person; the first password is shown once afterwards. */
export function AddPerson({ close, done }: { close: () => void; done: (issued: FirstPassword) => void }) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [organization, setOrganization] = useState<string | null>(null)
  const [offices, setOffices] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const organizations = useQuery(grantableQuery).data ?? []
  const { change } = useRegister()
  const wrong = login !== '' && !LOGIN.test(login)
  const add = async (): Promise<void> => {
    setBusy(true)
    const issued = await change<FirstPassword>('POST', api.addAccount, { name, login, organization, offices })
    setBusy(false)
    if (issued === null) return
    close()
    done(issued)
  }
  return (
    <Modal open title={texts.title} okText={texts.ok} cancelText={texts.cancel} confirmLoading={busy} okButtonProps={{ disabled: name.trim() === '' || !LOGIN.test(login) || organization === null }} onOk={() => void add()} onCancel={close}>
      <Form layout="vertical">
        <Form.Item label={texts.name} htmlFor="person-name" required><Input id="person-name" value={name} onChange={(event) => setName(event.target.value)} /></Form.Item>
        <Form.Item label={texts.login} htmlFor="person-login" required extra={texts.loginHint} {...(wrong ? { validateStatus: 'error' as const } : {})}><Input id="person-login" autoComplete="off" value={login} onChange={(event) => setLogin(event.target.value)} /></Form.Item>
        <Form.Item label={texts.organization} htmlFor="person-organization" required>
          <Select id="person-organization" className="wide" showSearch={{ optionFilterProp: 'label' }} value={organization} options={organizations.map((one) => ({ value: one.organization.id, label: one.organization.name }))} onChange={(next: string) => { setOrganization(next); setOffices([]) }} />
        </Form.Item>
        <Form.Item label={texts.offices} htmlFor="person-offices"><OfficesField id="person-offices" organization={organization} offices={offices} choose={setOffices} /></Form.Item>
      </Form>
    </Modal>
  )
}
