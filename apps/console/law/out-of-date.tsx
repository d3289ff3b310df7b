import { Alert, Button } from 'antd'
import { useRef, useState } from 'react'
import type { Problem } from '#apps/api/wire/refusal.ts'
import type { Fresh } from './fresh.ts'
import { RefusalAlert } from './refusal-alert.tsx'

const texts = {
  refresh: '刷新本页',
  done: '本页已刷新，已填写的内容仍在',
  news: '请核对下列变化后再提交：',
  nothing: '没有影响本环节的新情况，可以再次提交。',
  failed: '没有刷新成功，请检查网络后再试。',
}

/** The refusal of an act on a page that is out of date: loads the case anew, keeps what was typed, and tells what happened meanwhile. */
export function OutOfDate({ fresh, problem }: { fresh: Fresh; problem: Problem }) {
  const [since, setSince] = useState<number | null>(null)
  const [state, setState] = useState<'asked' | 'busy' | 'done' | 'failed'>('asked')
  const note = useRef<HTMLDivElement>(null)
  const refresh = async (): Promise<void> => {
    setSince(fresh.seq)
    setState('busy')
    try {
      await fresh.refresh()
      setState('done')
      requestAnimationFrame(() => note.current?.focus())
    } catch {
      setState('failed') // said beside the button, which stays
    }
  }
  if (state === 'done') return <div ref={note} tabIndex={-1}><Refreshed news={fresh.happened.filter(({ seq }) => since !== null && seq > since)} /></div>
  return (
    <RefusalAlert problem={problem}>
      <div className="refreshed">
        <Button type="primary" size="small" loading={state === 'busy'} onClick={() => void refresh()}>{texts.refresh}</Button>
        {state === 'failed' ? <span className="bad">　{texts.failed}</span> : null}
      </div>
    </RefusalAlert>
  )
}

function Refreshed({ news }: { news: Fresh['happened'] }) {
  const about = news.length === 0 ? texts.nothing : <>{texts.news}<ul>{news.map(({ seq, text }) => <li key={seq}>{text}</li>)}</ul></>
  return <Alert type="info" showIcon className="gap-below refreshed" title={texts.done} description={about} />
}
