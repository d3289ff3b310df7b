import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Flex, Popconfirm, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { SourceView, TestView } from '#apps/api/wire/deliveries.ts'
import { sourcesQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { NewSource } from '#apps/console/supply/new-source.tsx'
import { SOURCE_KINDS } from '#apps/console/supply/source-kinds.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '数据源', sub: '本单位可以直接提取数据的数据库和对象存储。平台只读取同意提供的列；账号口令加密保存，任何人不能查看。',
  list: '已登记的数据源', none: '还没有登记数据源。也可以在“数据提供”中直接上传文件。',
  test: '测试连接', tested: (count: number, isStore: boolean) => (isStore ? '连接正常，存储桶可以读取。' : `连接正常，账号可见 ${count} 张表。`), end: '停用', sure: '停用后账号口令即被销毁，不能恢复。确认停用？', yes: '停用', no: '返回',
}

/** The sources of one's own organisation: to register, to test, to end. */
export function SourcesPage() {
  const [error, setError] = useState<unknown>(null)
  return (
    <Page title={texts.title} sub={texts.sub}>
      <section className="panel" aria-label={texts.list}>
        <h2 className="part">{texts.list}</h2>
        <ProblemAlert error={error} />
        <Loaded query={useQuery(sourcesQuery)}>{(sources) => <Sources sources={sources} tell={setError} />}</Loaded>
      </section>
      <NewSource />
    </Page>
  )
}

function Sources({ sources, tell }: { sources: SourceView[]; tell: (error: unknown) => void }) {
  const columns: TableColumnsType<SourceView> = [
    { title: '名称', dataIndex: 'title' },
    { title: '种类', key: 'kind', width: 170, render: (_, one) => SOURCE_KINDS[one.kind] },
    { title: '地址', key: 'host', className: 'mono', render: (_, one) => `${one.host}:${one.port}　${String(one.settings['database'] ?? one.settings['bucket'] ?? '')}` },
    { title: '登记', key: 'by', width: 170, render: (_, one) => `${one.registered_by.name}　${one.registered_on}` },
    { title: '操作', key: 'act', width: 200, render: (_, one) => <SourceActs source={one} tell={tell} /> },
  ]
  return <Table<SourceView> size="small" rowKey="id" columns={columns} dataSource={sources} pagination={false} locale={{ emptyText: <ListEmpty text={texts.none} /> }} />
}

function SourceActs({ source, tell }: { source: SourceView; tell: (error: unknown) => void }) {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const test = useMutation({
    mutationFn: () => send<TestView>('POST', api.testSource(source.id), undefined, csrf_token),
    onMutate: () => tell(null),
    onSuccess: ({ tables }) => void message.success(texts.tested(tables.length, source.kind === 's3')),
    onError: tell,
  })
  const end = useMutation({
    mutationFn: () => send('POST', api.endSource(source.id), undefined, csrf_token),
    onMutate: () => tell(null),
    onSuccess: () => client.invalidateQueries({ queryKey: sourcesQuery.queryKey }),
    onError: tell,
  })
  return (
    <Flex gap={8}>
      <Button size="small" aria-label={`${texts.test} ${source.title}`} loading={test.isPending} onClick={() => test.mutate()}>{texts.test}</Button>
      <Popconfirm title={texts.sure} okText={texts.yes} cancelText={texts.no} onConfirm={() => end.mutate()}><Button size="small" danger aria-label={`${texts.end} ${source.title}`} loading={end.isPending}>{texts.end}</Button></Popconfirm>
    </Flex>
  )
}
