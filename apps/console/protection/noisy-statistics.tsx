import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Collapse, Form, Input, InputNumber, Radio, Select, Table } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'
import type { NoisyAnswerView, NoisyStatisticBody, NoisyTable } from '#apps/api/wire/noisy-statistics.ts'
import { ActKeys } from '#apps/console/api/idempotency-key.ts'
import { noisyStatisticsQuery } from '#apps/console/api/queries.ts'
import { NoAnswer, send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = {
  title: '带噪声的统计', note: '不写SQL，直接问人数、单位数或者合计。每个数值都加随机噪声，看不出任何一个主体是否在数据中；每问一次用去一部分隐私预算，先记账、后答复，用完即止。',
  scenario: '应用场景', table: '数据', statistic: '统计', count: '主体数', sum: '合计', column: '合计的字段', groups: '分组字段', purpose: '用途', epsilon: '本次使用的预算（ε）', epsilonHint: '越大噪声越小、用去的预算越多', ask: '提问',
  budget: ({ budget: { milli_epsilon: all, left } }: NoisyTable) => `隐私预算 ${all / MILLI}，剩余 ${left / MILLI}（由保护规则给出）`,
  answers: '已有答复', leave: '查看检查报告，申请出域', margin: (margin: number) => `误差：二十次中有十九次不超过±${margin.toLocaleString('zh-CN')}`, repeated: '同一问题此前已经答复，本次没有再用预算。', cost: (milli: number) => `用去预算 ${milli / MILLI}`,
}
const MILLI = 1_000 // thousandths of ε in ε
const USUAL_EPSILON = 100 // thousandths; a suggestion in the form, no rule

/** Noisy figures of the tables whose rules open them; nothing where no rules do. */
export function NoisyStatistics({ tables }: { tables: readonly EnvironmentTable[] }) {
  const uses = [...new Map(tables.map(({ agreement, scenario }) => [`${agreement}|${scenario}`, { agreement, scenario }])).values()]
  const [chosen, setChosen] = useState(0)
  const use = uses[chosen]
  if (use === undefined) return null
  return (
    <OfScenario {...use} choice={uses.length < 2 ? null : <Form.Item label={texts.scenario} htmlFor="noisy-scenario"><Select id="noisy-scenario" value={chosen} options={uses.map(({ scenario }, value) => ({ value, label: scenario }))} onChange={setChosen} /></Form.Item>} />
  )
}

function OfScenario({ agreement, scenario, choice }: { agreement: string; scenario: string; choice: ReactNode }) {
  const { data } = useQuery(noisyStatisticsQuery(agreement, scenario))
  if (data === undefined || (data.tables.length === 0 && choice === null)) return null
  return (
    <section className="panel no-print" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.note}</p>
      {choice}
      {data.tables.length === 0 ? null : <Asking key={scenario} agreement={agreement} scenario={scenario} tables={data.tables} />}
      {data.answers.length === 0 ? null : <Collapse className="gap-above" items={[{ key: 'answers', label: `${texts.answers}（${data.answers.length}）`, children: data.answers.map((answer) => <Answer key={answer.id} answer={answer} />) }]} />}
    </section>
  )
}

function Asking({ agreement, scenario, tables }: { agreement: string; scenario: string; tables: NoisyTable[] }) {
  const [entry, setEntry] = useState(tables[0]?.entry ?? '')
  const [statistic, setStatistic] = useState<'count' | 'sum'>('count')
  const [column, setColumn] = useState<string | null>(null)
  const [groups, setGroups] = useState<string[]>([])
  const [purpose, setPurpose] = useState('')
  const [epsilon, setEpsilon] = useState(USUAL_EPSILON)
  const { ask, busy, answer, error } = useAsking(agreement, scenario)
  const table = tables.find((one) => one.entry === entry)
  if (table === undefined) return null
  const summed = statistic === 'sum' ? (column ?? table.sums[0]?.name ?? null) : null
  return (
    <>
      <ProblemAlert error={error} />
      <Form layout="vertical" onFinish={() => void ask({ agreement, scenario, purpose: purpose.trim(), entry, statistic, column: summed, groups, milli_epsilon: epsilon })}>
        <div className="job-head">
          <Form.Item label={texts.table} htmlFor="noisy-table" extra={texts.budget(table)}><Select id="noisy-table" value={entry} options={tables.map(({ entry: value, title }) => ({ value, label: title }))} onChange={(next: string) => { setEntry(next); setGroups([]); setColumn(null) }} /></Form.Item>
          <Form.Item label={texts.statistic}><Radio.Group aria-label={texts.statistic} value={statistic} options={[{ value: 'count', label: texts.count }, { value: 'sum', label: texts.sum, disabled: table.sums.length === 0 }]} onChange={({ target }) => setStatistic(target.value === 'sum' ? 'sum' : 'count')} /></Form.Item>
          {statistic === 'count' ? null : <Form.Item label={texts.column} htmlFor="noisy-column"><Select id="noisy-column" value={summed} options={table.sums.map(({ name, title, least, most }) => ({ value: name, label: `${title}（每个主体计入${least}至${most}）` }))} onChange={(next: string) => setColumn(next)} /></Form.Item>}
          <Form.Item label={texts.groups} htmlFor="noisy-groups"><Select id="noisy-groups" mode="multiple" value={groups} options={table.groups.map(({ name, title, values }) => ({ value: name, label: `${title}（${values.length}组）` }))} onChange={(next: string[]) => setGroups(next)} /></Form.Item>
          <Form.Item label={texts.epsilon} htmlFor="noisy-epsilon" extra={texts.epsilonHint}><InputNumber id="noisy-epsilon" min={0.001} step={0.1} value={epsilon / MILLI} onChange={(next) => setEpsilon(Math.max(1, Math.round((next ?? 0) * MILLI)))} /></Form.Item>
          <Form.Item label={texts.purpose} htmlFor="noisy-purpose" required><Input id="noisy-purpose" value={purpose} maxLength={200} onChange={({ target }) => setPurpose(target.value)} /></Form.Item>
        </div>
        <Button type="primary" htmlType="submit" loading={busy} disabled={purpose.trim() === ''}>{texts.ask}</Button>
      </Form>
      {answer === null ? null : <div className="gap-above" aria-live="polite">{answer.repeated ? <Alert type="info" showIcon className="gap-below" title={texts.repeated} /> : null}<Answer answer={answer} /></div>}
    </>
  )
}

/** The figures, how far off they may be, and the gate's line about them. */
function Answer({ answer }: { answer: NoisyAnswerView }) {
  const columns = [...answer.group_titles.map((title, at) => ({ title, key: String(at), render: (_: unknown, row: NoisyAnswerView['cells'][number]) => row.groups[at] })), { title: answer.figure_title, key: 'value', className: 'numeric', render: (_: unknown, row: NoisyAnswerView['cells'][number]) => Number(row.value).toLocaleString('zh-CN') }]
  return (
    <div className="gap-below">
      <div>{answer.table} · {answer.figure_title} · {texts.cost(answer.question.milli_epsilon)} · {texts.margin(answer.margin)}</div>
      <Table size="small" pagination={answer.cells.length > ROWS_SHOWN ? { pageSize: ROWS_SHOWN } : false} columns={columns} dataSource={answer.cells} rowKey={({ groups }) => groups.join('|')} />
      <p className="quiet">{answer.layer.message}</p>
      <p><PageLink href={pages.job(answer.job)}>{texts.leave}</PageLink></p>
    </div>
  )
}

const ROWS_SHOWN = 20 // rows of a page

function useAsking(agreement: string, scenario: string) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [keys] = useState(() => new ActKeys())
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<NoisyAnswerView | null>(null)
  const [error, setError] = useState<unknown>(null)
  const ask = async (body: NoisyStatisticBody): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      setAnswer(await send<NoisyAnswerView>('POST', api.noisyStatistics({}), body, csrf_token, keys.keyFor(body)))
      keys.answered()
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) keys.answered()
      setError(failure)
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: noisyStatisticsQuery(agreement, scenario).queryKey })
    }
  }
  return { ask, busy, answer, error }
}
