import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Flex, Progress } from 'antd'
import { useState } from 'react'
import type { DeliveryView } from '#apps/api/wire/deliveries.ts'
import { deliveryQuery } from '#apps/console/api/queries.ts'
import { sizeText } from '#apps/console/contents/file-value.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { FileDrop } from './file-drop.tsx'
import { remainingText } from './upload-pace.ts'
import { fingerprintOf, pauseUpload, resumeUpload, startUpload, useUpload } from './uploads.ts'
import type { Upload } from './uploads.ts'

const texts = {
  title: '上传进度',
  sent: (received: number, bytes: number) => `已上传 ${sizeText(received)}，共 ${sizeText(bytes)}`,
  rate: (rate: number) => `每秒 ${sizeText(rate)}`,
  left: (text: string) => `还需${text}`,
  pause: '暂停',
  resume: '继续',
  phases: { sending: '正在上传', paused: '已暂停', waiting: '网络中断，恢复后自动续传，已上传的部分不会丢失', stopped: '上传停止', done: '已传完' } satisfies Record<Upload['phase'], string>,
  interrupted: '上传中断，已上传的部分仍然保留',
  again: '请重新选择同一文件，平台将从中断处续传。',
  label: '重新选择同一文件续传',
  differs: '所选文件与中断的文件不同（大小或者内容不一致）。请选择同一文件；确需更换的，请放弃本次提供后重新上传。',
  keep: '请勿关闭本窗口；可以在平台内浏览其他页面。',
}
const PERCENT = 100

/** How far an upload is, with its rate and remaining time, or how to take it up again after the window was closed. */
export function UploadPanel({ delivery }: { delivery: DeliveryView }) {
  const upload = useUpload(delivery.id)
  const client = useQueryClient()
  const whole = (): void => void client.invalidateQueries({ queryKey: deliveryQuery(delivery.id).queryKey })
  const [received, bytes] = upload === null ? [delivery.received ?? 0, delivery.bytes ?? 1] : [upload.received, upload.bytes]
  const left = upload?.phase === 'sending' ? remainingText(bytes - received, upload.rate) : null
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <Progress percent={Math.floor((received / bytes) * PERCENT)} status={upload?.phase === 'sending' ? 'active' : 'normal'} aria-label={texts.title} />
      <p aria-live="polite">
        {texts.sent(received, bytes)}
        {upload?.phase === 'sending' && upload.rate !== null ? `　${texts.rate(upload.rate)}` : ''}
        {left === null ? '' : `　${texts.left(left)}`}
      </p>
      {upload === null || upload.phase === 'stopped' ? <TakeUpAgain delivery={delivery} error={upload?.error ?? null} whole={whole} /> : (
        <Flex gap={12} align="center">
          {upload.phase === 'paused' ? <Button type="primary" onClick={() => resumeUpload(delivery.id, whole)}>{texts.resume}</Button> : upload.phase === 'done' ? null : <Button onClick={() => pauseUpload(delivery.id)}>{texts.pause}</Button>}
          <output>{texts.phases[upload.phase]}</output>
          <span className="quiet">{upload.phase === 'done' ? '' : texts.keep}</span>
        </Flex>
      )}
    </section>
  )
}

function TakeUpAgain({ delivery, error, whole }: { delivery: DeliveryView; error: unknown; whole: () => void }) {
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const take = async (file: File): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      if (file.size !== delivery.bytes || (await fingerprintOf(file)) !== delivery.fingerprint) setFailure(new Error(texts.differs))
      else startUpload(delivery, file, csrf_token, whole)
    } catch (cause) {
      setFailure(cause)
    }
    setBusy(false)
  }
  return (
    <>
      <ProblemAlert error={error ?? failure} />
      {error === null ? null : <ProblemAlert error={failure} />}
      <Alert type="info" showIcon className="gap-below" title={texts.interrupted} description={texts.again} />
      <FileDrop label={texts.label} hint={delivery.name} busy={busy} take={(file) => void take(file)} />
    </>
  )
}
