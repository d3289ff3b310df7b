import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { DelegationView } from '#apps/api/wire/delegations.ts'
import { delegationsQuery } from '#apps/console/api/queries.ts'
import { EndDelegation } from '#apps/console/delegations/end-delegation.tsx'
import { NewDelegation } from '#apps/console/delegations/new-delegation.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '岗位代理',
  sub: '出差、休假、借调期间，可以委托本单位同志代为办理。代理人只能在委托的岗位和期限内办理，每一次办理都记明由谁代谁办理。',
  mine: '我代理谁',
  noMine: '目前没有由您代理的同志。同事委托您后，您可以在这里切换为以其名义办理。',
  byMe: '谁代理我',
  noByMe: '您没有委托他人。出差、休假前，点“办理代理”选定代理人、岗位和起止日期。',
  others: '本单位的其他代理',
  noOthers: '本单位没有其他正在进行或者将要开始的代理。',
  add: '办理代理',
  actFor: '以其名义办理',
  acting: '正在以其名义办理',
  self: '恢复以本人名义办理',
  end: '终止',
  waiting: (date: string) => `${date}起生效`,
  running: '代理中',
  ended: (date: string) => `已于${date}终止`,
  columns: { principal: '被代理人', deputy: '代理人', office: '岗位', from: '自', until: '至', reason: '原因', state: '状态', act: '操作' },
}

/** Who acts for whom: for whom I act, who acts for me, and the rest of the organisation. */
export function DelegationsPage() {
  const [adding, setAdding] = useState(false)
  return (
    <Page title={texts.title} sub={texts.sub} actions={<Button type="primary" onClick={() => setAdding(true)}>{texts.add}</Button>}>
      <Loaded query={useQuery(delegationsQuery)}>{(rows) => <Delegations rows={rows} />}</Loaded>
      {adding ? <NewDelegation close={() => setAdding(false)} /> : null}
    </Page>
  )
}

function Delegations({ rows }: { rows: DelegationView[] }) {
  const { person } = useSession()
  const mine = rows.filter((row) => row.deputy.id === person.id)
  const byMe = rows.filter((row) => row.principal.id === person.id)
  const others = rows.filter((row) => !mine.includes(row) && !byMe.includes(row))
  return (
    <>
      <Part title={texts.mine} rows={mine} empty={texts.noMine} />
      <Part title={texts.byMe} rows={byMe} empty={texts.noByMe} />
      <Part title={texts.others} rows={others} empty={texts.noOthers} />
    </>
  )
}

function Part({ title, rows, empty }: { title: string; rows: DelegationView[]; empty: string }) {
  const { columns: c } = texts
  const columns: TableColumnsType<DelegationView> = [
    { title: c.principal, key: 'principal', width: 110, render: (_, row) => row.principal.name },
    { title: c.deputy, key: 'deputy', width: 110, render: (_, row) => row.deputy.name },
    { title: c.office, key: 'office', render: (_, row) => row.office.title },
    { title: c.from, dataIndex: 'from', width: 110, className: 'numeric' },
    { title: c.until, dataIndex: 'until', width: 110, className: 'numeric' },
    { title: c.reason, dataIndex: 'reason', width: 180 },
    { title: c.state, key: 'state', width: 150, render: (_, row) => <State row={row} /> },
    { title: c.act, key: 'act', width: 220, render: (_, row) => <Acts row={row} /> },
  ]
  return (
    <section aria-label={title}>
      <h2 className="part">{title}</h2>
      <div className="panel">
        <Table<DelegationView> size="small" columns={columns} dataSource={rows} rowKey={(row) => row.id} pagination={false} locale={{ emptyText: <ListEmpty text={empty} /> }} />
      </div>
    </section>
  )
}

function State({ row }: { row: DelegationView }) {
  const { today } = useSession()
  if (row.ended_on !== null) return <Tag>{texts.ended(row.ended_on)}</Tag>
  return row.from > today ? <Tag color="gold">{texts.waiting(row.from)}</Tag> : <Tag color="green">{texts.running}</Tag>
}

function Acts({ row }: { row: DelegationView }) {
  const navigate = useNavigate()
  const { acts_for: actsFor } = useSession()
  const { acting, choose } = useActing()
  const [ending, setEnding] = useState(false)
  const mayAct = actsFor.some(({ delegation }) => delegation === row.id)
  const act = (): void => {
    choose(row.id)
    void navigate({ href: pages.tasks('todo') })
  }
  return (
    <>
      {acting?.delegation === row.id ? <Button size="small" aria-label={`${texts.self}（${texts.acting}）`} onClick={() => choose(null)}>{texts.self}</Button> : null}
      {mayAct && acting?.delegation !== row.id ? <Button size="small" type="primary" aria-label={`${texts.actFor} ${row.principal.name} ${row.office.title}`} onClick={act}>{texts.actFor}</Button> : null}{' '}
      {row.may_end ? <Button size="small" danger aria-label={`${texts.end} ${row.principal.name} ${row.deputy.name} ${row.office.title}`} onClick={() => setEnding(true)}>{texts.end}</Button> : null}
      {ending ? <EndDelegation row={row} close={() => setEnding(false)} /> : null}
    </>
  )
}
