import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, App, Button, Tag } from 'antd'
import { useState } from 'react'
import type { RederivationView, ReleaseView } from '#apps/api/wire/release.ts'
import { openableQuery, releaseQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'

const texts = {
  title: '出域结果的绑定和复核',
  what: '结果出域时，平台记下它由哪些数据版本、哪条语句、哪版引擎和规则得出。复核时另起一个进程由原输入重新算一遍，与出域的结果逐字节比对；复核只说是否相同、哪里不同，不显示任何一行数据。',
  unbound: '这一结果出域时还没有绑定记录，不能复核。',
  rests: '出域的结果由下列各项得出',
  check: '重新得出并比对',
  doubt: '报告存疑，暂停使用',
  none: '还没有复核过。',
  entry: '存证',
}
const OUTCOMES = { identical: { text: '逐字节相同', color: 'green' }, differs: { text: '不符', color: 'red' }, impossible: { text: '不能重新得出', color: 'gold' } } as const
const REVIEWERS = ['implementing-agency', 'data-provider']
const QUARANTINE_PROCEDURE = 'release-quarantine'

/** What a released output is bound to, and the reviewer's button that has it derived anew. */
export function ReleaseBinding({ release }: { release: string }) {
  const view = useQuery(releaseQuery(release)).data
  if (view === undefined) return null
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.what}</p>
      {view.bound.length === 0 ? <Alert type="warning" showIcon title={texts.unbound} /> : <Bound view={view} />}
      <Check view={view} />
      {view.rederivations.length === 0 ? <p className="quiet">{texts.none}</p> : view.rederivations.map((one) => <Made key={one.id} made={one} />)}
    </section>
  )
}

function Bound({ view }: { view: ReleaseView }) {
  return (
    <table className="row-lines" aria-label={texts.rests}>
      <thead><tr><th scope="col">依据</th><th scope="col">名称</th><th scope="col">摘要（SHA-256）</th></tr></thead>
      <tbody>
        {view.bound.map(({ title, name, digest }) => <tr key={`${title}/${name}`}><td>{title}</td><td>{name}</td><td className="mono">{digest ?? ''}</td></tr>)}
        <tr><td colSpan={2}>以上各项合计</td><td className="mono">{view.binding_digest ?? ''}</td></tr>
      </tbody>
    </table>
  )
}

function Check({ view }: { view: ReleaseView }) {
  const session = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [running, setRunning] = useState(false)
  if (!holdsAny(session, REVIEWERS) || view.bound.length === 0) return null
  const check = async () => {
    setRunning(true)
    try {
      client.setQueryData(releaseQuery(view.id).queryKey, await send<ReleaseView>('POST', api.rederive(view.id), {}, session.csrf_token))
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error))
    } finally {
      setRunning(false)
    }
  }
  return <p className="no-print"><Button loading={running} onClick={() => void check()}>{texts.check}</Button> <Doubt view={view} /></p>
}

/** The way to the case that holds a released output while a doubt is examined. */
function Doubt({ view }: { view: ReleaseView }) {
  const navigate = useNavigate()
  const openable = useQuery(openableQuery()).data?.find(({ procedure }) => procedure === QUARANTINE_PROCEDURE)
  if (openable === undefined || view.standing !== 'granted') return null
  return <Button danger onClick={() => void navigate({ href: withQuery(pages.openForm(openable.pack, openable.procedure), { release: view.case_id }) })}>{texts.doubt}</Button>
}

function Made({ made }: { made: RederivationView }) {
  const { text, color } = OUTCOMES[made.outcome]
  return (
    <article className="finding">
      <p><Tag color={color}>{text}</Tag> {made.summary} <span className="quiet">{made.on}，{made.organization.name} {made.by.name}，<PageLink href={pages.entry(made.entry)}>{texts.entry}</PageLink></span></p>
      {made.findings.length === 0 ? null : <ul className="plain">{made.findings.map(({ code, message }) => <li key={code + message}>{message} <span className="mono quiet">{code}</span></li>)}</ul>}
    </article>
  )
}
