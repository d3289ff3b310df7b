import { Button, Flex, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { ProductView, QueryAnswer, QueryBody, VerifyAnswer } from '#apps/api/wire/service.ts'
import { request } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { cellText } from '#apps/console/tables/cell-text.ts'

type Condition = QueryBody['where'][number]
type Answer = { kind: 'rows'; answer: z.infer<typeof QueryAnswer> } | { kind: 'yes-no'; answer: z.infer<typeof VerifyAnswer> }

const texts = {
  title: '试用',
  hint: '用本单位的密钥调用一次接口；试用与正式调用一样计次并留下存证。',
  key: '密钥', scenario: '应用场景', fields: '返回字段', limit: '最多行数', conditions: '条件', add: '添加条件', remove: '删除条件', field: '字段', value: '值',
  is: { equal: '等于', 'at-least': '不小于', 'at-most': '不大于' },
  query: '查询', verify: '核验（只回答是或否）',
  yes: '是：现行版本中有符合条件的记录。', no: '否：现行版本中没有符合条件的记录。',
  metered: (left: number, evidence: string) => `剩余次数 ${left}；存证 ${evidence}`,
}
const ROWS_ASKED = 20 // a trial looks at a few rows; a program asks for more

/** Calls the product's interface once, as a consumer's program would: same key, same metering, same refusals. */
export function TryProduct({ product }: { product: ProductView }) {
  const [key, setKey] = useState('')
  const [scenario, setScenario] = useState('')
  const [fields, setFields] = useState(product.columns.map(({ name }) => name))
  const [where, setWhere] = useState<Condition[]>([])
  const [limit, setLimit] = useState(ROWS_ASKED)
  const { ask, answer, error, busy } = useAsk(key)
  const typed = where.map((one) => ({ ...one, value: typedValue(product, one) }))
  return (
    <section className="panel no-print" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.hint}</p>
      <Form layout="vertical">
        <div className="job-head">
          <Form.Item label={texts.key} htmlFor="try-key" required><Input.Password id="try-key" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} /></Form.Item>
          <Form.Item label={texts.scenario} htmlFor="try-scenario" required><Input id="try-scenario" value={scenario} onChange={(event) => setScenario(event.target.value)} /></Form.Item>
          <Form.Item label={texts.limit} htmlFor="try-limit"><InputNumber<number> id="try-limit" min={1} precision={0} value={limit} onChange={(next) => setLimit(next ?? 1)} /></Form.Item>
        </div>
        <Form.Item label={texts.fields} htmlFor="try-fields"><Select id="try-fields" mode="multiple" value={fields} onChange={(next: string[]) => setFields(next)} options={product.columns.map(({ name, title }) => ({ value: name, label: title === name ? name : `${name}（${title}）` }))} /></Form.Item>
        <Conditions product={product} where={where} change={setWhere} />
        <Flex gap={8}>
          <Button type="primary" loading={busy} onClick={() => void ask(async () => ({ kind: 'rows', answer: await post(api.serviceQuery(product.id), key, { scenario, fields, where: typed, limit }) }))}>{texts.query}</Button>
          <Button loading={busy} disabled={where.length === 0} onClick={() => void ask(async () => ({ kind: 'yes-no', answer: await post(api.serviceVerify(product.id), key, { scenario, where: typed }) }))}>{texts.verify}</Button>
        </Flex>
      </Form>
      <div className="gap-above" aria-live="polite">
        <ProblemAlert error={error} />
        {answer === null ? null : <AnswerView product={product} answer={answer} />}
      </div>
    </section>
  )
}

function post<T>(path: string, key: string, body: unknown): Promise<T> {
  return request<T>(path, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body), credentials: 'omit' })
}

function useAsk(key: string) {
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const ask = async (call: () => Promise<Answer>): Promise<void> => {
    setBusy(true)
    setError(null)
    setAnswer(null)
    try {
      setAnswer(await call())
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { ask, answer, error, busy: busy && key !== '' }
}

const NUMERIC = /int|double|float|decimal|real|number/i

/** What was typed, as the column's type has it. */
function typedValue(product: ProductView, { field, value }: Condition): Condition['value'] {
  const type = product.columns.find(({ name }) => name === field)?.type ?? ''
  const number = Number(value)
  return NUMERIC.test(type) && value !== '' && Number.isFinite(number) ? number : value
}

function Conditions({ product, where, change }: { product: ProductView; where: Condition[]; change: (next: Condition[]) => void }) {
  const set = (index: number, part: Partial<Condition>) => change(where.map((one, at) => (at === index ? { ...one, ...part } : one)))
  const first = product.columns[0]?.name ?? ''
  return (
    <div className="gap-below">
      {where.map((condition, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a condition has no name of its own; its place is its identity
        <Flex key={index} gap={8} className="gap-below">
          <Select className="filter-select" aria-label={`${texts.conditions}${index + 1} ${texts.field}`} value={condition.field} options={product.columns.map(({ name, title }) => ({ value: name, label: title === name ? name : `${title}（${name}）` }))} onChange={(field: string) => set(index, { field })} />
          <Select className="condition-is" aria-label={`${texts.conditions}${index + 1}`} value={condition.is} options={Object.entries(texts.is).map(([value, label]) => ({ value, label }))} onChange={(is: Condition['is']) => set(index, { is })} />
          <Input aria-label={`${texts.conditions}${index + 1} ${texts.value}`} value={String(condition.value)} onChange={(event) => set(index, { value: event.target.value })} />
          <Button type="text" danger aria-label={`${texts.remove}${index + 1}`} onClick={() => change(where.filter((_, at) => at !== index))}>删除</Button>
        </Flex>
      ))}
      <Button size="small" onClick={() => change([...where, { field: first, is: 'equal', value: '' }])}>{texts.add}</Button>
    </div>
  )
}

function AnswerView({ product, answer: { kind, answer } }: { product: ProductView; answer: Answer }) {
  const titles = new Map(product.columns.map(({ name, title }) => [name, title]))
  return (
    <>
      {kind === 'yes-no' ? <p><strong>{answer.answer === 'yes' ? texts.yes : texts.no}</strong></p> : (
        <div className="value-table rows-stay">
          <table className="row-lines">
            <thead><tr>{answer.fields.map((field) => <th key={field} scope="col">{titles.get(field) ?? field}</th>)}</tr></thead>
            <tbody>
              {/* oxlint-disable-next-line react/no-array-index-key -- a fixed answer: rows and cells never move */}
              {answer.rows.map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index}>{cellText(cell)}</td>)}</tr>)}
            </tbody>
          </table>
        </div>
      )}
      <p className="quiet">{texts.metered(answer.quota_left, answer.evidence)}</p>
    </>
  )
}
