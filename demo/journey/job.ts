import type { CaseHandle } from './case-view.ts'
import { JourneyBroken } from './person.ts'
import type { Person } from './person.ts'

/** What the story reads of a job. */
export type JobView = {
  id: string
  status: string
  failure: { code: string; message: string } | null
  verdict: string | null
  layers: { title: string; verdict: string; explanation: string; cure: string }[]
  row_count: number | null
  rows: unknown[][] | null
  columns: { name: string }[]
  tables: string[]
}

export type JobAsked = { agreement: CaseHandle; scenario: string; purpose: string; sql: string }

/** Runs SQL in the environment and waits for its end. */
export async function run(person: Person, { agreement, scenario, purpose, sql }: JobAsked): Promise<JobView> {
  return person.post<JobView>('/api/environment/jobs', { agreement: agreement.id, scenario, purpose, sql }, `运行作业：${sql.slice(0, SHOWN)}`)
}

/** A job that ends as it should: `pass`, `review`, `block` by its checks, or failed with a code. */
export async function ends(person: Person, asked: JobAsked, how: string): Promise<JobView> {
  const job = await run(person, asked)
  const end = job.status === 'failed' ? (job.failure?.code ?? 'failed') : (job.verdict ?? 'none')
  if (end !== how) throw new JourneyBroken(`作业本应为 ${how}，实为 ${end}：${job.failure?.message ?? job.layers.map((layer) => layer.explanation).join('；')}　${asked.sql}`)
  const { narrator, today } = person.story
  const line = { date: today, who: person.who, act: `运行作业：${asked.sql.slice(0, SHOWN)}……`, provision: '《成都市公共数据资源授权运营实施细则》第十九条第二款', due: '—' }
  if (how === 'pass' || how === 'review') narrator.act({ ...line, entry: `${job.id}，${job.row_count ?? 0}行，自动检查${how === 'pass' ? '通过' : '转人工审核'}` })
  else narrator.refusal({ ...line, entry: '—', code: how === 'block' ? 'output-blocked' : how, message: job.failure?.message ?? job.layers.find((layer) => layer.verdict === 'block')?.explanation ?? '' })
  if (how === 'block') narrator.note(`检查报告：${job.layers.filter((layer) => layer.verdict === 'block').map((layer) => `${layer.explanation}${layer.cure}`).join('　')}`)
  return job
}

const SHOWN = 60 // characters of a statement in a line
