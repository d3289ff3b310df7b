import { useQuery } from '@tanstack/react-query'
import { useParams, useRouterState } from '@tanstack/react-router'
import { Button, Collapse, Descriptions, Flex, Tag } from 'antd'
import { useEffect, useState } from 'react'
import type { CaseView } from '#apps/api/wire/case.ts'
import { caseQuery } from '#apps/console/api/queries.ts'
import { CaseDocuments } from '#apps/console/cases/documents.tsx'
import { Keeping } from '#apps/console/cases/keeping.tsx'
import { DeniedActs } from '#apps/console/cases/denied-acts.tsx'
import { FreshCase } from '#apps/console/cases/fresh-case.tsx'
import { ReasonDialog } from '#apps/console/cases/reason-dialog.tsx'
import { TaskCard } from '#apps/console/cases/task-card.tsx'
import { CaseTimeline } from '#apps/console/cases/timeline.tsx'
import { TransferCase } from '#apps/console/cases/transfer-case.tsx'
import { useCommand } from '#apps/console/cases/use-command.ts'
import { CaseOfFiles } from '#apps/console/contents/file-value.tsx'
import { ContentValue } from '#apps/console/contents/content-value.tsx'
import { JobOfCase } from '#apps/console/environment/job-of-case.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { WithLaw } from '#apps/console/law/law-column.tsx'
import { ReasonedButton } from '#apps/console/law/reasoned-button.tsx'
import { pages } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'

const texts = {
  tasks: '待办理的任务',
  noTasks: '本事项没有待办理的任务。',
  over: '本事项已经办结。',
  contents: '事项内容',
  noContents: '还没有提交内容。内容在办理各环节时填写。',
  timeline: '办理过程',
  print: '打印',
  withdraw: '撤回事项',
  withdrawWarning: '撤回后本事项终止，已有的办理记录和存证予以保留。',
  withdrawReason: '撤回原因',
  withdrawOk: '确认撤回',
  facts: { number: '编号', status: '状态', opened: '发起', parties: '各方', procedure: '程序', pack: '适用规则', links: '相关事项', recused: '已回避', retention: '留存期限' },
}

/** A case: what is to be done, what was given, what happened, and the law beside it. */
export function CasePage() {
  const { caseId = '' } = useParams({ strict: false })
  const { acting } = useActing()
  return <Loaded query={useQuery(caseQuery(caseId, acting?.delegation ?? null))}>{(view) => <FreshCase view={view}><Case view={view} /></FreshCase>}</Loaded>
}

function Case({ view }: { view: CaseView }) {
  useHashTarget()
  return (
    <Page title={view.title} sub={<><span className="numeric">{view.number}</span>　<Tag color={view.over ? 'default' : 'blue'}>{view.status.title}</Tag></>} actions={<CaseActions view={view} />} preview={view.preview}>
      <CaseOfFiles value={view.id}>
      <WithLaw law={view.law}>
        <CaseFacts view={view} />
        <section aria-label={texts.tasks}>
          <h2 className="part">{texts.tasks}</h2>
          {view.tasks.length === 0 ? <p className="quiet">{view.over ? texts.over : texts.noTasks}</p> : null}
          {view.tasks.toSorted((a, b) => Number(b.mine) - Number(a.mine)).map((task) => <TaskCard key={task.id} view={view} task={task} />)}
        </section>
        <JobOfCase view={view} />
        <section aria-label={texts.contents}>
          <h2 className="part">{texts.contents}</h2>
          <CaseContents view={view} />
        </section>
        <CaseDocuments caseId={view.id} seq={view.seq} />
        <section aria-label={texts.timeline}>
          <h2 className="part">{texts.timeline}</h2>
          <div className="panel"><CaseTimeline items={view.timeline} /></div>
          <DeniedActs caseId={view.id} />
        </section>
      </WithLaw>
      </CaseOfFiles>
    </Page>
  )
}

/** A link from the to-do list names the task; the case comes later than the page, so the jump waits for it. */
function useHashTarget(): void {
  const hash = useRouterState({ select: (state) => state.location.hash })
  useEffect(() => {
    if (hash !== '') document.getElementById(decodeURIComponent(hash))?.scrollIntoView({ block: 'start' })
  }, [hash])
}

function CaseActions({ view }: { view: CaseView }) {
  const [withdrawing, setWithdrawing] = useState(false)
  const command = useCommand(view)
  return (
    <>
      <Button onClick={() => window.print()}>{texts.print}</Button>
      <TransferCase view={view} />
      <ReasonedButton reason={view.withdrawal.enabled ? null : view.withdrawal.disabled_reason} danger onClick={() => setWithdrawing(true)}>{texts.withdraw}</ReasonedButton>
      {withdrawing ? <ReasonDialog title={texts.withdraw} warning={texts.withdrawWarning} reasonLabel={texts.withdrawReason} okText={texts.withdrawOk} danger close={() => setWithdrawing(false)} act={(reason) => command({ type: 'withdraw', reason }, texts.withdraw)} /> : null}
    </>
  )
}

function CaseFacts({ view }: { view: CaseView }) {
  const { facts } = texts
  const items = [
    { key: 'procedure', label: facts.procedure, children: view.procedure.title },
    { key: 'pack', label: facts.pack, children: <PageLink href={pages.pack(view.pack.id)} title={view.pack.digest}>{view.pack.title}（第{view.pack.version}版）</PageLink> },
    { key: 'opened', label: facts.opened, children: `${view.opened}　${view.opened_by.organization.name}　${view.opened_by.person}` },
    { key: 'parties', label: facts.parties, children: <Flex vertical>{view.parties.map(({ office, organization }) => <span key={`${office.id}/${organization.id}`}>{office.title}：{organization.name}</span>)}</Flex> },
    { key: 'retention', label: facts.retention, span: 2, children: <Keeping keeping={view.retention} own={view.id} /> },
    ...(view.recused.length === 0 ? [] : [{ key: 'recused', label: facts.recused, children: view.recused.map(({ name }) => name).join('、') }]),
    ...(view.links.length === 0 ? [] : [{ key: 'links', label: facts.links, children: <Flex vertical>{view.links.map((link) => <span key={`${link.name}/${link.case_id}`}>{link.title}：<PageLink href={pages.case(link.case_id)}>{link.number} {link.case_title}</PageLink> <Tag>{link.status}</Tag></span>)}</Flex> }]),
  ]
  return <div className="panel"><Descriptions size="small" column={2} items={items} /></div>
}

function CaseContents({ view }: { view: CaseView }) {
  if (view.contents.length === 0) return <p className="quiet">{texts.noContents}</p>
  const items = view.contents.map((one) => ({
    key: [...one.branch.map(({ collection, key }) => `${collection}=${key}`), one.key].join('/'),
    forceRender: true, // what is folded on the screen is printed
    label: one.branch.length === 0 ? one.title : `${one.title}（${one.branch.map(({ title }) => title).join('、')}）`,
    extra: <span className="quiet">{one.on}　{one.step_title}　{one.person}</span>,
    children: (
      <>
        <ContentValue content={one.content} value={one.value} />
        <div className="mono quiet content-hash">文本哈希值 {one.hash}</div>
      </>
    ),
  }))
  return <Collapse items={items} defaultActiveKey={items.slice(0, 1).map(({ key }) => key)} />
}
