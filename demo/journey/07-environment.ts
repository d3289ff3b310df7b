import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Contents } from './contents.ts'
import { ends, run } from './job.ts'
import type { JobView } from './job.ts'
import { agreeOnRules, askWithNoise } from './protection.ts'
import type { Story } from './story.ts'

export type Jobs = { air: JobView; blocked: JobView }

type EnvironmentView = { tables: { table: string; rows: number; agreement: string; columns: { name: string; authorized: boolean }[]; samples: unknown[][] }[] }

/** Chapter 7: SQL over the authorised columns only; raw rows are never shown; what tells of one enterprise is blocked (article 19). */
export async function environmentChapter(story: Story, agreement: CaseHandle): Promise<Jobs> {
  story.narrator.chapter('七、在开发利用环境中加工')
  const analyst = await story.operator('analyst')
  const say = new ChapterContents('07-environment').take('purpose', 'monthly-air', 'beyond-approval', 'raw-enterprises', 'power-by-industry', 'read-a-file', 'rules')
  const scenario = String(story.word('scenario'))
  const asked = (sql: string) => ({ agreement, scenario, purpose: String(say['purpose']), sql: String(say[sql]) })
  const { tables } = await analyst.get<EnvironmentView>('/api/environment')
  for (const one of tables.filter((table) => table.agreement === agreement.id)) {
    story.narrator.note(`可用数据表 ${one.table}：${one.rows}行，${one.columns.filter((column) => column.authorized).length}个获准字段；只显示结构和合成样例${one.samples.length}行`)
  }
  await analyst.refused('scenario-must-be-approved', 'cd26-20.1', () => run(analyst, { ...asked('monthly-air'), scenario: '商业选址' }))
  await ends(analyst, asked('read-a-file'), 'table-function-refused')
  await ends(analyst, asked('beyond-approval'), 'column-not-authorized')
  await analyst.refused('declared-protection-must-be-in-force', 'cd26-5.1', () => run(analyst, asked('power-by-industry')))
  await agreeOnRules(story, say['rules'] as Contents) // a group of our own contents
  const blocked = await ends(analyst, asked('raw-enterprises'), 'block')
  await ends(analyst, asked('power-by-industry'), 'pass')
  story.narrator.note('按检查报告的提示改为分行业汇总、不列出不足10家的行业，自动检查通过')
  await askWithNoise(analyst, { agreement: agreement.id, scenario, purpose: String(say['purpose']), groups: ['industry'] })
  const air = await ends(analyst, asked('monthly-air'), 'pass')
  story.keep('job.air', air.id)
  story.keep('job.blocked', blocked.id)
  return { air, blocked }
}
