import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { EnvironmentTable, JobBody, JobView } from '#apps/api/wire/environment.ts'
import type { ExplainBody, ExplainView } from '#apps/api/wire/workspace.ts'
import { CaseNumber } from '#apps/console/cases/case-number.tsx'
import { ActKeys } from '#apps/console/api/idempotency-key.ts'
import { jobsQuery } from '#apps/console/api/queries.ts'
import { NoAnswer, send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { exampleStatement } from './example-statement.ts'
import { Explained } from './explained.tsx'
import { ParameterFields, useParameters } from './parameter-fields.tsx'
import { RepeatJob } from './repeat-job.tsx'
import { SqlEditor } from './sql-editor.tsx'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = { title: '新作业', agreement: '授权运营协议', scenario: '应用场景', purpose: '用途', sql: 'SQL', run: '运行', explain: '预先检查（不读取数据）', hint: '只能查询上列数据表的已授权字段；运行在隔离环境中进行。', example: (title: string) => `填入示例：${title}`, exampleNote: '不熟悉 SQL 的，可以从一条示例语句改起：', notReady: '填写用途和语句后可以运行。' }

/** A job: SQL with the agreement, scenario and purpose for which it is run; `before` is one to start from. */
export function NewJob({ tables, before }: { tables: EnvironmentTable[]; before: JobView | null }) {
  const agreements = [...new Set(tables.map(({ agreement }) => agreement))]
  const [agreement, setAgreement] = useState(before?.agreement ?? agreements[0] ?? '')
  const scenarios = [...new Set(tables.filter((table) => table.agreement === agreement).map(({ scenario }) => scenario))]
  const [chosen, setScenario] = useState(before?.scenario ?? scenarios[0] ?? '')
  const scenario = scenarios.includes(chosen) ? chosen : (scenarios[0] ?? '')
  const [purpose, setPurpose] = useState(before?.purpose ?? '')
  const [sql, setSql] = useState(before?.sql ?? '')
  const parameters = useParameters(sql)
  const { run, busy, error } = useRun()
  const explaining = useExplaining()
  const here = tables.filter((table) => table.agreement === agreement && table.scenario === scenario)
  const isReady = purpose.trim() !== '' && sql.trim() !== ''
  return (
    <section className="panel no-print" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <ProblemAlert error={error ?? explaining.error} />
      <Form layout="vertical" onFinish={() => { parameters.remember(); void run({ agreement, scenario, purpose: purpose.trim(), sql, parameters: parameters.values, background: true }) }}>
        <div className="job-head">
          <Form.Item label={texts.agreement} htmlFor="job-agreement" required>
            <Select id="job-agreement" value={agreement} options={agreements.map((value) => ({ value, label: <CaseNumber id={value} link={false} /> }))} onChange={(next: string) => setAgreement(next)} />
          </Form.Item>
          <Form.Item label={texts.scenario} htmlFor="job-scenario" required>
            <Select id="job-scenario" value={scenario} options={scenarios.map((value) => ({ value, label: value }))} onChange={(next: string) => setScenario(next)} />
          </Form.Item>
          <Form.Item label={texts.purpose} htmlFor="job-purpose" required>
            <Input id="job-purpose" value={purpose} maxLength={200} onChange={(event) => setPurpose(event.target.value)} />
          </Form.Item>
        </div>
        <Form.Item label={texts.sql} htmlFor="job-sql" required extra={texts.hint}>
          <SqlEditor id="job-sql" value={sql} set={setSql} tables={here} />
        </Form.Item>
        {sql.trim() === '' ? <Examples tables={here} choose={setSql} /> : null}
        <ParameterFields {...parameters} />
        <Button type="primary" htmlType="submit" loading={busy} disabled={!isReady}>{texts.run}</Button>{' '}
        <Button loading={explaining.busy} disabled={sql.trim() === ''} onClick={() => void explaining.ask({ agreement, scenario, sql, parameters: parameters.values })}>{texts.explain}</Button>{' '}
        <RepeatJob job={{ agreement, scenario, purpose: purpose.trim(), sql, parameters: parameters.given }} isReady={isReady} onOpened={parameters.remember} />
        {isReady ? null : <span className="quiet"> {texts.notReady}</span>}
      </Form>
      {explaining.shown === null ? null : <div className="gap-above"><Explained explained={explaining.shown} tables={tables} /></div>}
    </section>
  )
}

/** A statement for each table to begin with, for whoever has not written one. */
function Examples({ tables, choose }: { tables: EnvironmentTable[]; choose: (sql: string) => void }) {
  const examples = tables.flatMap((table) => {
    const sql = exampleStatement(table, null)
    return sql === null ? [] : [{ table, sql }]
  })
  if (examples.length === 0) return null
  return <p className="quiet">{texts.exampleNote}{examples.map(({ table, sql }) => <Button key={table.table} size="small" type="link" onClick={() => choose(sql)}>{texts.example(table.title)}</Button>)}</p>
}

function useExplaining() {
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState<ExplainView | null>(null)
  const [error, setError] = useState<unknown>(null)
  const ask = async (body: ExplainBody): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      setShown(await send<ExplainView>('POST', api.explain, body, csrf_token))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { ask, busy, shown, error }
}

function useRun() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { csrf_token } = useSession()
  const [keys] = useState(() => new ActKeys())
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (body: JobBody): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const job = await send<JobView>('POST', api.jobs({}), body, csrf_token, keys.keyFor(body))
      keys.answered()
      void client.invalidateQueries({ queryKey: jobsQuery.queryKey })
      await navigate({ href: pages.job(job.id) })
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) keys.answered()
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error }
}
