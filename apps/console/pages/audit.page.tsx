import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input, Select, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { EvidenceRow } from '#apps/api/wire/administration.ts'
import { ENTRY_TYPE_TITLES } from '#core/evidence/entry-type-titles.ts'
import { evidenceQuery } from '#apps/console/api/queries.ts'
import { HowToVerify } from '#apps/console/contents/how-to-verify.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import type { Query } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = {
  title: '审计',
  sub: '按对象、人员、类型和结果检索存证。',
  object: '对象（事项编号、姓名）',
  actor: '办理人（姓名、账号）',
  type: '类型',
  decision: '结果',
  decisions: { allow: '准许', deny: '拒绝', done: '完成' },
  bundle: '下载存证包',
  empty: '没有符合条件的存证。可以放宽条件；还没有查到的较早部分，点“继续查更早的”。',
  columns: { seq: '序号', at: '记录时间', type: '类型', actor: '办理人', object: '对象', action: '行为', decision: '结果', code: '规则代码' },
}
const COLORS: Readonly<Record<string, string>> = { allow: 'green', deny: 'red', done: 'blue' }
const { columns: c } = texts
const columns: TableColumnsType<EvidenceRow> = [
  { title: c.seq, dataIndex: 'seq', width: 84, render: (seq: number, row) => <PageLink href={pages.entry(row.id)} className="numeric">{seq}</PageLink> },
  { title: c.at, dataIndex: 'at', width: 168, className: 'numeric', render: (at: string) => momentText(at) },
  { title: c.type, key: 'type', width: 130, render: (_, row) => row.type.title },
  { title: c.actor, key: 'actor', width: 200, render: (_, row) => <>{row.actor.name}<div className="quiet">{row.organization.name}</div></> },
  { title: c.object, key: 'object', width: 200, render: (_, row) => <span className="breakable">{row.object.name}</span> },
  { title: c.action, dataIndex: 'action', className: 'breakable' },
  { title: c.decision, key: 'decision', width: 76, render: (_, row) => <Tag color={COLORS[row.decision] ?? 'default'}>{texts.decisions[row.decision as keyof typeof texts.decisions] ?? row.decision}</Tag> }, // a word that is none of ours stays
  { title: c.code, dataIndex: 'code', width: 220, className: 'mono breakable' },
]

/** The evidence, searched by the auditor. */
export function AuditPage() {
  const { object, actor, type, decision } = useSearch({ strict: false })
  const filter: Query = { object, actor, type, decision }
  const query = useInfiniteQuery(evidenceQuery(filter))
  return (
    <Page title={texts.title} sub={texts.sub} actions={<Button href={api.bundle}>{texts.bundle}</Button>}>
      <div className="panel">
        <Filters filter={filter} />
        <PagedTable label={texts.title} query={query} columns={columns} rowKey={(row) => row.id} moreLabel="继续查更早的" empty={<ListEmpty text={texts.empty} />} />
      </div>
      <HowToVerify />
    </Page>
  )
}

function Filters({ filter }: { filter: Query }) {
  const navigate = useNavigate()
  const go = (change: Query) => void navigate({ href: withQuery(pages.audit, { ...filter, ...change }) })
  const text = (name: 'object' | 'actor') => <Input.Search className="filter-search" aria-label={texts[name]} placeholder={texts[name]} defaultValue={filter[name]?.toString() ?? ''} allowClear onSearch={(value) => go({ [name]: value.trim() })} />
  return (
    <div className="filters no-print">
      {text('object')}
      {text('actor')}
      <Select className="filter-select" aria-label={texts.type} placeholder={texts.type} allowClear value={filter['type']?.toString() ?? null} options={Object.entries(ENTRY_TYPE_TITLES).map(([value, label]) => ({ value, label }))} onChange={(value: string | null | undefined) => go({ type: value ?? undefined })} />
      <Select className="filter-select" aria-label={texts.decision} placeholder={texts.decision} allowClear value={filter['decision']?.toString() ?? null} options={Object.entries(texts.decisions).map(([value, label]) => ({ value, label }))} onChange={(value: string | null | undefined) => go({ decision: value ?? undefined })} />
    </div>
  )
}
