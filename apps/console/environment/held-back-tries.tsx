import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { JobView } from '#apps/api/wire/environment.ts'
import type { TryRow, WorkspaceTries } from '#apps/api/wire/held-back-tries.ts'
import { heldBackTriesQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { ReasonDialog } from '#apps/console/cases/reason-dialog.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { momentText } from '#apps/console/tables/moment-text.ts'
import { CAUSE_TITLES } from './finding-words.ts'

const texts = {
  title: '被拦作业',
  about: '作业通过与否本身也是一条消息，可以逐次试探。这里按单位累计因数据本身被拦而告知的原因（语句写法不当被拦的不计，同一语句重复提交的不重复计）。达到上限后，该单位的作业照常运行，结论待实施机构查看后显示。',
  none: '近期没有因数据本身被拦的作业。',
  count: ({ days, answers, most, of_one_shape, most_of_one_shape }: WorkspaceTries) => `近${days}天告知被拦原因共 ${answers} 项（上限 ${most}）；同一写法、只改常数的最多 ${of_one_shape} 项（上限 ${most_of_one_shape}）。`,
  reached: '已达上限', waiting: (jobs: number) => `${jobs} 项作业的结论待查看`,
  looked: ({ by, on, note }: NonNullable<WorkspaceTries['last_look']>) => `上次由${by.name}于${on}查看：${note}`,
  look: '已查看，重新计数', lookTitle: (name: string) => `查看${name}被拦的作业`, note: '查看意见', ok: '确定',
  warning: '确定后重新计数，待查看的结论一并显示给该单位。请先核对语句是否在逐步逼近个别主体的数值；确有此种情形的，请在意见中写明处理办法，并按授权运营协议处理。',
  outcomes: { pass: '通过', review: '需人工审核', block: '不得出域', failed: '未完成' } as const,
  notShown: '待查看', columns: { at: '时间', purpose: '用途', author: '提交人', outcome: '结论', causes: '原因', shape: '同一写法' },
  beside: ({ days, answers, most, of_its_shape, most_of_one_shape }: NonNullable<JobView['tries']>) => `该单位近${days}天因数据本身被拦，获知原因 ${answers} 项（上限 ${most}），其中与本作业写法相同、只改常数的 ${of_its_shape} 项（上限 ${most_of_one_shape}）。`,
  all: '查看被拦作业',
}
/** Who is told of the tries of others; the server's table of permissions says the same. */
const READERS = ['implementing-agency', 'data-provider']
/** unit: rows */
const ROWS_SHOWN = 10

const columns: TableColumnsType<TryRow> = [
  { title: texts.columns.at, key: 'at', width: 170, render: (_, row) => <span className="numeric">{momentText(row.at)}</span> },
  { title: texts.columns.purpose, key: 'purpose', render: (_, row) => <PageLink href={pages.job(row.job)}>{row.purpose}</PageLink> },
  { title: texts.columns.author, key: 'author', width: 100, render: (_, row) => row.author.name },
  { title: texts.columns.outcome, key: 'outcome', width: 160, render: (_, row) => <>{texts.outcomes[row.outcome]}{row.waiting ? <> <Tag color="gold">{texts.notShown}</Tag></> : null}</> },
  { title: texts.columns.causes, key: 'causes', render: (_, row) => [...new Set(row.causes.map((code) => CAUSE_TITLES[code] ?? code))].join('、') },
  { title: texts.columns.shape, key: 'shape', width: 90, className: 'numeric', dataIndex: 'same_shape' },
]

/** For those who review what leaves: what each organisation was told of the data by being held back. */
export function HeldBackTries() {
  const isReader = holdsAny(useSession(), READERS)
  const view = useQuery({ ...heldBackTriesQuery, enabled: isReader }).data
  if (!isReader || view === undefined) return null
  return (
    <section className="panel" aria-label={texts.title} id="tries">
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.about}</p>
      {view.workspaces.length === 0 ? <p>{texts.none}</p> : view.workspaces.map((one) => <Workspace key={one.organization.id} of={one} />)}
    </section>
  )
}

function Workspace({ of }: { of: WorkspaceTries }) {
  const [looking, setLooking] = useState(false)
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { organization: { id, name } } = of
  const look = async (note: string): Promise<void> => {
    await send('POST', api.lookAtTries(id), { note }, csrf_token)
    await client.invalidateQueries({ queryKey: [...heldBackTriesQuery.queryKey] })
  }
  return (
    <section aria-label={name}>
      <h3 className="task-title">{name} {of.reached ? <Tag color="red">{texts.reached}</Tag> : null}{of.waiting === 0 ? null : <Tag color="gold">{texts.waiting(of.waiting)}</Tag>}</h3>
      <p>{texts.count(of)}</p>
      {of.last_look === null ? null : <p className="quiet">{texts.looked(of.last_look)}</p>}
      {of.jobs.length === 0 ? null : <Table<TryRow> size="small" columns={columns} dataSource={of.jobs} rowKey="job" pagination={of.jobs.length > ROWS_SHOWN ? { pageSize: ROWS_SHOWN } : false} />}
      {of.may_look && of.jobs.length > 0 ? <p className="no-print"><Button onClick={() => setLooking(true)}>{texts.look}</Button></p> : null}
      {looking ? <ReasonDialog title={texts.lookTitle(name)} warning={texts.warning} reasonLabel={texts.note} okText={texts.ok} act={look} close={() => setLooking(false)} /> : null}
    </section>
  )
}

/** Beside a job under review: how often its organisation was held back lately. */
export function TriesBeside({ tries }: { tries: NonNullable<JobView['tries']> }) {
  const isReader = holdsAny(useSession(), READERS)
  const isMany = tries.answers >= tries.most || tries.of_its_shape >= tries.most_of_one_shape
  if (tries.answers === 0) return null
  return <Alert className="gap-below" type={isMany ? 'warning' : 'info'} showIcon title={texts.beside(tries)} action={isReader ? <PageLink href={`${pages.environment}#tries`}>{texts.all}</PageLink> : undefined} />
}
