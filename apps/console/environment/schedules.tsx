import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { ScheduleView, SchedulesView } from '#apps/api/wire/schedules.ts'
import { send } from '#apps/console/api/request.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { recurrenceText } from './recurrence-text.ts'
import { schedulesQuery, scheduleUrls } from './schedule-queries.ts'

const texts = {
  title: '计划',
  states: { active: '执行中', paused: '已暂停', stopped: '已停止', finished: '已完成', ended: '已结束' } satisfies Record<ScheduleView['state'], string>,
  colors: { active: 'green', paused: 'default', stopped: 'red', finished: 'blue', ended: 'default' } satisfies Record<ScheduleView['state'], string>,
  pause: '暂停',
  resume: '恢复',
  end: '结束',
  sure: '结束后不能恢复，需要时另行设立。确定结束？',
  next: (day: string) => `下次 ${day}`,
  runs: (done: number, most: number) => `${done} / ${most} 次`,
  cure: '怎么办：',
  refused: '未运行',
  notYet: '尚未运行',
}

/** The operator's schedules: when they run, what came of the last runs, why the platform stopped one. */
export function Schedules({ mayRun }: { mayRun: boolean }) {
  const query = useQuery(schedulesQuery)
  const { change, busy, error } = useChange()
  const rows = query.data?.schedules ?? []
  if (rows.length === 0) return null
  const columns: TableColumnsType<ScheduleView> = [
    { title: '用途', key: 'purpose', render: (_, one) => <>{one.purpose}<div className="quiet">{one.scenario}　{one.author.name}</div></> },
    { title: '周期', key: 'recurrence', width: 190, render: (_, one) => <>{recurrenceText(one.recurrence)}{one.next_on === null ? null : <div className="quiet numeric">{texts.next(one.next_on)}</div>}</> },
    { title: '已运行', key: 'runs', width: 100, className: 'numeric', render: (_, one) => texts.runs(one.runs_done, one.runs_most) },
    { title: '最近各次', key: 'last', width: 200, render: (_, one) => (one.runs.length === 0 ? <span className="quiet">{texts.notYet}</span> : one.runs.map((run) => <div key={run.due_on} className="numeric">{run.job === null ? <>{run.due_on}　{texts.refused}</> : <PageLink href={pages.job(run.job)}>{run.due_on}</PageLink>}</div>)) },
    { title: '状态', key: 'state', width: 260, render: (_, one) => <><Tag color={texts.colors[one.state]}>{texts.states[one.state]}</Tag>{one.stopped === null ? null : <div>{one.stopped.message}<div className="quiet">{texts.cure}{one.stopped.cure}</div></div>}</> },
    ...(mayRun ? [{
      title: '操作', key: 'act', width: 150, render: (_: unknown, one: ScheduleView) => (
        <>
          {one.state === 'active' ? <Button size="small" disabled={busy} onClick={() => void change(one.id, 'pause')}>{texts.pause}</Button> : null}
          {one.state === 'paused' || one.state === 'stopped' ? <Button size="small" disabled={busy} onClick={() => void change(one.id, 'resume')}>{texts.resume}</Button> : null}
          {one.state === 'finished' || one.state === 'ended' ? null : <>{' '}<Popconfirm title={texts.sure} okText={texts.end} cancelText="取消" onConfirm={() => change(one.id, 'end')}><Button size="small" danger disabled={busy}>{texts.end}</Button></Popconfirm></>}
        </>
      ),
    }] : []),
  ]
  return (
    <section aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <ProblemAlert error={error} />
      <div className="panel"><Table<ScheduleView> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} /></div>
    </section>
  )
}

function useChange() {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const change = async (id: string, what: 'pause' | 'resume' | 'end'): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      client.setQueryData(schedulesQuery.queryKey, await send<SchedulesView>('POST', scheduleUrls.change(id, what), {}, csrf_token))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { change, busy, error }
}
