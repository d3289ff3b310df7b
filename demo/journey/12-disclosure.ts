import type { Json, JsonObject } from '#core/json.ts'
import { ChapterContents } from './contents.ts'
import type { Story } from './story.ts'

type Portal = {
  authorizations: { operator: string; credit_code: string; selection_method: string; agreement_date: string; content: string; resources: { title: string }[]; starts: string; ends: string; ended_on: string | null }[]
  products: { id: string; name: string; operator: string; price: string; registration: string }[]
  use: { product: string; name: string; calls: number; consumers: number; free_calls: number }[]
}

/** Chapter 12: the agency discloses whom it authorized, with what, within which bounds, for how long, and how it was used (article 30). */
export async function disclosureChapter(story: Story): Promise<void> {
  story.narrator.chapter('十二、向社会公开')
  const say = new ChapterContents('12-disclosure')
  const liu = await story.as('zx-liu')
  await story.pass(2)
  const portal = await story.door.ask<Portal>('GET', '/api/public/portal', null)
  story.keep('period.to', story.workingDay(-1))
  const report = reportOf(portal)
  story.keep('report', report)
  story.keep('incomplete', { ...report, authorizations: [] })
  await liu.refused('period-must-have-ended', 'cd26-30.1', () => liu.open('disclosure', { contents: say.take('period-from', { 'period-to': 'period-not-ended' }) }))
  const disclosure = await liu.open('disclosure', { contents: say.take('period-from', 'period-to') })
  await liu.refused('every-authorization-must-be-disclosed', 'cd26-30.1', () =>
    liu.conclude(disclosure, 'disclose', 'publish', say.take({ 'disclosure-report': 'incomplete-report' }, 'publication-record')))
  await liu.conclude(disclosure, 'disclose', 'publish', say.take('disclosure-report', 'publication-record'))
  story.narrator.note(`公开授权对象${portal.authorizations.length}个、产品${portal.use.length}项、调用${String(report['calls'])}次；调用次数来自存证，不来自填报`)
}

/** The report as the agency fills it in from what stands on the public page. */
function reportOf({ authorizations, products, use }: Portal): JsonObject {
  const sum = (of: (one: Portal['use'][number]) => number): number => use.reduce((total, one) => total + of(one), 0)
  return {
    authorizations: authorizations.map((one): JsonObject => ({
      operator: one.operator, 'credit-code': one.credit_code, 'selection-method': one.selection_method, 'agreement-date': one.agreement_date, content: one.content,
      scope: one.resources.map((resource) => resource.title).join('、'), starts: one.starts, ends: one.ends,
      ...(one.ended_on === null ? {} : { 'ended-on': one.ended_on, 'ended-because': '逾期未完成整改' }),
    })),
    'resources-not-named': 0,
    products: use.map((one): JsonObject => {
      const listed = products.find((product) => product.id === one.product)
      return { product: one.product, name: one.name, operator: orNone(listed?.operator), price: orNone(listed?.price), registration: orNone(listed?.registration), calls: one.calls }
    }),
    'resources-used': new Set(authorizations.flatMap((one) => one.resources.map((resource) => resource.title))).size,
    calls: sum((one) => one.calls),
    'free-calls': sum((one) => one.free_calls),
    consumers: sum((one) => one.consumers),
  } satisfies Record<string, Json>
}

function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '无' : text
}
