import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { AutoComplete, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { DeliveryView, OpeningView, SourceView, TestView } from '#apps/api/wire/deliveries.ts'
import { sourcesQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { SOURCE_KINDS } from './source-kinds.ts'
import type { Delta } from './supply-mode-field.tsx'

const texts = {
  none: '本单位还没有登记数据源。',
  register: '登记数据源',
  source: '数据源', table: '表（模式名.表名）', key: '对象名称', look: '列出可见的表', begin: '开始提取',
  hint: '只提取同意提供的列。提取中断的，不保留任何内容，可以重新提取。',
}

/** A table or object of a registered source for an open step. */
export function BeginPull({ opening, delta }: { opening: OpeningView; delta: Delta }) {
  return (
    <Loaded query={useQuery(sourcesQuery)}>
      {(sources) => (sources.length === 0 ? <p className="quiet">{texts.none} <PageLink href={pages.sources}>{texts.register}</PageLink></p> : <PullForm opening={opening} delta={delta} sources={sources} />)}
    </Loaded>
  )
}

function PullForm({ opening, delta, sources }: { opening: OpeningView; delta: Delta; sources: SourceView[] }) {
  const { csrf_token } = useSession()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState(sources[0]?.id ?? '')
  const [place, setPlace] = useState('')
  const isStore = sources.find(({ id }) => id === chosen)?.kind === 's3'
  const tables = useMutation({ mutationFn: () => send<TestView>('POST', api.testSource(chosen), undefined, csrf_token) })
  const begin = useMutation({
    mutationFn: () => send<DeliveryView>('POST', api.beginPull, { case_id: opening.case_id, task: opening.task, source: chosen, place: placeOf(place.trim(), isStore), ...(delta === null ? {} : { delta }) }, csrf_token),
    onSuccess: (delivery) => navigate({ href: pages.delivery(delivery.id) }),
  })
  const isPlace = isStore ? place.trim() !== '' : /^[^.]+\.[^.]+$/.test(place.trim())
  return (
    <Form layout="vertical" onFinish={() => begin.mutate()}>
      <ProblemAlert error={begin.error ?? tables.error} />
      <div className="two-fields">
        <Form.Item label={texts.source} htmlFor={`source-${opening.task}`}>
          <Select id={`source-${opening.task}`} value={chosen} options={sources.map(({ id, title, kind }) => ({ value: id, label: `${title}（${SOURCE_KINDS[kind]}）` }))} onChange={(next: string) => { setChosen(next); setPlace(''); tables.reset() }} />
        </Form.Item>
        <Form.Item label={isStore ? texts.key : texts.table} htmlFor={`place-${opening.task}`} extra={texts.hint}>
          {isStore ? <Input id={`place-${opening.task}`} value={place} maxLength={1000} onChange={(event) => setPlace(event.target.value)} /> : <AutoComplete id={`place-${opening.task}`} value={place} options={(tables.data?.tables ?? []).map(({ namespace, table }) => ({ value: `${namespace}.${table}` }))} onChange={(next: string) => setPlace(next)} />}
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit" loading={begin.isPending} disabled={!isPlace}>{texts.begin}</Button>{' '}
      {isStore ? null : <Button loading={tables.isPending} onClick={() => tables.mutate()}>{texts.look}</Button>}
    </Form>
  )
}

function placeOf(text: string, isStore: boolean): { key: string } | { namespace: string; table: string } {
  if (isStore) return { key: text }
  const [namespace = '', table = ''] = text.split('.')
  return { namespace, table }
}
