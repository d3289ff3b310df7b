import { Alert, Button, Form, InputNumber, Table } from 'antd'
import { useState } from 'react'
import type { WeighView } from '#apps/api/wire/protection.ts'
import { columnRuleSchema } from '#core/protection/protection-rules.ts'
import type { ColumnRule } from '#core/protection/protection-rules.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import type { Draft } from './draft.ts'

const texts = {
  title: '试算', note: '在隔离环境中对最近一次供给的数据试算所拟规则，只得出下列数字，不显示任何数据。',
  k: '每组至少几行（k）', l: '每组敏感值至少几种（l，可不填）', t: '敏感值分布差异至多（t，可不填）', suppression: '至多隐去的行（%）', run: '试算',
  measure: '指标', before: '处理前', after: '处理后', rows: (rows: number, sensitive: string | null) => `共${rows.toLocaleString('zh-CN')}行${sensitive === null ? '' : `，敏感字段：${sensitive}`}。`,
  lossTitle: '信息损失', loss: '损失的信息量', column: '字段', suggestion: '损失最小的泛化方案', adopt: '采用此方案',
  found: (loss: string, suppressed: string, columns: string) => `达到目标且损失最小的方案：${columns === '' ? '不需要再泛化' : columns}。信息损失约${loss}，隐去${suppressed}的行。`,
}
const PERCENT = 100
const percent = (share: number): string => `${(share * PERCENT).toFixed(1)}%`
const MEASURES: readonly { key: string; title: string; of: (weight: WeighView['before']) => string }[] = [
  { key: 'k', title: '最小的组有几行（k）', of: ({ k }) => String(k) },
  { key: 'l', title: '组内敏感值最少几种（l）', of: ({ l }) => String(l) },
  { key: 't', title: '敏感值分布最大差异（t）', of: ({ t }) => t.toFixed(3) },
  { key: 'fulfilled', title: '达到目标的行', of: ({ fulfilled }) => percent(fulfilled) },
  { key: 'risk', title: '平均重识别风险', of: ({ average_risk: risk }) => percent(risk) },
  { key: 'unique', title: '独此一行的', of: ({ unique }) => percent(unique) },
]

type Wish = { k: number; l: number | null; t: number | null; suppression: number }
const USUAL: Wish = { k: 10, l: null, t: null, suppression: 5 } // a suggestion in the form, no rule

/** Risks before and after the drafted rules, what they cost, and the cheapest generalisation that reaches the wish. */
export function Weighing({ entry, draft, adopt }: { entry: string; draft: Draft; adopt: (rules: ColumnRule[]) => void }) {
  const { csrf_token } = useSession()
  const [wish, setWish] = useState(USUAL)
  const [shown, setShown] = useState<WeighView | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      setShown(await send<WeighView>('POST', api.weighRules, { entry, rules: draft, wish: { ...wish, suppression: wish.suppression / PERCENT } }, csrf_token))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.note}</p>
      <ProblemAlert error={error} />
      <Form layout="vertical" onFinish={() => void run()}>
        <div className="job-head">
          <Form.Item label={texts.k} htmlFor="wish-k"><InputNumber id="wish-k" min={1} precision={0} value={wish.k} onChange={(k) => setWish({ ...wish, k: k ?? 1 })} /></Form.Item>
          <Form.Item label={texts.l} htmlFor="wish-l"><InputNumber id="wish-l" min={1} precision={0} value={wish.l} onChange={(l) => setWish({ ...wish, l })} /></Form.Item>
          <Form.Item label={texts.t} htmlFor="wish-t"><InputNumber id="wish-t" min={0} max={1} step={0.05} value={wish.t} onChange={(t) => setWish({ ...wish, t })} /></Form.Item>
          <Form.Item label={texts.suppression} htmlFor="wish-suppression"><InputNumber id="wish-suppression" min={0} max={PERCENT} value={wish.suppression} onChange={(suppression) => setWish({ ...wish, suppression: suppression ?? 0 })} /></Form.Item>
        </div>
        <Button htmlType="submit" loading={busy}>{texts.run}</Button>
      </Form>
      {shown === null ? null : <Weighed view={shown} adopt={adopt} />}
    </section>
  )
}

function Weighed({ view, adopt }: { view: WeighView; adopt: (rules: ColumnRule[]) => void }) {
  const { suggestion } = view
  // The server's own rules; each is read again so that the draft holds nothing else.
  const rules = suggestion.columns.flatMap(({ rule }) => {
    const read = columnRuleSchema.safeParse(rule)
    return read.success ? [read.data] : []
  })
  return (
    <div className="gap-above" aria-live="polite">
      <p className="quiet">{texts.rows(view.rows, view.sensitive)}</p>
      <Table size="small" pagination={false} rowKey="key" dataSource={MEASURES.map(({ key, title, of }) => ({ key, title, before: of(view.before), after: of(view.after) }))} columns={[{ title: texts.measure, dataIndex: 'title' }, { title: texts.before, dataIndex: 'before', className: 'numeric', width: 120 }, { title: texts.after, dataIndex: 'after', className: 'numeric', width: 120 }]} />
      <Table className="gap-above" size="small" pagination={false} rowKey="column" dataSource={view.losses} columns={[{ title: texts.column, dataIndex: 'title' }, { title: texts.loss, key: 'share', className: 'numeric', width: 160, render: (_, { share }) => percent(share) }]} />
      <Alert className="gap-above" showIcon type={suggestion.found ? 'info' : 'warning'} title={texts.suggestion}
        description={suggestion.found ? texts.found(percent(suggestion.loss), percent(suggestion.suppressed), suggestion.columns.map(({ title, done }) => `${title}（${done}）`).join('、')) : suggestion.reason}
        action={suggestion.found && rules.length > 0 ? <Button size="small" onClick={() => adopt(rules)}>{texts.adopt}</Button> : undefined} />
    </div>
  )
}
