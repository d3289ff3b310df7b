import { Form, Modal } from 'antd'
import { useState } from 'react'
import type { AccountRow } from '#apps/api/wire/administration.ts'
import { api } from '#apps/console/paths.ts'
import { OfficesField } from './offices-field.tsx'
import { useRegister } from './use-register.ts'

const texts = { title: (name: string) => `调整岗位：${name}`, offices: '担任的岗位', ok: '保存', cancel: '取消', hint: '只能选择该单位今天担任的岗位；管理员不能兼任其他岗位。' }

/** What a person may act as from now on. */
export function GiveOffices({ account, close }: { account: AccountRow; close: () => void }) {
  const [offices, setOffices] = useState(account.offices.map(({ id }) => id))
  const [busy, setBusy] = useState(false)
  const { change } = useRegister()
  const save = async (): Promise<void> => {
    setBusy(true)
    const done = await change('PUT', api.accountOffices(account.id), { offices })
    setBusy(false)
    if (done !== null) close()
  }
  return (
    <Modal open title={texts.title(account.name)} okText={texts.ok} cancelText={texts.cancel} confirmLoading={busy} onOk={() => void save()} onCancel={close}>
      <Form layout="vertical">
        <Form.Item label={texts.offices} htmlFor="give-offices" extra={texts.hint}>
          <OfficesField id="give-offices" organization={account.organization.id} offices={offices} choose={setOffices} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
