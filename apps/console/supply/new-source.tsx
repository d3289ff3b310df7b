import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { SourceBody, SourceView } from '#apps/api/wire/deliveries.ts'
import { sourcesQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { SOURCE_KINDS, USUAL_PORTS } from './source-kinds.ts'

const texts = {
  title: '登记数据源', kind: '种类', name: '名称', host: '主机', port: '端口', database: '数据库', encrypted: '加密连接并核验证书（TLS）', scheme: '协议', region: '区域', bucket: '存储桶',
  user: '账号', password: '口令', accessKey: '访问密钥标识', secretKey: '访问密钥', register: '登记',
  hint: '主机须先由系统管理员列入许可名单。', account: '请使用只读账号。账号和口令加密保存，登记后不再显示；需要更换的，请停用后重新登记。',
  done: '已登记。请测试连接。',
}

type Given = { kind: SourceView['kind']; title: string; host: string; port: number; database: string; encrypted: boolean; scheme: 'http' | 'https'; region: string; bucket: string; user: string; password: string }
const EMPTY: Given = { kind: 'postgresql', title: '', host: '', port: USUAL_PORTS.postgresql, database: '', encrypted: true, scheme: 'https', region: '', bucket: '', user: '', password: '' }

/** A new source; what is typed as account leaves this page once and never comes back. */
export function NewSource() {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [given, setGiven] = useState<Given>(EMPTY)
  const set = (next: Partial<Given>): void => setGiven((now) => ({ ...now, ...next }))
  const register = useMutation({
    mutationFn: () => send<SourceView>('POST', api.sources, bodyOf(given), csrf_token),
    onSuccess: async () => {
      setGiven(EMPTY)
      message.success(texts.done)
      await client.invalidateQueries({ queryKey: sourcesQuery.queryKey })
    },
  })
  const isStore = given.kind === 's3'
  const whole = given.title.trim() !== '' && given.host.trim() !== '' && given.user !== '' && (isStore ? given.region !== '' && given.bucket !== '' : given.database !== '')
  const text = (key: 'title' | 'host' | 'database' | 'region' | 'bucket' | 'user', label: string, extra?: string) => (
    <Form.Item label={label} htmlFor={`source-${key}`} extra={extra}><Input id={`source-${key}`} value={given[key]} maxLength={200} autoComplete="off" onChange={(event) => set({ [key]: event.target.value })} /></Form.Item>
  )
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <ProblemAlert error={register.error} />
      <Form layout="vertical" className="narrow" onFinish={() => register.mutate()}>
        <div className="two-fields">
          <Form.Item label={texts.kind} htmlFor="source-kind"><Select id="source-kind" value={given.kind} options={Object.entries(SOURCE_KINDS).map(([value, label]) => ({ value, label }))} onChange={(kind: SourceView['kind']) => set({ kind, port: USUAL_PORTS[kind] })} /></Form.Item>
          {text('title', texts.name)}
          {text('host', texts.host, texts.hint)}
          <Form.Item label={texts.port} htmlFor="source-port"><InputNumber id="source-port" className="wide" min={1} max={65_535} value={given.port} onChange={(port) => set({ port: port ?? USUAL_PORTS[given.kind] })} /></Form.Item>
          {isStore ? <>{text('region', texts.region)}{text('bucket', texts.bucket)}</> : text('database', texts.database)}
          {isStore ? <Form.Item label={texts.scheme} htmlFor="source-scheme"><Select id="source-scheme" value={given.scheme} options={['https', 'http'].map((value) => ({ value, label: value }))} onChange={(scheme: Given['scheme']) => set({ scheme })} /></Form.Item> : <Form.Item label=" "><Checkbox checked={given.encrypted} onChange={(event) => set({ encrypted: event.target.checked })}>{texts.encrypted}</Checkbox></Form.Item>}
          {text('user', isStore ? texts.accessKey : texts.user)}
          <Form.Item label={isStore ? texts.secretKey : texts.password} htmlFor="source-password"><Input.Password id="source-password" value={given.password} maxLength={500} autoComplete="new-password" onChange={(event) => set({ password: event.target.value })} /></Form.Item>
        </div>
        <p className="quiet">{texts.account}</p>
        <Button type="primary" htmlType="submit" loading={register.isPending} disabled={!whole}>{texts.register}</Button>
      </Form>
    </section>
  )
}

function bodyOf({ kind, title, host, port, database, encrypted, scheme, region, bucket, user, password }: Given): SourceBody {
  const common = { title: title.trim(), host: host.trim(), port, account: { user, password } }
  return kind === 's3' ? { kind, ...common, settings: { scheme, region, bucket } } : { kind, ...common, settings: { database, encrypted } }
}
