import { describe, expect } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { redeveloped, registeredDeveloper, statement } from '#tests/support/chengdu-market-story.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { REVIEWED, job, offered, priceDecision, product, released, releaseRequest, vote } from '#tests/support/offering-contents.ts'
import { agreementOverFour, fourEntries } from '#tests/support/supply-story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('products', ['product'])

const law = await lawOf('chengdu-2026')
function begun() {
  const told = fresh(WIDE_CAST)
  fourEntries(told)
  const agreement = agreementOverFour(told)
  let left: StoryCase | null = null
  /** The one release of the story's job. */
  const release = () => (left ??= released(told, agreement, '2026-09-17'))
  return { told, agreement, release }
}

/** Another job's release of these tables, asked for and, where `lets` is set, let out by the agency alone. */
function leave({ told, agreement }: ReturnType<typeof begun>, id: string, tables: string[], lets = true): StoryCase {
  const asked = told.open({ on: '2026-09-17', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest({ job: id }) }, facts: { job: job(agreement.id, { id, tables, providers: [] }) } })
  return lets ? asked.act({ on: '2026-09-17', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote() } }) : asked
}

describe('where a product comes from', () => {
  const opening = (from: ReturnType<typeof begun>, change: JsonObject = {}, on = '2026-09-17', who = 'operator') => ({
    on, who, procedure: 'product', links: { release: from.release(), agreement: from.agreement }, contents: { product: product(change), 'price-decision': priceDecision() },
  })

  test('cd26-19.2b: a file built elsewhere cannot be put forward as product P3 on 2026-09-17: no job in the environment stands behind it', () => {
    const from = begun()
    from.told.refusesOpening({ ...opening(from), links: { agreement: from.agreement } }, 'product-must-come-from-release', 'cd26-19.2')
    from.told.refusesOpening({ ...opening(from), links: { agreement: from.agreement, release: leave(from, 'job-2', ['air-quality'], false) } }, 'product-must-come-from-release', 'cd26-19.2')
    from.told.refusesOpening(opening(from, {}, '2026-09-17', 'stranger'), 'party-must-be-the-same', 'cd26-19.2')
    const other = agreementOverFour(from.told)
    from.told.refusesOpening({ ...opening(from), links: { agreement: other, release: from.release() } }, 'product-must-keep-lineage', 'cd26-19.2')
    from.told.refusesOpening(opening(from, { scenario: '商业选址' }), 'scenario-must-be-the-approved', 'cd26-20.1')
    const made = from.told.open(opening(from))
    made.act({ on: '2026-09-18', who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
    expect(from.told.world.registers['products']?.[made.id]).toMatchObject({ sources: ['air-quality', 'bus-lines'], supplies: ['GJ-1', 'GJ-2'], job: 'job-1', 'agreement-ends': '2029-08-19' })
  })

  test('cd26-19.2b: raw data become a product only where they are lawfully open', () => {
    const from = begun()
    from.told.refusesOpening(opening(from, { raw: true }), 'raw-data-must-not-enter-market', 'cd26-26.1')
    from.told.refusesOpening({ ...opening(from, { raw: true }), links: { release: leave(from, 'job-2', ['nowhere-listed']), agreement: from.agreement } }, 'raw-data-must-not-enter-market', 'cd26-26.1')
    expect(from.told.open({ ...opening(from, { raw: true }), links: { release: leave(from, 'job-3', ['open-weather']), agreement: from.agreement } }).status).toBe('reviewing')
  })

  test('cd26-19.2b: it is offered after both reviews; sent back it is put forward anew, and its operator may stop it', () => {
    const from = begun()
    const reviewing = from.told.open(opening(from))
    expect(reviewing.effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'], notice: '收到产品上架申请' })
    const publish = (change: JsonObject, who = 'reviewer') => ({ on: '2026-09-18', who, task: 'review', outcome: 'publish', contents: { 'product-review': { ...REVIEWED, ...change } } })
    reviewing.refuses(publish({ security: 'failed' }), 'security-review-must-have-passed', 'cd26-26.1')
    reviewing.refuses(publish({ conformity: 'failed' }), 'conformity-review-must-have-passed', 'cd26-26.1')
    reviewing.refuses(publish({}, 'operator'), 'actor-must-hold-office', 'cd26-26.1')
    reviewing.act({ on: '2026-09-18', who: 'reviewer', task: 'review', outcome: 'return', contents: { 'product-return': '请写明更新频率' } })
    expect([reviewing.status, reviewing.effects('notify').at(-1)]).toMatchObject(['returned', { to: ['operator'], text: '请写明更新频率' }])
    reviewing.refuses({ on: '2026-09-21', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { product: product({ visibility: 'invited' }), 'price-decision': priceDecision() } }, 'offer-must-be-open-to-all', 'cd26-7.6')
    reviewing.act({ on: '2026-09-21', who: 'operator', task: 'revise', outcome: 'resubmit', contents: { product: product(), 'price-decision': priceDecision() } }).act({ ...publish({}), on: '2026-09-22', task: 'review#2' })
    expect([reviewing.status, reviewing.effects('notify').at(-1)]).toMatchObject(['listed', { to: ['operator'], notice: '产品已上架' }])
    reviewing.act({ on: '2026-10-12', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '需求不足', arrangement: '在用的服务至期满' } } })
    expect([reviewing.status, reviewing.open, from.told.world.standings[`product/${reviewing.id}`], reviewing.effects('register.end')]).toMatchObject(['stopped', [], 'ended', [{ register: 'products' }]])
    const refused = from.told.open(opening(from)).act({ on: '2026-09-18', who: 'reviewer', task: 'review', outcome: 'refuse', contents: { 'product-review': { ...REVIEWED, security: 'failed' } } })
    expect([refused.status, refused.effects('notify').at(-1)]).toMatchObject(['refused', { to: ['operator'], notice: '产品不予上架' }])
  })
})

describe('what developers make of it', () => {
  const submit = (source: string, who: string, contents: JsonObject = {}, change: JsonObject = {}) => ({ on: '2026-11-02', who, procedure: 'redeveloped-product', contents: { 'redeveloped-product': redeveloped(source, change), ...contents } })
  const list = (who: string, change: JsonObject = {}) => ({ on: '2026-11-02', who, task: 'list', outcome: 'listed', contents: { 'compliance-statement': statement(change) } })
  const market = () => {
    const { told, agreement } = begun()
    const source = offered(told, agreement)
    registeredDeveloper(told, 'developer', '2026-10-20')
    registeredDeveloper(told, 'other-developer', '2026-10-20')
    return { told, source }
  }

  test('cd26-21.1c: P1, public since 2026-10-12, is shown with two redeveloped products and their developers; every verified developer may apply', () => {
    const { told, source } = market()
    expect(source.effects('publish').at(-1)).toMatchObject({ kind: 'product', title: '空气质量查询', description: '按站点和日期查询空气质量', price: 1.2, contact: '028-12345678' })
    const first = told.open(submit(source.id, 'developer', { 'compliance-statement': statement() })).act(list('developer'))
    const second = told.open(submit(source.id, 'other-developer', { 'compliance-statement': statement() }, { name: '跑步适宜度' })).act(list('other-developer'))
    const shown = Object.values(told.world.registers['redeveloped-products'] ?? {})
    expect(shown).toMatchObject([{ source: source.id, 'source-name': '空气质量查询', 'developer-name': '开发主体developer', name: '出行空气指数' }, { source: source.id, 'developer-name': '开发主体other-developer', name: '跑步适宜度' }])
    expect([law.pack.registers['redeveloped-products']?.public, first.effects('publish').at(-1), second.status]).toMatchObject([true, { kind: 'redeveloped-product', source: source.id, developer: '开发主体developer' }, 'listed'])
    told.refusesOpening(submit(source.id, 'partner', { 'compliance-statement': statement() }), 'developer-must-be-verified', 'cd26-3.1.5')
    told.refusesOpening(submit('no-such-product', 'developer', { 'compliance-statement': statement() }), 'source-product-must-be-on-offer', 'cd26-21.1')
    first.act({ on: '2026-12-01', who: 'developer', task: 'pricing', outcome: 'stop', contents: { opinion: '不再维护本产品' } })
    expect([first.status, first.open, told.world.standings[`redeveloped-product/${first.id}`], first.effects('register.end')]).toMatchObject(['stopped', [], 'ended', [{ register: 'redeveloped-products' }]])
  })

  test('cd26-26.3a: listed on 2026-11-02 without statement, a product is held; with it, it is listed, and a later complaint is developer D’s task with a due date', () => {
    const { told, source } = market()
    const held = told.open(submit(source.id, 'developer'))
    expect([held.status, held.open, told.world.registers['redeveloped-products']]).toEqual(['held', ['statement'], undefined])
    held.refuses(list('developer'), 'step-must-be-open', 'cd26-26.3')
    held.refuses({ on: '2026-11-02', who: 'developer', task: 'statement', outcome: 'given', contents: { 'compliance-statement': statement({ laws: [] }) } }, 'content-must-be-typed', 'cd26-26.3')
    held.act({ on: '2026-11-02', who: 'developer', task: 'statement', outcome: 'given', contents: { 'compliance-statement': statement() } }).act(list('developer'))
    expect([held.status, held.open, told.world.standings[`redeveloped-product/${held.id}`]]).toEqual(['listed', ['oversight', 'pricing'], 'granted'])
    const complain = (due: string, who = 'drafter') => ({ on: '2026-11-16', who, task: 'oversight', outcome: 'complain', contents: { 'redevelopment-complaint': { from: '某用户', facts: '产品页面显示了住址', due } } })
    held.refuses(complain('2026-11-16'), 'answer-must-be-due-later', null)
    held.refuses(complain('2026-11-23', 'operator'), 'actor-must-hold-office', 'cd26-26.3')
    held.act(complain('2026-11-23'))
    expect([held.due('answer'), held.state.tasks.find((task) => task.step === 'answer')?.organization, held.effects('notify').at(-1)]).toMatchObject(['2026-11-23', 'rongcheng-lab', { to: ['developer'], text: '产品页面显示了住址' }])
    held.act({ on: '2026-11-18', who: 'developer', task: 'answer', outcome: 'answered', contents: { 'redevelopment-answer': '已删除住址信息' } })
    expect(held.effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'], text: '已删除住址信息' })
    const oversee = (outcome: string, on: string) => ({ on, who: 'drafter', task: 'oversight', outcome, contents: { opinion: '经核查的处理意见' } })
    held.act(oversee('pause', '2026-11-19'))
    expect([held.status, told.world.standings[`redeveloped-product/${held.id}`]]).toEqual(['paused', 'suspended'])
    held.act(oversee('resume', '2026-11-24'))
    expect([held.status, told.world.standings[`redeveloped-product/${held.id}`]]).toEqual(['listed', 'granted'])
    held.act({ ...complain('2026-12-01'), on: '2026-11-24' }).act({ on: '2026-12-02', who: 'drafter', task: 'answer', outcome: 'pause', contents: { opinion: '逾期没有答复' } })
    expect([held.status, told.world.standings[`redeveloped-product/${held.id}`]]).toEqual(['paused', 'suspended'])
  })

  test('cd26-26.3a: a product that touches personal information has its assessment attached', () => {
    const { told, source } = market()
    const personal = told.open(submit(source.id, 'developer', { 'compliance-statement': statement() }, { personal: true }))
    personal.refuses(list('developer'), 'personal-information-must-be-assessed', 'cd26-26.3')
    expect(personal.act(list('developer', { 'personal-review': file('评估.pdf') })).status).toBe('listed')
  })

  test('cd26-21.1b: the operator is no developer of its own product', () => {
    const { told, agreement } = begun()
    const source = offered(told, agreement)
    registeredDeveloper(told, 'operator-developer', '2026-10-20')
    told.refusesOpening(submit(source.id, 'operator-developer', { 'compliance-statement': statement() }), 'operator-must-not-redevelop', 'cd26-21.1')
  })
})
