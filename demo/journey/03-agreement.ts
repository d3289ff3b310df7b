import { addDays, addYears, legalDate } from '#core/calendar/legal-date.ts'
import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'

const TERM_YEARS = 3
const LONGEST_YEARS = 5 // 实施规范（试行）第十四条（二）

/** Chapter 3: the agreement with its contents, the agency's collective decision, both signatures, filing (articles 15 and 16). */
export async function agreementChapter(story: Story, plan: CaseHandle, selection: CaseHandle): Promise<CaseHandle> {
  story.narrator.chapter('三、签订授权运营协议')
  const say = new ChapterContents('03-agreement')
  const [liu, gao, clerk] = [await story.as('zx-liu'), await story.as('zx-gao'), await story.operator('clerk')]
  const start = legalDate(story.workingDay(3))
  story.keep('agreement', { start, end: addDays(addYears(start, TERM_YEARS), -1), 'too-late': addYears(start, LONGEST_YEARS) })

  const agreement = await liu.open('operation-agreement', { links: { plan, selection }, contents: say.take('case-name') })
  await clerk.refused('step-must-be-open', 'cd26-15.1', () => clerk.conclude(agreement, 'sign-operator', 'sign', say.take({ 'operator-signature': 'signature' })))
  await liu.refused('resources-must-be-within-plan', 'cd26-5.1', () => liu.conclude(agreement, 'draft', 'ready', say.take({ 'operation-agreement': 'agreement-beyond-plan' })))
  await liu.refused('term-must-not-exceed-limit', 'na25-14.1.2', () => liu.conclude(agreement, 'draft', 'ready', say.take({ 'operation-agreement': 'agreement-too-long' })))
  await liu.conclude(agreement, 'draft', 'ready', say.take('operation-agreement'))
  await story.pass(2)
  await liu.refused('decider-must-not-be-author', null, () => liu.conclude(agreement, 'deliberate', 'approve', say.take('agency-decision')))
  await gao.conclude(agreement, 'deliberate', 'approve', say.take('agency-decision'))

  await story.pass(1)
  await clerk.refused('signature-must-be-on-the-approved-text', 'cd26-15.1', () => clerk.conclude(agreement, 'sign-operator', 'sign', say.take({ 'operator-signature': 'signature-on-other-text' })))
  await clerk.conclude(agreement, 'sign-operator', 'sign', say.take({ 'operator-signature': 'signature' }))
  await gao.conclude(agreement, 'sign-agency', 'sign', { ...say.take({ 'agency-signature': 'signature' }), ...say.take('signing-check') })
  await story.status(agreement, 'in-force')
  story.narrator.note(`协议 ${agreement.number} 双方签署完毕，自${String(story.word('agreement.start'))}起生效`)
  await filing(story, agreement, say)
  return agreement
}

async function filing(story: Story, agreement: CaseHandle, say: ChapterContents): Promise<void> {
  const [liu, zhang] = [await story.as('zx-liu'), await story.as('dsj-zhang')]
  await story.opened(agreement, 'publish-authorization')
  await story.pass(2)
  await liu.conclude(agreement, 'publish-authorization', 'published', say.take('publication-record'))
  await liu.conclude(agreement, 'file-agreement', 'sent', say.take('agreement-filing'))
  await story.pass(1)
  await zhang.conclude(agreement, 'confirm-filing', 'confirm', say.take('filing-confirmation'))
  await story.pass(2)
  await zhang.conclude(agreement, 'file-with-province', 'filed', say.take('filing-receipt'))
}
