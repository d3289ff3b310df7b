import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'

const OVER_CAP_DAYS = 11
const CAP_DAYS = 10 // 实施细则第二十条第三款

/** Chapter 5: three resources of two providers are asked for; one is narrowed, one review is extended, one item refused (article 20). */
export async function demandChapter(story: Story, agreement: CaseHandle): Promise<CaseHandle> {
  story.narrator.chapter('五、数据需求、审核和提供')
  const say = new ChapterContents('05-demand')
  const [clerk, liu, yang] = [await story.operator('clerk'), await story.as('zx-liu'), await story.as('hbj-yang')]
  await clerk.refused('demand-must-stay-within-agreement', 'cd26-21.1', () => clerk.open('data-demand', { links: { agreement }, contents: say.take({ demand: 'demand-beyond-agreement' }) }))
  const demand = await clerk.open('data-demand', { links: { agreement }, contents: say.take('demand') })
  await story.pass(4)
  await liu.refused('formal-review-must-be-complete', 'cd26-20.2', () => liu.conclude(demand, 'formal-review', 'pass', say.take({ 'formal-checklist': 'checklist-incomplete' })))
  await liu.conclude(demand, 'formal-review', 'pass', say.take('formal-checklist'))
  await story.pass(6)
  await yang.conclude(demand, 'provider-review@environment-bureau', 'decided', say.take({ 'review-decisions': 'air-narrowed' }))
  await extension(story, demand, say)
  await provisions(story, demand, say)
  return demand
}

/** Asked by the provider, granted by the public-data manager, at most ten working days, never after the due date. */
async function extension(story: Story, demand: CaseHandle, say: ChapterContents): Promise<void> {
  const [he, yang, wang] = [await story.as('sjj-he'), await story.as('hbj-yang'), await story.as('czb-wang')]
  const review = 'provider-review@market-bureau'
  const decided = say.take({ 'review-decisions': 'enterprises-approved' })
  const { 'extension-reason': reason, 'extension-answer': answer } = say.take('extension-reason', 'extension-answer')
  await yang.refused('actor-must-be-concerned-organization', 'cd26-20.3', () => yang.conclude(demand, review, 'decided', decided))
  await story.pass(2)
  await he.refused('extension-cap-exceeded', 'cd26-20.3', () => he.askExtension(demand, review, OVER_CAP_DAYS, String(reason)))
  await he.askExtension(demand, review, CAP_DAYS, String(reason))
  await he.refused('actor-must-hold-office', 'cd26-20.3', () => he.answerExtension(demand, review, true, String(answer)))
  await wang.answerExtension(demand, review, true, String(answer))
  const due = (await he.task(demand, review))?.due?.date
  await story.after(due ?? story.today)
  await he.refused('extension-must-be-asked-before-due', 'cd26-20.3', () => he.askExtension(demand, review, 1, String(reason)))
  await he.refused('refusal-must-rest-on-law', 'cd26-20.5', () => he.conclude(demand, review, 'decided', say.take({ 'review-decisions': 'refusal-by-internal-rule' })))
  await he.conclude(demand, review, 'decided', decided)
  story.narrator.note('延长后的期限次日办结：照办，逾期一个工作日如实记录并提示市城市运行和政务服务办')
}

/** What was approved goes to the integrated platform, by hash; its receipt comes from there. */
async function provisions(story: Story, demand: CaseHandle, say: ChapterContents): Promise<void> {
  const [yang, he] = [await story.as('hbj-yang'), await story.as('sjj-he')]
  const [air, enterprises] = [`provision@environment-bureau/${String(story.word('entry.air'))}`, `provision@market-bureau/${String(story.word('entry.enterprises'))}`]
  await story.pass(4)
  await yang.refused('provision-must-not-exceed-approval', 'cd26-7.5', () => yang.conclude(demand, air, 'delivered', say.take({ provision: 'air-provision-too-wide' })))
  await yang.conclude(demand, air, 'delivered', say.take({ provision: 'air-provision' }))
  await he.conclude(demand, enterprises, 'delivered', say.take({ provision: 'enterprises-provision' }))
  for (const step of [air, enterprises]) await story.opened(demand, step.replace('provision@', 'supply@'))
  story.narrator.note('市一体化政务大数据平台（独立进程）核对哈希值后接收，两份回执已到')
}
