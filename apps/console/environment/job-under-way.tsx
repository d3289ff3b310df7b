import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Modal, Steps } from 'antd'
import { useState } from 'react'
import type { JobView } from '#apps/api/wire/environment.ts'
import { jobQuery, jobsQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'

const texts = {
  title: '办理进度',
  queued: (position: number | null) => (position === null ? '正在排队。' : position === 1 ? '正在排队，下一个轮到本作业。' : `正在排队，前面还有 ${position - 1} 项。各单位轮流，不因排队多少而优先。`),
  cancelling: '正在取消，已经开始的运行即将停止。',
  steps: { preparing: '准备授权数据', running: '运行语句', checking: '检查结果', committing: '保存结果' },
  waiting: '排队',
  done: (done: number, total: number) => `${done}/${total}`,
  stays: '可以离开本页，作业继续进行，完成后在作业列表中查看。',
  cancel: '取消作业',
  confirm: '确认取消',
  keep: '继续运行',
  about: '取消后不产生结果，已经使用的排队位置不保留。需要时可以重新提交。',
}
type Step = keyof typeof texts.steps
const STEPS: readonly Step[] = ['preparing', 'running', 'checking', 'committing']

/** How far a job is, as long as it waits or runs, and the way to cancel it. */
export function JobUnderWay({ job }: { job: JobView }) {
  const [asking, setAsking] = useState(false)
  const session = useSession()
  const { progress, status } = job
  const current = progress === null ? (status === 'queued' ? 0 : 1) : STEPS.indexOf(progress.step) + 1
  const items = [{ title: texts.waiting }, ...STEPS.map((step) => ({ title: texts.steps[step], ...(progress?.step === step && progress.total > 0 ? { content: texts.done(progress.done, progress.total) } : {}) }))]
  return (
    <section className="panel" aria-label={texts.title} aria-live="polite">
      <h2 className="part">{texts.title}</h2>
      <Steps size="small" current={current} items={items} />
      <p>{status === 'queued' ? texts.queued(job.queue_position) : status === 'cancelling' ? texts.cancelling : ''} <span className="quiet">{texts.stays}</span></p>
      {status === 'cancelling' || !holdsAny(session, ['operator']) ? null : <Button danger onClick={() => setAsking(true)}>{texts.cancel}</Button>}
      {asking ? <CancelJob job={job} close={() => setAsking(false)} /> : null}
    </section>
  )
}

function CancelJob({ job, close }: { job: JobView; close: () => void }) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const cancel = async (): Promise<void> => {
    setBusy(true)
    try {
      await send<JobView>('POST', api.cancelJob(job.id), undefined, csrf_token)
      close()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
    await Promise.all([jobQuery(job.id), jobsQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey: [...queryKey] })))
  }
  return (
    <Modal open title={texts.cancel} okText={texts.confirm} cancelText={texts.keep} okButtonProps={{ danger: true }} confirmLoading={busy} onOk={() => void cancel()} onCancel={close}>
      <ProblemAlert error={error} />
      <Alert type="warning" showIcon title={texts.about} />
    </Modal>
  )
}
