import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Flex, Input, Modal, Select, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { AccountRow, FirstPassword } from '#apps/api/wire/administration.ts'
import { AddPerson } from '#apps/console/administration/add-person.tsx'
import { GiveOffices } from '#apps/console/administration/give-offices.tsx'
import { useRegister } from '#apps/console/administration/use-register.ts'
import { accountsQuery, grantableQuery } from '#apps/console/api/queries.ts'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import type { Query } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

const texts = {
  title: '人员与岗位',
  sub: '谁可以登录、担任哪些岗位。每次变更都留下存证；岗位变更在本人下一次操作时即生效。',
  search: '按姓名或账号查找',
  organization: '按单位筛选',
  add: '新增人员',
  offices: '岗位',
  give: '调整岗位',
  disable: '停用',
  enable: '恢复',
  reset: '重置口令',
  active: '正常',
  disabled: '已停用',
  first: '尚用初始口令',
  self: '本人的岗位、状态和口令由另一位安全管理员办理。',
  empty: '没有符合条件的人员。',
  once: '初始口令只显示这一次',
  onceText: '请当面或者以其他可靠方式告知本人。本人首次登录时必须另设口令，初始口令不能办理任何事项。',
  close: '已告知本人',
  confirmDisable: (name: string) => `停用后，${name}立即退出登录，不能再登录。已办事项不受影响。`,
  confirmReset: (name: string) => `重置后，${name}立即退出登录，须用新的初始口令登录并另设口令。`,
  columns: { name: '姓名', login: '账号', organization: '单位', offices: '岗位', state: '状态', act: '操作' },
}

/** Persons and what they may act as, for the security administrator. */
export function PersonsPage() {
  const { q, organization } = useSearch({ strict: false })
  const filter: Query = { q, organization }
  const query = useInfiniteQuery(accountsQuery(filter))
  const [adding, setAdding] = useState(false)
  const [giving, setGiving] = useState<AccountRow | null>(null)
  const [issued, setIssued] = useState<FirstPassword | null>(null)
  return (
    <Page title={texts.title} sub={texts.sub} actions={<Button type="primary" onClick={() => setAdding(true)}>{texts.add}</Button>}>
      <div className="panel">
        <Filters filter={filter} />
        <PagedTable label={texts.title} query={query} columns={columnsOf(setGiving, setIssued)} rowKey={(row) => row.id} empty={<ListEmpty text={texts.empty} />} />
      </div>
      {adding ? <AddPerson close={() => setAdding(false)} done={setIssued} /> : null}
      {giving === null ? null : <GiveOffices account={giving} close={() => setGiving(null)} />}
      {issued === null ? null : <ShownOnce issued={issued} close={() => setIssued(null)} />}
    </Page>
  )
}

function columnsOf(give: (account: AccountRow) => void, issue: (issued: FirstPassword) => void): TableColumnsType<AccountRow> {
  const { columns: c } = texts
  return [
    { title: c.name, dataIndex: 'name', width: 110 },
    { title: c.login, dataIndex: 'login', width: 130, className: 'mono' },
    { title: c.organization, key: 'organization', width: 240, render: (_, row) => row.organization.name },
    { title: c.offices, key: 'offices', render: (_, row) => row.offices.map(({ id, title }) => <Tag key={id}>{title}</Tag>) },
    { title: c.state, key: 'state', width: 130, render: (_, row) => <><Tag color={row.active ? 'green' : 'default'}>{row.active ? texts.active : texts.disabled}</Tag>{row.must_change_password ? <div className="quiet">{texts.first}</div> : null}</> },
    { title: c.act, key: 'act', width: 250, render: (_, row) => <Acts account={row} give={give} issue={issue} /> },
  ]
}

function Acts({ account, give, issue }: { account: AccountRow; give: (account: AccountRow) => void; issue: (issued: FirstPassword) => void }) {
  const { person } = useSession()
  const { change, ask } = useRegister()
  if (account.id === person.id) return <span className="quiet">{texts.self}</span>
  const { id, name, active } = account
  const setActive = () => change('PUT', api.accountActive(id), { active: !active })
  const reset = async () => {
    const issued = await change<FirstPassword>('POST', api.accountPassword(id))
    if (issued !== null) issue(issued)
  }
  return (
    <Flex gap={4} wrap>
      <Button size="small" aria-label={`${texts.give} ${name}`} onClick={() => give(account)}>{texts.give}</Button>
      <Button size="small" aria-label={`${texts.reset} ${name}`} onClick={() => ask(texts.reset, texts.confirmReset(name), reset)}>{texts.reset}</Button>
      {active
        ? <Button size="small" danger aria-label={`${texts.disable} ${name}`} onClick={() => ask(texts.disable, texts.confirmDisable(name), setActive)}>{texts.disable}</Button>
        : <Button size="small" aria-label={`${texts.enable} ${name}`} onClick={() => void setActive()}>{texts.enable}</Button>}
    </Flex>
  )
}

function Filters({ filter }: { filter: Query }) {
  const navigate = useNavigate()
  const organizations = useQuery(grantableQuery).data ?? []
  const go = (change: Query) => void navigate({ href: withQuery(pages.persons, { ...filter, ...change }) })
  return (
    <div className="filters no-print">
      <Input.Search className="filter-search" aria-label={texts.search} placeholder={texts.search} defaultValue={filter['q']?.toString() ?? ''} allowClear onSearch={(value) => go({ q: value.trim() })} />
      <Select className="filter-select" aria-label={texts.organization} placeholder={texts.organization} allowClear showSearch={{ optionFilterProp: 'label' }} value={filter['organization']?.toString() ?? null} options={organizations.map(({ organization: { id, name } }) => ({ value: id, label: name }))} onChange={(value: string | null | undefined) => go({ organization: value ?? undefined })} />
    </div>
  )
}

function ShownOnce({ issued, close }: { issued: FirstPassword; close: () => void }) {
  return (
    <Modal open title={texts.once} closable={false} mask={{ closable: false }} keyboard={false} footer={[<Button key="close" type="primary" onClick={close}>{texts.close}</Button>]}>
      <Alert type="warning" showIcon title={texts.onceText} className="gap-below" />
      <p>{texts.columns.login} <span className="mono">{issued.login}</span></p>
      <pre className="code" data-testid="first-password">{issued.password}</pre>
    </Modal>
  )
}
