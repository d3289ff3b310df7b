import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Modal, Progress, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { IssuedKey, SubscriptionView } from '#apps/api/wire/service.ts'
import { freshKey } from '#apps/console/api/idempotency-key.ts'
import { subscriptionsQuery } from '#apps/console/api/queries.ts'
import { ApiProblem, send } from '#apps/console/api/request.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { ReasonedButton } from '#apps/console/law/reasoned-button.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { Standing } from '#apps/console/services/standing.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '我的订用',
  sub: '本单位获准使用的产品、场景、次数和密钥。',
  empty: '还没有订用。请在“产品与服务”中选择产品并申请使用。',
  stopped: '停止提供',
  make: '生成密钥',
  renew: '更换密钥',
  confirmTitle: '更换密钥',
  confirm: '生成新密钥后，旧密钥立即作废，使用旧密钥的程序将无法调用。',
  once: '密钥只显示这一次',
  onceText: '请立即复制并妥善保管。平台只保存密钥的摘要，遗失后只能更换。',
  key: '密钥',
  curl: '调用示例',
  copy: '复制密钥',
  copied: '已复制',
  close: '我已保存',
}
const PERCENT = 100

/** What the organisation may call, how much of it is used, and its keys. */
export function SubscriptionsPage() {
  const [issued, setIssued] = useState<IssuedKey | null>(null)
  const { organization } = useSession()
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(subscriptionsQuery)}>
        {(rows) => (
          <div className="panel">
            <Table<SubscriptionView> size="small" rowKey="id" columns={columnsOf(organization.id, setIssued)} dataSource={rows} pagination={false} locale={{ emptyText: <ListEmpty text={texts.empty}><PageLink href={pages.products}>产品与服务</PageLink></ListEmpty> }} />
          </div>
        )}
      </Loaded>
      {issued === null ? null : <ShownOnce issued={issued} close={() => setIssued(null)} />}
    </Page>
  )
}

function columnsOf(organization: string, show: (issued: IssuedKey) => void): TableColumnsType<SubscriptionView> {
  return [
    { title: '产品', key: 'product', render: (_, row) => <PageLink href={pages.product(row.product.id)}>{row.product.name}</PageLink> },
    { title: '使用单位', key: 'consumer', width: 170, render: (_, row) => row.consumer.name },
    { title: '场景', dataIndex: 'scenario', width: 150 },
    { title: '用途', dataIndex: 'purpose', width: 150 },
    { title: '已用／额度', key: 'used', width: 150, render: (_, row) => <><span className="numeric">{row.used}／{row.quota}</span><Progress percent={row.quota === 0 ? 0 : Math.round((row.used / row.quota) * PERCENT)} size="small" showInfo={false} aria-label="额度使用比例" /></> },
    { title: '有效期至', dataIndex: 'ends', width: 104, className: 'numeric' },
    { title: '状态', key: 'standing', width: 190, render: (_, row) => <StandingCell subscription={row} /> },
    { title: '密钥', key: 'key', width: 150, render: (_, row) => (row.consumer.id === organization ? <KeyCell subscription={row} show={show} /> : null) },
  ]
}

/** How a subscription stands; one whose product no longer answers says why, and whom to turn to, before a call is refused. */
function StandingCell({ subscription: { standing, key_refused: refused } }: { subscription: SubscriptionView }) {
  if (refused === null) return <Standing standing={standing} />
  return <>{standing === 'granted' ? <Tag color="red">{texts.stopped}</Tag> : <Standing standing={standing} />}<div className="field-note">{refused.message}{refused.cure}</div></>
}

function KeyCell({ subscription, show }: { subscription: SubscriptionView; show: (issued: IssuedKey) => void }) {
  const client = useQueryClient()
  const { modal, message } = App.useApp()
  const { csrf_token } = useSession()
  const hasKey = subscription.key_hint !== null
  const issue = async (): Promise<void> => {
    try {
      show(await send<IssuedKey>('POST', api.subscriptionKey(subscription.id), undefined, csrf_token, freshKey()))
      await client.invalidateQueries({ queryKey: subscriptionsQuery.queryKey })
    } catch (error) {
      message.error(error instanceof ApiProblem ? `${error.problem.detail}${error.problem.cure}` : String(error instanceof Error ? error.message : error))
    }
  }
  const ask = (): void => {
    if (hasKey) modal.confirm({ title: texts.confirmTitle, content: texts.confirm, okText: texts.renew, cancelText: '取消', onOk: issue })
    else void issue()
  }
  const label = hasKey ? texts.renew : texts.make
  return <>{hasKey ? <div className="quiet">尾号 <span className="mono">{subscription.key_hint}</span></div> : null}<ReasonedButton size="small" reason={subscription.key_refused} aria-label={`${label} ${subscription.product.name}`} onClick={ask}>{label}</ReasonedButton></>
}

function ShownOnce({ issued, close }: { issued: IssuedKey; close: () => void }) {
  const { message } = App.useApp()
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(issued.key)
    message.success(texts.copied)
  }
  return (
    <Modal open width={720} title={texts.once} closable={false} mask={{ closable: false }} keyboard={false} footer={[<Button key="copy" onClick={() => void copy()}>{texts.copy}</Button>, <Button key="close" type="primary" onClick={close}>{texts.close}</Button>]}>
      <Alert type="warning" showIcon title={texts.onceText} className="gap-below" />
      <h3 className="task-title">{texts.key}</h3>
      <pre className="code" data-testid="issued-key">{issued.key}</pre>
      <h3 className="task-title">{texts.curl}</h3>
      <pre className="code">{issued.curl}</pre>
    </Modal>
  )
}
