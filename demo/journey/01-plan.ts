import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'

/** Chapter 1: plan, guidance, fair competition, the government's collective decision, filing (articles 9 to 12). */
export async function planChapter(story: Story): Promise<CaseHandle> {
  story.narrator.chapter('一、编制和审定实施方案')
  const say = new ChapterContents('01-plan')
  const [liu, sun, operator, neighbour] = [await story.as('zx-liu'), await story.as('zx-sun'), await story.as('yy-zhou'), await story.as('jyzx-shi')]
  const start = { contents: say.take('case-name') }

  await operator.refused('actor-must-hold-office', 'cd26-10.1', () => operator.open('implementation-plan', start))
  await neighbour.refused('actor-must-be-concerned-organization', 'cd26-10.1', () => neighbour.open('implementation-plan', start))
  const plan = await liu.open('implementation-plan', start)

  await story.pass(5)
  const study = say.take('feasibility-study')
  await liu.refused('content-must-be-present', 'na25-9.1.9', () => liu.conclude(plan, 'draft', 'ready', { ...say.take({ 'implementation-plan': 'plan-without-emergency' }), ...study }))
  await liu.conclude(plan, 'draft', 'ready', { ...say.take('implementation-plan'), ...study })

  await guidance(story, plan, say)
  await deliberation(story, plan, say)

  await story.pass(6)
  const zhang = await story.as('dsj-zhang')
  await zhang.conclude(plan, 'file-with-province', 'filed', say.take('filing-receipt'))
  await story.status(plan, 'in-force')
  story.narrator.note(`实施方案 ${plan.number} 施行，公平竞争审查人 ${sun.session.person.name}`)
  return plan
}

async function guidance(story: Story, plan: CaseHandle, say: ChapterContents): Promise<void> {
  const [liu, sun] = [await story.as('zx-liu'), await story.as('zx-sun')]
  await story.pass(2)
  const [zhang, wang] = [await story.as('dsj-zhang'), await story.as('czb-wang')]
  await zhang.conclude(plan, 'guide-data-authority', 'guidance', say.take('guidance-data-authority'))
  await wang.conclude(plan, 'guide-public-data-manager', 'none')
  await (await story.as('hbj-yang')).conclude(plan, 'comment-sector@environment-bureau', 'comment', say.take({ opinion: 'sector-comment' }))
  await (await story.as('sjj-he')).conclude(plan, 'comment-sector@market-bureau', 'comment', say.take({ opinion: 'sector-comment' }))
  await story.pass(3)
  await liu.refused('guidance-must-be-answered', 'cd26-7.3', () => liu.conclude(plan, 'finalize', 'final'))
  await liu.conclude(plan, 'finalize', 'final', say.take('answer-data-authority'))
  await story.pass(1)
  const review = say.take('fair-competition-review')
  await liu.refused('reviewer-must-not-be-author', null, () => liu.conclude(plan, 'review-fair-competition', 'passed', review))
  await sun.conclude(plan, 'review-fair-competition', 'passed', review)
  await story.pass(1)
  await zhang.conclude(plan, 'submit', 'submitted', say.take('submission'))
}

/** The government sends the text back once; a decision on the old text does not carry the new one. */
async function deliberation(story: Story, plan: CaseHandle, say: ChapterContents): Promise<void> {
  const [liu, sun, zhang, chen] = [await story.as('zx-liu'), await story.as('zx-sun'), await story.as('dsj-zhang'), await story.as('gov-chen')]
  await story.pass(2)
  await chen.refused('decision-must-carry', 'cd26-12.1', () => chen.conclude(plan, 'deliberate', 'approve', say.take({ 'collective-decision': 'decision-without-quorum' })))
  story.keep('plan.old-hash', await story.textHash(plan, 'implementation-plan'))
  await chen.conclude(plan, 'deliberate', 'return-for-change', say.take('opinion'))
  await story.pass(1)
  await liu.conclude(plan, 'revise', 'revised', say.take({ 'implementation-plan': 'plan-revised' }))
  await sun.conclude(plan, 'review-fair-competition', 'passed', say.take('fair-competition-review'))
  await zhang.conclude(plan, 'submit', 'submitted', say.take('submission'))
  await story.pass(2)
  await chen.refused('decision-must-carry', 'cd26-12.1', () => chen.conclude(plan, 'deliberate', 'approve', say.take({ 'collective-decision': 'decision-on-old-text' })))
  await chen.conclude(plan, 'deliberate', 'approve', say.take('collective-decision'))
}
