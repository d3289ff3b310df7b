import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import { run } from './job.ts'
import { openCasesOf } from './06-supply.ts'
import { query } from './service-call.ts'
import type { Machine } from './service-call.ts'
import type { Story } from './story.ts'

/** Chapter 11: rectification with a suspended supply, overdue termination, exit and destruction (articles 25 and 33). */
export async function supervisionChapter(story: Story, agreement: CaseHandle, machine: Machine): Promise<CaseHandle> {
  story.narrator.chapter('十一、整改、暂停供数、终止和退出')
  const say = new ChapterContents('11-supervision')
  await rectified(story, agreement, machine, say)
  const overdue = await notRectified(story, agreement, say)
  return exit(story, agreement, overdue, machine, say)
}

/** A breach is rectified in time: the suspension works at the next call, the acceptance lifts it. */
async function rectified(story: Story, agreement: CaseHandle, machine: Machine, say: ChapterContents): Promise<void> {
  const [gao, clerk, analyst] = [await story.as('zx-gao'), await story.operator('clerk'), await story.operator('analyst')]
  await story.pass(5)
  const one = await gao.open('rectification', { links: { agreement }, contents: say.take('breach-record') })
  await gao.refused('rectification-due-must-lie-ahead', 'cd26-33.1', () =>
    gao.conclude(one, 'order', 'issue', say.take('rectification-order', { 'rectification-due': 'due-in-the-past' })))
  await gao.conclude(one, 'order', 'issue', say.take('rectification-order', 'rectification-due'))
  await gao.refused('suspension-must-name-running-supplies', 'cd26-33.1', () => gao.conclude(one, 'suspension', 'suspend', say.take({ suspension: 'foreign-suspension' })))
  await gao.conclude(one, 'suspension', 'suspend', say.take('suspension'))
  await machine.owner.refused('supply-must-not-be-suspended', 'cd26-33.1', () => query(machine, ['year', 'pm25']))
  await story.pass(6)
  await clerk.conclude(one, 'rectify', 'report', say.take('rectification-report'))
  await story.pass(1)
  await gao.conclude(one, 'accept', 'accept', say.take('rectification-opinion'))
  await story.status(one, 'closed')
  await query(machine, ['year', 'month', 'pm25'])
  story.narrator.note(`验收通过，暂停的供给自动恢复，下一次调用即可使用；分析人员 ${analyst.session.person.name} 的作业权限同时恢复`)
}

/** A second breach is not rectified by its date: the platform opens the termination, which knows no way back. */
async function notRectified(story: Story, agreement: CaseHandle, say: ChapterContents): Promise<CaseHandle> {
  const [gao, clerk] = [await story.as('zx-gao'), await story.operator('clerk')]
  await story.pass(3)
  const one = await gao.open('rectification', { links: { agreement }, contents: say.take({ 'breach-record': 'second-breach' }) })
  await gao.conclude(one, 'order', 'issue', say.take({ 'rectification-order': 'second-order' }, 'rectification-due'))
  await story.pass(4)
  await clerk.conclude(one, 'rectify@停用离职人员账号', 'report', say.take({ 'rectification-report': 'first-report' }))
  await gao.conclude(one, 'accept@停用离职人员账号', 'accept', say.take('rectification-opinion'))
  const rest = await gao.task(one, 'rectify@补齐运维日志留存')
  await story.after(rest?.due?.date ?? story.today)
  await story.opened(one, 'termination')
  story.narrator.note('整改期限届满，一项措施未完成，平台自动转入逾期终止协议')
  await clerk.refused('step-must-be-open', 'cd26-33.1', () => clerk.conclude(one, 'rectify', 'report', say.take('rectification-report')))
  await gao.refused('outcome-must-be-provided', 'cd26-33.1', () => gao.conclude(one, 'termination', 'continue', say.take('exit-continue-reason')))
  await gao.refused('termination-must-rest-on-overdue-rectification', 'cd26-33.1', () =>
    gao.conclude(one, 'termination', 'terminate', say.take({ 'exit-grounds': 'grounds-by-policy' }, 'exit-draft')))
  await gao.conclude(one, 'termination', 'terminate', say.take('exit-grounds', 'exit-draft'))
  return one
}

/** The operator comments; the decision revokes every access at once and destroys the keys; what was destroyed is recorded. */
async function exit(story: Story, agreement: CaseHandle, overdue: CaseHandle, machine: Machine, say: ChapterContents): Promise<CaseHandle> {
  const [gao, liu, clerk, analyst] = [await story.as('zx-gao'), await story.as('zx-liu'), await story.operator('clerk'), await story.operator('analyst')]
  const [one] = await openCasesOf(gao, 'exit')
  if (one === undefined) throw new Error(`${overdue.number} opened no exit`)
  story.witness(one, gao)
  await story.pass(3)
  await clerk.conclude(one, 'comment', 'commented', say.take('operator-comment'))
  await gao.refused('overdue-rectification-must-end-agreement', 'cd26-33.1', () => gao.conclude(one, 'decide', 'continue', say.take('exit-continue-reason')))
  await gao.conclude(one, 'decide', 'end', say.take('exit-decision'))
  await machine.owner.refused('access-must-not-be-revoked', 'cd26-25.2', () => query(machine, ['year', 'pm25']))
  const asked = { agreement, scenario: String(story.word('scenario')), purpose: '编制月度统计', sql: 'select count(*) as n from chengdu_air_quality' }
  await analyst.refused('agreement-must-stand', 'cd26-25.2', () => run(analyst, asked))
  await story.come('数据密钥销毁', async () => ((await gao.task(one, 'key-destruction')) === undefined ? true : undefined))
  story.narrator.note('数据密钥已分两步销毁，平台逐份尝试解密，均不可恢复')
  await story.pass(5)
  await clerk.refused('every-copy-must-be-destroyed', 'cd26-25.2', () => clerk.conclude(one, 'destruction', 'report', say.take({ 'destruction-records': 'records-of-one-copy' })))
  await clerk.conclude(one, 'destruction', 'report', say.take('destruction-records'))
  await liu.conclude(one, 'notice', 'published', say.take('publication-record'))
  await story.pass(3)
  await gao.conclude(one, 'destruction-acceptance', 'accept', say.take('destruction-opinion'))
  await story.status(one, 'closed')
  return one
}
