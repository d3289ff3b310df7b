import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'

/** Chapter 2: consultation on the agreement, a fair tender, the operator's conditions (articles 13 and 14). */
export async function selectionChapter(story: Story, plan: CaseHandle): Promise<CaseHandle> {
  story.narrator.chapter('二、公平选定运营机构')
  const say = new ChapterContents('02-selection')
  const [liu, sun] = [await story.as('zx-liu'), await story.as('zx-sun')]
  const selection = await liu.open('operator-selection', { links: { plan }, contents: say.take('case-name') })
  await liu.refused('conditions-must-be-within-plan', 'cd26-13.1', () => liu.conclude(selection, 'prepare-documents', 'ready', say.take({ 'selection-documents': 'documents-beyond-plan' })))
  await liu.conclude(selection, 'prepare-documents', 'ready', say.take('selection-documents'))
  await liu.refused('consultation-must-be-long-enough', null, () => liu.conclude(selection, 'start-consultation', 'started', say.take({ 'consultation-notice': 'notice-too-short' })))
  await liu.conclude(selection, 'start-consultation', 'started', say.take('consultation-notice'))
  await story.pass(5)
  await liu.conclude(selection, 'close-consultation', 'closed', say.take('consultation'))
  await sun.conclude(selection, 'review-fair-competition', 'passed', say.take('fair-competition-review'))
  await story.pass(1)
  await liu.conclude(selection, 'publish-documents', 'published')
  await story.pass(5)
  await liu.conclude(selection, 'receive-bids', 'received', say.take('bids'))
  await story.pass(1)
  await sun.conclude(selection, 'score', 'scored', say.take('scores'))
  await award(story, selection, say)
  return selection
}

/** Who scored does not decide; who is no legal person cannot operate; the result is open to objection before it stands. */
async function award(story: Story, selection: CaseHandle, say: ChapterContents): Promise<void> {
  const [liu, sun, gao] = [await story.as('zx-liu'), await story.as('zx-sun'), await story.as('zx-gao')]
  const decided = say.take('award', 'operator-qualification')
  await sun.refused('scorer-must-not-decide', 'cd26-13.1', () => sun.conclude(selection, 'award', 'awarded', decided))
  await gao.refused('operator-must-be-a-legal-person', 'cd26-3.1.4', () =>
    gao.conclude(selection, 'award', 'awarded', say.take({ award: 'award-to-partnership', 'operator-qualification': 'qualification-of-partnership' })))
  await gao.conclude(selection, 'award', 'awarded', decided)
  const publicity = await gao.task(selection, 'publicize')
  await story.after(publicity?.due?.date ?? story.today)
  await story.opened(selection, 'record-result')
  story.narrator.note('公示期满，平台自动转入公布结果')
  await liu.conclude(selection, 'record-result', 'recorded', say.take('selection-result'))
  await story.status(selection, 'concluded')
}
