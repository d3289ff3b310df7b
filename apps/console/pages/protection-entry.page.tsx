import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import type { ColumnView, ProtectionRuleView, RulesLook } from '#apps/api/wire/protection.ts'
import { protectedEntriesQuery, ruleVersionsQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { roleTitle } from '#apps/console/environment/column-titles.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { api } from '#apps/console/paths.ts'
import { BudgetPart } from '#apps/console/protection/budget-part.tsx'
import { complete, emptyDraft, ruleOf, withRule } from '#apps/console/protection/draft.ts'
import type { Draft } from '#apps/console/protection/draft.ts'
import { EntryWays } from '#apps/console/protection/entry-ways.tsx'
import { RuleFields } from '#apps/console/protection/rule-fields.tsx'
import { Versions } from '#apps/console/protection/versions.tsx'
import { Weighing } from '#apps/console/protection/weighing.tsx'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = {
  title: '制定保护规则', sub: '逐字段写明处理方式；右侧是用合成样例显示的、分析人员将看到的样子，不含真实数据。', columns: '逐字段规则', name: '字段', declared: '目录载明', method: '处理方式', supplied: '供给时（样例）', seen: '分析人员看到（样例）', hidden: '不显示',
  unprotected: '下列字段目录载明须作保护处理，本规则尚未落实，施行后读取本数据的作业仍不予运行：', changes: '与施行版本的差异', same: '与施行版本没有差异', propose: '拟订，送另一方同意', proposed: '已拟订，待另一方同意',
}
const declaredTitles: Readonly<Record<string, string>> = { remove: '删除', mask: '脱敏', generalise: '泛化', aggregate: '仅汇总', compute: '可用不可见', consent: '已取得同意' }

/** The rules of one table: a draft that begins with the newest version, what it would do, and the versions before it. */
export function ProtectionEntryPage() {
  const { entry = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(ruleVersionsQuery(entry))}>{({ rows }) => <Writing key={rows[0]?.id ?? ''} entry={entry} rows={rows} />}</Loaded>
}

function Writing({ entry, rows }: { entry: string; rows: ProtectionRuleView[] }) {
  const { csrf_token } = useSession()
  const [draft, setDraft] = useState<Draft>(rows[0]?.rules ?? emptyDraft)
  const sent = complete(draft)
  const look = useQuery({ queryKey: ['protection', 'look', entry, sent], queryFn: () => send<RulesLook>('POST', api.lookAtRules, { entry, rules: sent }, csrf_token), placeholderData: keepPreviousData })
  // What cannot be looked at is told beside the last that could; the form stays.
  const [good, setGood] = useState<RulesLook | null>(null)
  if (look.data !== undefined && look.data !== good) setGood(look.data)
  const view = look.data ?? good
  const entries = useQuery(protectedEntriesQuery)
  const own = entries.data?.rows.find((row) => row.entry === entry)
  return (
    <Page title={own === undefined ? texts.title : `${texts.title}：${own.title}`} sub={texts.sub}>
      <EntryWays entry={entry} here="rules" />
      {view === null ? <Loaded query={look}>{() => null}</Loaded> : (
          <>
            <ProblemAlert error={look.error} />
            <Columns view={view} draft={draft} setDraft={setDraft} />
            <BudgetPart columns={view.columns} budget={draft.privacyBudget} set={(privacyBudget) => setDraft(privacyBudget === undefined ? { columns: draft.columns, rows: draft.rows } : { ...draft, privacyBudget })} />
            <Weighing entry={entry} draft={sent} adopt={(rules) => setDraft(rules.reduce((made, rule) => withRule(made, rule.column, rule), draft))} />
            <Proposing entry={entry} draft={sent} view={view} />
            <Versions rows={rows} titleOf={(name) => view.columns.find((column) => column.name === name)?.title ?? name} sides={own?.sides ?? []} />
          </>
      )}
    </Page>
  )
}

function Columns({ view, draft, setDraft }: { view: RulesLook; draft: Draft; setDraft: (draft: Draft) => void }) {
  const columns: TableColumnsType<ColumnView> = [
    { title: texts.name, key: 'name', width: 190, render: (_, { title, name, role }) => <>{title}<div className="quiet">{name} · {roleTitle(role)}</div></> },
    { title: texts.declared, key: 'declared', width: 110, render: (_, { declared }) => (declared === null ? '' : (declaredTitles[declared] ?? declared)) },
    { title: texts.method, key: 'method', width: 280, render: (_, column) => <RuleFields key={JSON.stringify([column.name, ruleOf(draft, column.name)?.method])} column={column} rule={ruleOf(draft, column.name)} set={(rule) => setDraft(withRule(draft, column.name, rule))} /> },
    { title: texts.supplied, dataIndex: 'supplied' },
    { title: texts.seen, key: 'seen', render: (_, { seen }) => seen ?? <span className="quiet">{texts.hidden}</span> },
  ]
  return (
    <section aria-label={texts.columns}>
      <h2 className="part">{texts.columns}</h2>
      {view.unprotected.length === 0 ? null : <Alert type="warning" showIcon className="gap-below" title={`${texts.unprotected}${view.unprotected.join('、')}`} />}
      <div className="panel"><Table<ColumnView> size="small" columns={columns} dataSource={view.columns} rowKey={(column) => column.name} pagination={false} /></div>
    </section>
  )
}

function Proposing({ entry, draft, view }: { entry: string; draft: Draft; view: RulesLook }) {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const propose = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await send('POST', api.rulesOfEntry({}), { entry, rules: draft }, csrf_token)
      message.success(texts.proposed)
      await client.invalidateQueries({ queryKey: ['protection'] })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <section className="panel" aria-label={texts.changes}>
      <h2 className="part">{texts.changes}</h2>
      {view.changes.length === 0 ? <p className="quiet">{texts.same}</p> : <ul>{view.changes.map((change) => <li key={change}>{change}</li>)}</ul>}
      <ProblemAlert error={error} />
      <Button type="primary" loading={busy} disabled={view.changes.length === 0} onClick={() => void propose()}>{texts.propose}</Button>
    </section>
  )
}
