import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Form, Input } from 'antd'
import { useState } from 'react'
import type { ThresholdsView } from '#apps/api/wire/provider-thresholds.ts'
import { thresholdsQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api } from '#apps/console/paths.ts'
import { EntryWays } from '#apps/console/protection/entry-ways.tsx'
import { ThresholdTable } from '#apps/console/protection/threshold-fields.tsx'
import { thresholdChanges } from '#apps/console/protection/threshold-values.ts'
import type { ThresholdValues } from '#apps/console/protection/threshold-values.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: (title: string) => `输出检查阈值：${title}`,
  sub: (provider: string, pack: string) => `用本数据形成的结果，出域前按下列阈值自动检查。《${pack}》的取值适用于全部数据；${provider}作为提供单位，可以对本单位的数据定得更严，不能放宽。`,
  others: (provider: string) => `更严的阈值由${provider}提出，其他单位只能查看。`,
  current: '施行中的阈值', reason: '理由', reasonHint: '写明为什么对本数据从严，例如涉及未成年人、样本很小', set: '提出，即日施行', done: '已施行', changes: '本次修改', same: '没有修改。',
  reach: '修改后对作业的影响', versions: '历次版本', none: '提供单位没有提出更严的阈值，按规则包执行。', version: (version: number) => `第${version}版`, inForce: '施行中', by: (name: string, on: string) => `${name} ${on}提出`, why: '理由：', noReason: '没有记载',
}

function reachText({ reach: { queued, running, outdated } }: ThresholdsView): string[] {
  return [
    `排队中的作业（现有 ${queued} 项）轮到时，按修改后的阈值检查。`,
    `运行中的作业（现有 ${running} 项）仍按开始时的阈值检查，但申请出域、审核时按修改后的阈值核对。`,
    `已经完成、尚未出域的作业，原来按较宽的阈值检查的，须重新运行后再申请出域${outdated === 0 ? '' : `；按施行中的阈值，现有 ${outdated} 项须重新运行`}。`,
    '已经出域的结果不因此收回；认为存疑的，可以在该结果的作业页面报告存疑、暂停使用。',
  ]
}

/** The thresholds of one table's outputs: the pack's with their source, the provider's stricter ones, and their versions. */
export function ThresholdsPage() {
  const { entry = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(thresholdsQuery(entry))}>{(view) => <Thresholds key={view.versions[0]?.version ?? 0} view={view} />}</Loaded>
}

function Thresholds({ view }: { view: ThresholdsView }) {
  const inForce = view.versions[0]?.values ?? {}
  const [values, setValues] = useState<ThresholdValues>(inForce)
  return (
    <Page title={texts.title(view.title)} sub={texts.sub(view.provider.name, view.pack)}>
      <EntryWays entry={view.entry} here="thresholds" />
      <section className="panel" aria-label={texts.current}>
        <h2 className="part">{texts.current}</h2>
        <ThresholdTable view={view} values={values} set={view.may_set ? setValues : null} />
        {view.may_set ? <Setting view={view} values={values} inForce={inForce} /> : <p className="quiet">{texts.others(view.provider.name)}</p>}
      </section>
      <section className="panel" aria-label={texts.reach}>
        <h2 className="part">{texts.reach}</h2>
        <ul>{reachText(view).map((line) => <li key={line}>{line}</li>)}</ul>
      </section>
      <Versions view={view} />
    </Page>
  )
}

function Setting({ view, values, inForce }: { view: ThresholdsView; values: ThresholdValues; inForce: ThresholdValues }) {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const changes = thresholdChanges(inForce, values, view.thresholds)
  const set = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      client.setQueryData(thresholdsQuery(view.entry).queryKey, await send<ThresholdsView>('POST', api.setThresholds, { entry: view.entry, values, reason: reason.trim() }, csrf_token))
      message.success(texts.done)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Form layout="vertical" className="gap-above no-print" onFinish={() => void set()}>
      {changes.length === 0 ? <p className="quiet">{texts.same}</p> : <Alert type="info" className="gap-below" title={texts.changes} description={<ul>{changes.map((change) => <li key={change}>{change}</li>)}</ul>} />}
      <Form.Item label={texts.reason} htmlFor="threshold-reason" required extra={texts.reasonHint}><Input.TextArea id="threshold-reason" rows={2} maxLength={1_000} value={reason} onChange={({ target }) => setReason(target.value)} /></Form.Item>
      <ProblemAlert error={error} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={changes.length === 0 || reason.trim() === ''}>{texts.set}</Button>
    </Form>
  )
}

function Versions({ view: { versions, thresholds } }: { view: ThresholdsView }) {
  return (
    <section aria-label={texts.versions}>
      <h2 className="part">{texts.versions}</h2>
      {versions.length === 0 ? <div className="panel"><ListEmpty text={texts.none} /></div> : versions.map(({ version, values, reason, set_by, set_on }, at) => (
        <Card key={version} size="small" className="gap-below" title={`${texts.version(version)}${at === 0 ? `（${texts.inForce}）` : ''}`} extra={<span className="quiet">{texts.by(set_by.name, set_on)}</span>}>
          <ul>{thresholdChanges(versions[at + 1]?.values ?? {}, values, thresholds).map((change) => <li key={change}>{change}</li>)}</ul>
          <div>{texts.why}{reason === '' ? texts.noReason : reason}</div>
        </Card>
      ))}
    </section>
  )
}
