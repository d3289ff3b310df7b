import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Flex, Input, InputNumber, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { HostList } from '#apps/api/wire/deliveries.ts'
import { sourceHostsQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

type Host = HostList['rows'][number]
const texts = {
  title: '数据源主机许可名单', sub: '平台只访问名单上的主机和端口，且不访问本机和保留地址。提供单位登记、提取数据时逐次核对。', none: '名单是空的：提供单位只能上传文件。',
  host: '主机', port: '端口', add: '列入名单', remove: '移出',
}

/** The hosts that the platform may call to fetch data, for the system administrator. */
export function SourceHosts() {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const [host, setHost] = useState('')
  const [port, setPort] = useState(5432)
  const change = useMutation({
    mutationFn: ({ path, address }: { path: string; address: { host: string; port: number } }) => send<HostList>('POST', path, address, csrf_token),
    onSuccess: ({ rows }) => client.setQueryData(sourceHostsQuery.queryKey, rows),
  })
  const columns: TableColumnsType<Host> = [
    { title: texts.host, dataIndex: 'host', className: 'mono' },
    { title: texts.port, dataIndex: 'port', width: 90, className: 'numeric' },
    { title: '许可', key: 'by', render: (_, one) => `${one.allowed_by.name}　${momentText(one.allowed_at)}` },
    { title: '操作', key: 'act', width: 104, render: (_, one) => <Button size="small" danger aria-label={`${texts.remove} ${one.host}:${one.port}`} onClick={() => change.mutate({ path: api.removeSourceHost, address: { host: one.host, port: one.port } })}>{texts.remove}</Button> },
  ]
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.sub}</p>
      <ProblemAlert error={change.error} />
      <Flex gap={8} className="gap-below">
        <Input className="filter-select" aria-label={texts.host} placeholder={texts.host} value={host} maxLength={253} onChange={(event) => setHost(event.target.value)} />
        <InputNumber aria-label={texts.port} min={1} max={65_535} value={port} onChange={(next) => setPort(next ?? 5432)} />
        <Button loading={change.isPending} disabled={host.trim() === ''} onClick={() => change.mutate({ path: api.sourceHosts, address: { host: host.trim(), port } })}>{texts.add}</Button>
      </Flex>
      <Loaded query={useQuery(sourceHostsQuery)}>{(rows) => <Table<Host> size="small" rowKey={(one) => `${one.host}:${one.port}`} columns={columns} dataSource={rows} pagination={false} locale={{ emptyText: <ListEmpty text={texts.none} /> }} />}</Loaded>
    </section>
  )
}
