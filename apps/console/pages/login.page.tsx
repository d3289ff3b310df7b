import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Card, Empty, Form, Input, Tag, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import type { DemonstrationAccounts, SessionView } from '#apps/api/wire/session.ts'
import { demonstrationQuery, sessionQuery } from '#apps/console/api/queries.ts'
import { ApiProblem, request } from '#apps/console/api/request.ts'
import { api, pages } from '#apps/console/paths.ts'

const texts = {
  title: '公共数据资源授权运营平台',
  name: '公枢',
  login: '账号',
  password: '密码',
  submit: '登录',
  demonstration: '演示模式',
  demonstrationText: '本平台正在演示模式下运行。单位、人员和数据均为演示，不产生任何法律效力。从右侧选择单位和岗位即可登录，密码已填好。',
  accounts: '演示账号',
  search: '按单位、岗位或姓名查找',
  none: '没有符合的账号。请换一个词查找。',
  failed: '登录没有成功',
  missing: '请填写账号和密码。',
}

/** Sign-in. In demonstration mode the offices of the city stand beside the form, to be entered with one click. */
export function LoginPage() {
  const [login, setLogin] = useState('')
  const [typed, setPassword] = useState<string | null>(null)
  const demonstration = useQuery(demonstrationQuery).data
  const { failure, busy, signIn } = useSignIn()
  useEffect(() => {
    document.title = `${texts.submit} · ${texts.name}`
  }, [])
  // In the demonstration the password is public and stands there already, until somebody types another.
  const password = typed ?? demonstration?.password ?? ''
  return (
    <main className="login">
      <section className="login-brand">
        <div className="login-name">{texts.name}</div>
        <Typography.Title level={1} className="login-title">{texts.title}</Typography.Title>
        {demonstration?.demonstration ? <Alert type="warning" showIcon title={texts.demonstration} description={texts.demonstrationText} /> : null}
        <Card className="login-card">
          {failure === null ? null : <Alert role="alert" type="error" showIcon title={failure.title} description={failure.cure} className="gap-below" />}
          <Form layout="vertical" onFinish={() => void signIn(login, password)}>
            <Form.Item label={texts.login} htmlFor="login" required>
              <Input id="login" autoComplete="username" size="large" value={login} onChange={(event) => setLogin(event.target.value)} />
            </Form.Item>
            <Form.Item label={texts.password} htmlFor="password" required>
              <Input.Password id="password" autoComplete="current-password" size="large" value={password} onChange={(event) => setPassword(event.target.value)} />
            </Form.Item>
            <Button type="primary" htmlType="submit" size="large" block loading={busy}>{texts.submit}</Button>
          </Form>
        </Card>
      </section>
      {demonstration?.demonstration ? (
        <Accounts
          accounts={demonstration.accounts}
          pick={(picked) => {
            setLogin(picked)
            if (demonstration.password) void signIn(picked, demonstration.password)
          }}
        />
      ) : null}
    </main>
  )
}

function useSignIn() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ strict: false })
  const [failure, setFailure] = useState<{ title: string; cure: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const signIn = async (login: string, password: string): Promise<void> => {
    if (login.trim() === '' || password === '') return setFailure({ title: texts.failed, cure: texts.missing })
    setBusy(true)
    setFailure(null)
    try {
      const body = JSON.stringify({ login: login.trim(), password })
      const session = await request<SessionView>(api.session, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      client.clear()
      client.setQueryData(sessionQuery.queryKey, session)
      await navigate({ href: inside(next) })
    } catch (error) {
      setFailure(error instanceof ApiProblem ? { title: error.problem.detail, cure: error.problem.cure } : { title: texts.failed, cure: String(error instanceof Error ? error.message : error) })
    } finally {
      setBusy(false)
    }
  }
  return { failure, busy, signIn }
}

/** Only an address of this site may follow a sign-in: a link from outside must not lead people elsewhere. */
function inside(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : pages.home
}

type Account = DemonstrationAccounts['accounts'][number]

function Accounts({ accounts, pick }: { accounts: Account[]; pick: (login: string) => void }) {
  const [word, setWord] = useState('')
  const groups = useMemo(() => byOrganization(accounts, word.trim()), [accounts, word])
  return (
    <section className="login-accounts" aria-label={texts.accounts}>
      <Typography.Title level={2} className="section-title">{texts.accounts}</Typography.Title>
      <Input.Search aria-label={texts.search} placeholder={texts.search} value={word} onChange={(event) => setWord(event.target.value)} allowClear />
      <div className="login-list">
        {groups.length === 0 ? <Empty description={texts.none} /> : null}
        {groups.map(([organization, members]) => (
          <div key={organization} className="login-group">
            <h3>{organization}</h3>
            {members.map((account) => (
              <button key={account.login} type="button" className="login-account" onClick={() => pick(account.login)} aria-label={`${account.organization} ${account.name}（${account.login}）`}>
                <span className="login-person">{account.name}</span>
                <span className="login-offices">
                  {account.offices.map((office) => <Tag key={office}>{office}</Tag>)}
                </span>
                <code>{account.login}</code>
              </button>
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}

function byOrganization(accounts: Account[], word: string): [string, Account[]][] {
  const groups = new Map<string, Account[]>()
  for (const account of accounts) {
    const text = [account.login, account.name, account.organization, ...account.offices].join(' ')
    if (!text.includes(word)) continue
    groups.set(account.organization, [...(groups.get(account.organization) ?? []), account])
  }
  return [...groups]
}
