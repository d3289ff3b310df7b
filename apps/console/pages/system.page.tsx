import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Descriptions, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { SystemView } from '#apps/api/wire/administration.ts'
import { systemQuery } from '#apps/console/api/queries.ts'
import { ApiProblem, send } from '#apps/console/api/request.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { SourceHosts } from '#apps/console/supply/source-hosts.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

type Message = SystemView['outbox']['rows'][number]
type Lines = SystemView['versions']

const texts = {
  title: '系统状况',
  sub: '平台的版本、隔离、数据库、磁盘和对外报送。系统管理员看不到事项的内容，也不能办理事项。',
  parts: { versions: '版本', posture: '隔离措施', database: '数据库', storage: '存储', evidence: '存证' },
  outbox: '未送达的对外报文',
  counts: (waiting: number, failed: number) => `等待发送 ${waiting} 条，对方拒收或未配置接口 ${failed} 条`,
  empty: '没有未送达的报文。',
  inForce: '已生效',
  missing: '未具备',
  retry: '重新发送',
  retried: '已重新排队，稍后发送。',
  states: { waiting: '多次未送达', failed: '已停止' },
  refresh: '刷新',
  columns: { number: '事项编号', port: '接口', action: '内容', state: '状态', attempts: '次数', error: '最近一次错误', act: '操作' },
}

/** How the platform is doing, for the one who looks after it. */
export function SystemPage() {
  const query = useQuery(systemQuery)
  return (
    <Page title={texts.title} sub={texts.sub} actions={<Button onClick={() => void query.refetch()} loading={query.isFetching}>{texts.refresh}</Button>}>
      <Loaded query={query}>{(view) => <System view={view} />}</Loaded>
    </Page>
  )
}

function System({ view }: { view: SystemView }) {
  return (
    <>
      <Outbox outbox={view.outbox} />
      <SourceHosts />
      <Part title={texts.parts.database} lines={view.database} />
      <Part title={texts.parts.storage} lines={view.storage} />
      <Part title={texts.parts.evidence} lines={view.evidence} />
      <section className="panel" aria-label={texts.parts.posture}>
        <h2 className="part">{texts.parts.posture}</h2>
        <ul className="plain">{view.posture.map(({ text, in_force }) => <li key={text}><Tag color={in_force ? 'green' : 'orange'}>{in_force ? texts.inForce : texts.missing}</Tag>{text}</li>)}</ul>
      </section>
      <Part title={texts.parts.versions} lines={view.versions} />
    </>
  )
}

function Part({ title, lines }: { title: string; lines: Lines }) {
  return (
    <section className="panel" aria-label={title}>
      <h2 className="part">{title}</h2>
      <Descriptions size="small" column={1} items={lines.map((line) => ({ key: line.title, label: line.title, children: line.text }))} />
    </section>
  )
}

function Outbox({ outbox }: { outbox: SystemView['outbox'] }) {
  const { columns: c } = texts
  const columns: TableColumnsType<Message> = [
    { title: c.number, dataIndex: 'number', width: 170, className: 'numeric' },
    { title: c.port, dataIndex: 'port', width: 140, className: 'mono' },
    { title: c.action, dataIndex: 'action', width: 120, className: 'mono' },
    { title: c.state, key: 'state', width: 110, render: (_, row) => <Tag color={row.state === 'failed' ? 'red' : 'orange'}>{texts.states[row.state]}</Tag> },
    { title: c.attempts, dataIndex: 'attempts', width: 64 },
    { title: c.error, dataIndex: 'last_error' },
    { title: c.act, key: 'act', width: 104, render: (_, row) => <Retry message={row} /> },
  ]
  return (
    <section className="panel" aria-label={texts.outbox}>
      <h2 className="part">{texts.outbox}</h2>
      <p className="quiet">{texts.counts(outbox.waiting, outbox.failed)}</p>
      <Table<Message> size="small" rowKey="id" columns={columns} dataSource={outbox.rows} pagination={false} locale={{ emptyText: <ListEmpty text={texts.empty} /> }} />
    </section>
  )
}

function Retry({ message: { id, number } }: { message: Message }) {
  const client = useQueryClient()
  const { message } = App.useApp()
  const { csrf_token } = useSession()
  const retry = async (): Promise<void> => {
    try {
      await send('POST', api.retry(id), undefined, csrf_token)
      message.success(texts.retried)
    } catch (error) {
      message.error(error instanceof ApiProblem ? `${error.problem.detail}${error.problem.cure}` : String(error instanceof Error ? error.message : error))
    }
    await client.invalidateQueries({ queryKey: systemQuery.queryKey })
  }
  return <Button size="small" aria-label={`${texts.retry} ${number}`} onClick={() => void retry()}>{texts.retry}</Button>
}
