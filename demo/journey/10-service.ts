import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Person } from './person.ts'
import { doubtedAndLifted } from './doubt.ts'
import { query, verify } from './service-call.ts'
import type { Machine } from './service-call.ts'
import type { Story } from './story.ts'

/** Chapter 10: identity, scenario, key, quota; query and verification from the released version, each call metered (articles 7, 21, 26). */
export async function serviceChapter(story: Story, product: CaseHandle, release: CaseHandle): Promise<Machine> {
  story.narrator.chapter('十、使用申请和服务调用')
  const say = new ChapterContents('10-service')
  story.keep('product-case', product.id)
  const [tian, zeng, clerk] = [await story.as('aj-tian'), await story.as('yf-zeng'), await story.operator('clerk')]
  const proof = say.take('identity-proof')
  await tian.refused('scenario-must-be-the-products', 'cd26-21.1', () => tian.open('product-service', { contents: { ...say.take({ 'usage-application': 'application-other-scenario' }), ...proof } }))
  const use = await tian.open('product-service', { contents: { ...say.take('usage-application'), ...proof } })
  const small = await zeng.open('product-service', { contents: say.take({ 'usage-application': 'small-application', 'identity-proof': 'logistics-proof' }) })
  await story.pass(2)
  const checked = say.take('identity-check')
  await clerk.refused('public-benefit-must-be-free', 'cd26-23.1', () => clerk.conclude(use, 'decision', 'grant', { ...checked, ...say.take({ 'usage-terms': 'terms-with-price' }) }))
  await clerk.conclude(use, 'decision', 'grant', { ...checked, ...say.take('usage-terms') })
  await clerk.conclude(small, 'decision', 'grant', { ...checked, ...say.take({ 'usage-terms': 'small-terms' }) })
  const machine = await machineOf(tian, product, use)
  await calls(story, machine, await machineOf(zeng, product, small))
  await doubtedAndLifted(story, release, machine)
  return machine
}

async function machineOf(owner: Person, product: CaseHandle, use: CaseHandle): Promise<Machine> {
  const { key } = await owner.post<{ key: string }>(`/api/subscriptions/${use.id}/key`, {}, '生成密钥')
  return { owner, product, key, scenario: String(owner.story.word('scenario')) }
}

async function calls(story: Story, machine: Machine, small: Machine): Promise<void> {
  const { owner: tian } = machine
  const january = [{ field: 'year', is: 'equal', value: 2014 }, { field: 'month', is: 'equal', value: 1 }]
  await query(machine, ['year', 'month', 'pm25'], january)
  await verify(machine, [...january, { field: 'pm25', is: 'at-least', value: 75 }])
  await verify(machine, [...january, { field: 'pm25', is: 'at-least', value: 500 }])
  await tian.refused('key-must-be-known', null, () => query({ ...machine, key: 'gs_not-a-key' }, ['pm25']))
  await tian.refused('fields-must-be-the-products', 'cd26-26.2', () => query(machine, ['pm25', 'temperature']))
  await tian.refused('scenario-must-be-the-granted', 'cd26-20.1', () => query(machine, ['pm25'], [], '商业选址'))
  await query(small, ['year', 'month', 'pm25'], january)
  await verify(small, january)
  await small.owner.refused('quota-must-not-be-exceeded', 'cd26-26.2', () => query(small, ['pm25']))
  story.narrator.note('每次调用先计量、先存证，再作答')
}
