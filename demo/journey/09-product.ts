import { addDays, addYears, legalDate } from '#core/calendar/legal-date.ts'
import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'
import { openCasesOf } from './06-supply.ts'

const VALID_YEARS = 3 // 登记管理暂行办法第十五条

/** Chapter 9: review, price class, publication, first delivery, registration with its clocks (articles 18, 23, 26; registration 8 to 15). */
export async function productChapter(story: Story, agreement: CaseHandle, release: CaseHandle): Promise<CaseHandle> {
  story.narrator.chapter('九、产品上架和登记')
  const say = new ChapterContents('09-product')
  const [clerk, liu] = [await story.operator('clerk'), await story.as('zx-liu')]
  const links = { release, agreement }
  await clerk.refused('public-benefit-must-be-free', 'cd26-23.1', () => clerk.open('product', { links, contents: say.take({ product: 'product-with-fee' }) }))
  const product = await clerk.open('product', { links, contents: say.take('product') })
  await story.pass(2)
  await liu.conclude(product, 'review', 'publish', say.take('product-review'))
  await clerk.conclude(product, 'first-delivery', 'delivered', say.take('first-delivery'))
  await registration(story, product, say)
  return product
}

/** A product that was never reviewed for release is refused; told before the release is through. */
export async function refuseUnreviewedProduct(story: Story, agreement: CaseHandle, release: CaseHandle): Promise<void> {
  const clerk = await story.operator('clerk')
  const contents = new ChapterContents('09-product').take('product')
  await clerk.refused('product-must-come-from-release', 'cd26-19.2', () => clerk.open('product', { links: { release, agreement }, contents }))
}

async function registration(story: Story, product: CaseHandle, say: ChapterContents): Promise<void> {
  const [clerk, ren] = [await story.operator('clerk'), await story.as('dj-ren')]
  const [registered] = await openCasesOf(clerk, 'registration')
  if (registered === undefined) throw new Error('the first delivery opened no registration')
  story.witness(registered, clerk)
  const papers = ['business-review', 'evidence-deposit']
  await story.pass(3)
  await clerk.conclude(registered, 'apply', 'submit', say.take('registration-materials', ...papers))
  await story.pass(2)
  await ren.conclude(registered, 'acceptance', 'supplement', say.take('supplement-notice'))
  await story.pass(1)
  await clerk.conclude(registered, 'supplement', 'resubmit', say.take({ 'registration-materials': 'materials-supplemented' }, ...papers))
  await ren.refused('supplement-must-be-asked-once', 'nr25-10.1', () => ren.conclude(registered, 'acceptance', 'supplement', say.take('supplement-notice')))
  await ren.conclude(registered, 'acceptance', 'accept')
  await story.pass(5)
  await ren.conclude(registered, 'formal-review', 'pass', say.take('review-opinion'))
  await ren.conclude(registered, 'publicise', 'published', say.take('publicity-notice'))
  const publicity = await ren.task(registered, 'publicity')
  await story.after(publicity?.due?.date ?? story.today)
  await story.opened(registered, 'coding')
  story.narrator.note('公示期十个工作日届满，无异议，平台自动转入赋码')
  const today = legalDate(story.today)
  const longest = addDays(addYears(today, VALID_YEARS), 0)
  const end = legalDate(String(story.word('agreement.end')))
  story.keep('registration', { until: end < longest ? end : longest, 'too-late': addDays(addYears(today, VALID_YEARS), 1) })
  await ren.refused('validity-must-not-exceed-three-years', 'nr25-15.1', () => ren.conclude(registered, 'coding', 'issued', say.take({ 'registration-code': 'code-for-too-long' })))
  await ren.conclude(registered, 'coding', 'issued', say.take('registration-code'))
  await story.status(product, 'registered')
}
