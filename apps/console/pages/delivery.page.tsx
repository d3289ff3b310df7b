import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Button, Descriptions, Modal, Progress } from 'antd'
import { useState } from 'react'
import { supplyModeTitles } from '#core/boundary/supply-mode.ts'
import type { DeliveryView } from '#apps/api/wire/deliveries.ts'
import { dataReportQuery, deliveriesQuery, deliveryQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { sizeText } from '#apps/console/contents/file-value.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ConfirmChanges } from '#apps/console/supply/confirm-changes.tsx'
import { ConfirmColumns } from '#apps/console/supply/confirm-columns.tsx'
import { DataReportView } from '#apps/console/supply/data-report-view.tsx'
import { DeliveryState } from '#apps/console/supply/delivery-state.tsx'
import { UploadPanel } from '#apps/console/supply/upload-panel.tsx'
import { forgetUpload } from '#apps/console/supply/uploads.ts'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = {
  title: (name: string) => `数据提供：${name}`,
  facts: { case: '事项', file: '文件', origin: '来源', mode: '提供方式', format: '格式', begun: '发起', confirmed: '确认' },
  origins: { upload: '上传', source: '从数据源提取' },
  abandon: '放弃本次提供',
  abandonAbout: '放弃后，已收到的内容随即清除，不能恢复。需要时可以重新提供。',
  ok: '确认放弃',
  keep: '返回',
  steps: { pulling: '正在从数据源提取', looking: '正在核对文件', 'taking-in': '正在加密入库' },
  done: (done: number) => `已处理 ${sizeText(done)}`,
  waiting: '等待处理',
  stays: '可以离开本页，处理继续进行。',
  retry: '再次核对',
  next: '数据已加密入库。下一步：在事项中办理“数据提供”，行数和哈希值已替您填好。',
  go: '去办理',
  place: ({ row, column, message }: Failure) => [row === null || message.includes(`第 ${row} 行`) ? '' : row === 0 ? '表头' : `第 ${row} 行（不计表头）`, column === null || message.includes(column) ? '' : `列“${column}”`].filter((one) => one !== '').join('，'),
  again: '重新提供',
  report: '单独查看和打印质量报告',
}
const PERCENT = 100
const FORMATS: Readonly<Record<string, string>> = { csv: 'CSV', tsv: 'TSV', jsonl: 'JSON Lines', parquet: 'Parquet', xlsx: 'xlsx 工作簿' }
type Failure = NonNullable<DeliveryView['failure']>

/** One delivery from its first byte to its version: upload, look, confirmation, take-in, report. */
export function DeliveryPage() {
  const { deliveryId = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(deliveryQuery(deliveryId))}>{(delivery) => <Delivery delivery={delivery} />}</Loaded>
}

function Delivery({ delivery }: { delivery: DeliveryView }) {
  const { state, failure, confirmed } = delivery
  const place = failure === null ? '' : texts.place(failure)
  return (
    <Page title={texts.title(delivery.title)} sub={<DeliveryState state={state} />} actions={<Abandon delivery={delivery} />}>
      {failure === null ? null : <Alert role="alert" type={state === 'abandoned' ? 'info' : 'error'} showIcon className="gap-below" title={failure.message} description={<>{place === '' ? null : <div>{place}</div>}{failure.cure}{state === 'refused' || state === 'abandoned' ? <>　<PageLink href={withQuery(pages.deliveries, { task: delivery.task })}>{texts.again}</PageLink></> : null}<div className="mono quiet">{failure.code}</div></>} />}
      <div className="panel">
        <Descriptions size="small" column={2} items={[
          { key: 'case', label: texts.facts.case, children: <PageLink href={`${pages.case(delivery.case_id)}#task-${delivery.task}`}>{delivery.number}</PageLink> },
          { key: 'file', label: texts.facts.file, children: <span className="breakable">{delivery.name}{delivery.bytes === null ? '' : `（${sizeText(delivery.bytes)}）`}</span> },
          { key: 'origin', label: texts.facts.origin, children: texts.origins[delivery.origin] },
          { key: 'mode', label: texts.facts.mode, children: `${supplyModeTitles[delivery.mode]}${delivery.key.length === 0 ? '' : `（主键：${delivery.key.join('、')}）`}` },
          ...(delivery.look === null ? [] : [{ key: 'format', label: texts.facts.format, children: `${FORMATS[delivery.look.format] ?? delivery.look.format}${delivery.look.format === 'parquet' || delivery.look.format === 'xlsx' ? '' : `，${delivery.look.encoding.toUpperCase()} 编码`}，${delivery.look.total} 行` }]),
          { key: 'begun', label: texts.facts.begun, children: `${delivery.begun_by.name}　${momentText(delivery.begun_at)}` },
          ...(confirmed === null ? [] : [{ key: 'confirmed', label: texts.facts.confirmed, children: `${confirmed.by.name}　${confirmed.on}` }]),
        ]} />
      </div>
      {state === 'receiving' && delivery.origin === 'upload' ? <UploadPanel delivery={delivery} /> : null}
      <UnderWay delivery={delivery} />
      {state === 'awaiting-confirmation' && delivery.change !== null ? <ConfirmChanges delivery={delivery} change={delivery.change} /> : null}
      {state === 'awaiting-confirmation' && delivery.look !== null && delivery.change === null ? <ConfirmColumns key={failure?.message ?? ''} delivery={delivery} look={delivery.look} /> : null}
      {state === 'taken-in' && delivery.version !== null ? <TakenIn delivery={delivery} version={delivery.version} /> : null}
    </Page>
  )
}

function UnderWay({ delivery }: { delivery: DeliveryView }) {
  const { progress, state } = delivery
  const waits = state === 'received' || state === 'looking' || state === 'taking-in' || (state === 'receiving' && delivery.origin === 'source')
  if (!waits) return null
  return (
    <section className="panel" aria-label="处理进度" aria-live="polite">
      <h2 className="part">{progress === null ? texts.waiting : texts.steps[progress.step]}</h2>
      {progress === null || progress.total === null ? null : <Progress percent={Math.min(PERCENT, Math.floor((progress.done / progress.total) * PERCENT))} status="active" aria-label="处理进度" />}
      <p>{progress === null ? '' : texts.done(progress.done)}　<span className="quiet">{texts.stays}</span></p>
      {state === 'received' && progress === null && delivery.failure !== null ? <Retry delivery={delivery} /> : null}
    </section>
  )
}

function Retry({ delivery }: { delivery: DeliveryView }) {
  const { act, busy, error } = useAct(delivery.id, api.retryDelivery(delivery.id))
  return <><ProblemAlert error={error} /><Button loading={busy} onClick={() => void act()}>{texts.retry}</Button></>
}

function TakenIn({ delivery, version }: { delivery: DeliveryView; version: string }) {
  return (
    <>
      <Alert type="success" showIcon className="gap-above gap-below no-print" title={texts.next} action={<PageLink href={`${pages.case(delivery.case_id)}#task-${delivery.task}`}>{texts.go}</PageLink>} />
      <p className="no-print"><PageLink href={pages.dataReport(version)}>{texts.report}</PageLink></p>
      <Loaded query={useQuery(dataReportQuery(version))}>{(report) => <DataReportView report={report} />}</Loaded>
    </>
  )
}

function Abandon({ delivery }: { delivery: DeliveryView }) {
  const [asking, setAsking] = useState(false)
  const { act, busy, error } = useAct(delivery.id, api.abandonDelivery(delivery.id))
  if (!['receiving', 'received', 'awaiting-confirmation'].includes(delivery.state)) return null
  const abandon = async (): Promise<void> => {
    forgetUpload(delivery.id)
    if (await act()) setAsking(false)
  }
  return (
    <>
      <Button danger onClick={() => setAsking(true)}>{texts.abandon}</Button>
      <Modal open={asking} title={texts.abandon} okText={texts.ok} cancelText={texts.keep} okButtonProps={{ danger: true }} confirmLoading={busy} onOk={() => void abandon()} onCancel={() => setAsking(false)}>
        <ProblemAlert error={error} />
        <p>{texts.abandonAbout}</p>
      </Modal>
    </>
  )
}

function useAct(id: string, address: string) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const act = async (): Promise<boolean> => {
    setBusy(true)
    setError(null)
    try {
      await send<DeliveryView>('POST', address, undefined, csrf_token)
      await Promise.all([deliveryQuery(id), deliveriesQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey: [...queryKey] })))
      return true
    } catch (failure) {
      setError(failure)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { act, busy, error }
}
