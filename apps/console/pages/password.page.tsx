import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { sessionQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = {
  title: '修改口令',
  sub: '新口令不少于12个字符，不能与原口令相同，也不能含有本人账号。修改后，本人在其他电脑上的登录随即失效。',
  first: '请先设定本人口令',
  firstText: '您用的是初始口令，管理员知道它。设定只有本人知道的口令后，才能办理其他事项。',
  demonstration: '演示环境的口令是公开的，修改后登录页上的公开口令对本账号失效，平台重新启动后恢复。',
  old: '原口令',
  wanted: '新口令',
  again: '再次输入新口令',
  differ: '两次输入的新口令不一致。',
  submit: '确认修改',
  done: '口令已修改。',
}

/** One's own new password; with a first password the only page there is. */
export function PasswordPage() {
  const { must_change_password, demonstration } = useSession()
  const [form, setForm] = useState({ old: '', wanted: '', again: '' })
  const { change, error, busy } = useChange()
  const differs = form.again !== '' && form.again !== form.wanted
  const field = (name: keyof typeof form, autoComplete: string) => (
    <Form.Item label={texts[name]} htmlFor={`password-${name}`} required {...(name === 'again' && differs ? { validateStatus: 'error' as const, help: texts.differ } : {})}>
      <Input.Password id={`password-${name}`} autoComplete={autoComplete} value={form[name]} onChange={(event) => setForm({ ...form, [name]: event.target.value })} />
    </Form.Item>
  )
  return (
    <Page title={texts.title} sub={texts.sub}>
      <div className="panel narrow">
        {must_change_password ? <Alert type="warning" showIcon title={texts.first} description={texts.firstText} className="gap-below" /> : null}
        {demonstration ? <Alert type="info" showIcon title={texts.demonstration} className="gap-below" /> : null}
        <ProblemAlert error={error} />
        <Form layout="vertical" onFinish={() => void change(form)}>
          {field('old', 'current-password')}
          {field('wanted', 'new-password')}
          {field('again', 'new-password')}
          <Button type="primary" htmlType="submit" loading={busy} disabled={form.old === '' || form.wanted === '' || form.again !== form.wanted}>{texts.submit}</Button>
        </Form>
      </div>
    </Page>
  )
}

function useChange() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const { csrf_token } = useSession()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const change = async ({ old, wanted }: { old: string; wanted: string }): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await send('PUT', api.password, { old, wanted }, csrf_token)
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      message.success(texts.done)
      await navigate({ href: pages.home })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { change, error, busy }
}
