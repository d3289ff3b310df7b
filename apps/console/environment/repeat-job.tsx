import { useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { ScheduleBody, SchedulesView } from '#apps/api/wire/schedules.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { MONTH_DAYS, WEEK_DAYS } from './recurrence-text.ts'
import { schedulesQuery, scheduleUrls } from './schedule-queries.ts'

const texts = {
  open: '按计划重复运行…',
  title: '由平台按计划重复运行',
  hint: '每次运行都是一项普通作业，重新核对授权并经完整检查；授权终止时计划自动停止。语句中写作 $run_date 的日期参数由平台填为应当运行的日期。',
  every: '周期',
  on: '哪一天',
  most: '最多运行（次）',
  workingDays: '遇休息日顺延至下一工作日（按日运行的，只在工作日运行）',
  save: '设立计划',
  close: '取消',
}
const EVERY = [{ value: 'day', label: '每日' }, { value: 'week', label: '每周' }, { value: 'month', label: '每月' }] as const
/** As many as a year has months: a schedule is looked at anew now and then. */
const USUAL_RUNS = 12
const RUNS_MOST = 366

/** Sets the statement above up to be repeated by the platform. */
export function RepeatJob({ job, isReady, onOpened }: { job: Omit<ScheduleBody, 'recurrence' | 'runs_most'>; isReady: boolean; onOpened: () => void }) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [isOpen, setOpen] = useState(false)
  const [every, setEvery] = useState<'day' | 'week' | 'month'>('month')
  const [on, setOn] = useState(1)
  const [workingDays, setWorkingDays] = useState(true)
  const [most, setMost] = useState(USUAL_RUNS)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  if (!isOpen) return <Button disabled={!isReady} onClick={() => setOpen(true)}>{texts.open}</Button>
  const save = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const recurrence = every === 'day' ? { every, working_days: workingDays } : { every, on, working_days: workingDays }
      client.setQueryData(schedulesQuery.queryKey, await send<SchedulesView>('POST', scheduleUrls.all, { ...job, recurrence, runs_most: most }, csrf_token))
      setOpen(false)
      onOpened()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="panel gap-above" aria-label={texts.title}>
      <h3 className="task-title">{texts.title}</h3>
      <ProblemAlert error={error} />
      <div className="job-head">
        <label>{texts.every} <Select aria-label={texts.every} value={every} options={[...EVERY]} onChange={(next: typeof every) => { setEvery(next); setOn(1) }} /></label>
        {every === 'day' ? null : <label>{texts.on} <Select aria-label={texts.on} value={on} options={every === 'week' ? WEEK_DAYS : MONTH_DAYS} onChange={(next: number) => setOn(next)} /></label>}
        <label>{texts.most} <InputNumber aria-label={texts.most} value={most} min={1} max={RUNS_MOST} precision={0} onChange={(next) => setMost(next ?? USUAL_RUNS)} /></label>
      </div>
      <p><Checkbox checked={workingDays} onChange={(event) => setWorkingDays(event.target.checked)}>{texts.workingDays}</Checkbox></p>
      <p className="quiet">{texts.hint}</p>
      <Button type="primary" loading={busy} disabled={!isReady} onClick={() => void save()}>{texts.save}</Button>{' '}
      <Button onClick={() => setOpen(false)}>{texts.close}</Button>
    </section>
  )
}
