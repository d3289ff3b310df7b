import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Progress, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import type { PrivacyBudgetView } from '#apps/api/wire/privacy-budgets.ts'
import { privacyBudgetQuery } from '#apps/console/api/queries.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { EntryWays } from '#apps/console/protection/entry-ways.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const MILLI = 1_000 // thousandths of ε in ε
const HUNDRED = 100 // percent

const texts = {
  title: (title: string) => `隐私预算：${title}`,
  sub: '带噪声的统计每答复一个问题，用去一部分隐私预算；用完即止，再不答复。同一个问题只用一次预算，再问得到同一答复。',
  granted: (version: number, milli: number) => `保护规则第${version}版给出：每个应用场景的隐私预算为 ${milli / MILLI}（ε，越小保护越强）。`,
  notGranted: '施行中的保护规则没有给出隐私预算，不能作带噪声的统计。',
  more: (provider: string) => `增加、减少或者停用预算，由实施机构会同数据提供单位（${provider}）修订保护规则；已经用去的不因修订而恢复。`,
  none: '还没有供给任何应用场景，没有用过预算。', left: (spent: number, left: number) => `已用 ${spent / MILLI}，剩余 ${left / MILLI}`, nothing: '还没有用过。', failed: '没有得出答复（预算已用，再问同一问题不再用）',
  columns: { on: '日期', by: '提问人', question: '问题', purpose: '用途', cost: '用去的预算' },
}

type Scenario = PrivacyBudgetView['scenarios'][number]
type Spending = Scenario['spendings'][number]
const columns: TableColumnsType<Spending> = [
  { title: texts.columns.on, dataIndex: 'on', width: 110 },
  { title: texts.columns.by, key: 'by', width: 110, render: (_, { by }) => by.name },
  { title: texts.columns.question, key: 'question', render: (_, { question }) => question ?? <span className="quiet">{texts.failed}</span> },
  { title: texts.columns.purpose, dataIndex: 'purpose' },
  { title: texts.columns.cost, key: 'cost', width: 100, className: 'numeric', render: (_, { milli_epsilon }) => milli_epsilon / MILLI },
]

/** What may still be asked of a table with noise, scenario by scenario, and what the budget was spent on. */
export function PrivacyBudgetPage() {
  const { entry = '' } = useParams({ strict: false })
  return (
    <Loaded query={useQuery(privacyBudgetQuery(entry))}>{({ title, provider, granted, scenarios }) => (
      <Page title={texts.title(title)} sub={texts.sub}>
        <EntryWays entry={entry} here="budget" />
        <Alert className="gap-below" type={granted === null ? 'warning' : 'info'} showIcon title={granted === null ? texts.notGranted : texts.granted(granted.version, granted.milli_epsilon)} description={texts.more(provider.name)} />
        {scenarios.length === 0 ? <div className="panel"><ListEmpty text={texts.none} /></div> : scenarios.map((one) => <OfScenario key={`${one.agreement}|${one.scenario}`} of={one} all={granted?.milli_epsilon ?? 0} />)}
      </Page>
    )}</Loaded>
  )
}

function OfScenario({ of: { scenario, operator, spent, left, spendings }, all }: { of: Scenario; all: number }) {
  return (
    <section className="panel" aria-label={scenario}>
      <h2 className="part">{scenario}</h2>
      <div>{operator.name}</div>
      {all === 0 ? null : <Progress aria-label={texts.left(spent, left)} percent={Math.min(HUNDRED, Math.round(spent / all * HUNDRED))} status="normal" showInfo={false} />}
      <p>{texts.left(spent, left)}</p>
      <Table<Spending> size="small" columns={columns} dataSource={spendings} rowKey="id" pagination={spendings.length > ROWS_SHOWN ? { pageSize: ROWS_SHOWN } : false} scroll={{ x: 'max-content' }} locale={{ emptyText: texts.nothing }} />
    </section>
  )
}

const ROWS_SHOWN = 20 // rows of a page
