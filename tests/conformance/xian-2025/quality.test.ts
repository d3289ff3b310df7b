import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { file, product } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, late, listed, released } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const DIMENSIONS = ['comprehensibility', 'completeness', 'conformity', 'timeliness', 'accuracy']
const values = (change: Record<string, number> = {}) => DIMENSIONS.map((dimension) => ({ dimension, value: change[dimension] ?? 99 }))
const measured = (told: Story, on: string, change: Record<string, number> = {}, batch = 'B1'): StoryCase =>
  told.open({ on, who: 'parking', procedure: 'quality-measurement', contents: { 'quality-measurement': { entry: 'parking', 'sector-authority': 'transport-bureau', batch, 'measured-on': on, values: values(change) } } })
const threshold = (told: Story, on: string, change: Record<string, number>) =>
  told.open({ on, who: 'traffic', procedure: 'quality-threshold', contents: { 'quality-threshold': { entry: 'parking', values: values(change) } } })

describe('measuring', () => {
  test('xa25-11.1.2b: four batches of 2026-05 leave twenty values in five dimensions, none for consistency', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    for (const day of ['05', '12', '19', '26']) measured(told, `2026-05-${day}`, {}, `B${day}`)
    const kept = Object.values(told.world.registers['quality-values'] ?? {}).flatMap((one) => one['values'] as JsonObject[]) // a table
    expect([kept.length, new Set(kept.map((one) => one['dimension']))]).toEqual([20, new Set(DIMENSIONS)])
    const other = (rows: JsonObject[]) => ({ on: '2026-05-27', who: 'parking', procedure: 'quality-measurement', contents: { 'quality-measurement': { entry: 'parking', 'sector-authority': 'transport-bureau', batch: 'B9', 'measured-on': '2026-05-27', values: rows } } })
    told.refusesOpening(other([...values(), { dimension: 'consistency', value: 99 }]), 'content-must-be-typed', 'xa25-11.1.2')
    told.refusesOpening(other(values().slice(0, 4)), 'five-dimensions-must-be-measured', 'xa25-11.1.2')
    told.refusesOpening({ ...other(values()), who: 'metro' }, 'entry-must-be-own', 'xa25-11.1.2')
  })

  test('xa25-11.1.2a: a batch of 2026-04-20 with 96 percent under a rule of 99 percent opens the provider’s task at once', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    threshold(told, '2026-04-01', { conformity: 99, completeness: 90, comprehensibility: 90, timeliness: 90, accuracy: 90 })
    const low = measured(told, '2026-04-20', { conformity: 96 })
    expect([low.open, low.state.tasks[0]?.opened_on, low.state.tasks[0]?.organization]).toEqual([['improve@failed=conformity'], '2026-04-20', 'parking-centre'])
    expect(low.effects('notify').at(-1)).toMatchObject({ to: ['data-provider', 'sector-authority'], text: 'conformity' })
    expect(measured(told, '2026-04-21', { conformity: 99 }, 'B2').open).toEqual([])
  })

  test('xa25-10.1e: 91 percent under the sector’s 95 is followed until a batch of at least 95 percent arrives', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    threshold(told, '2026-05-01', { completeness: 95, comprehensibility: 90, conformity: 90, timeliness: 90, accuracy: 90 })
    const low = measured(told, '2026-05-31', { completeness: 91 })
    expect(low.effects('notify').at(-1)).toMatchObject({ to: ['data-provider', 'sector-authority'], notice: '数据质量低于阈值' })
    const again = (value: number) => ({ on: '2026-06-08', who: 'parking', task: 'improve', outcome: 'improved', contents: { 'improved-batch': { batch: 'B2', value } } })
    low.refuses(again(94.9), 'threshold-must-be-met', 'xa25-10.1')
    expect([low.act(again(95)).status, low.effects('notify').at(-1)]).toMatchObject(['met', { to: ['sector-authority'], text: 'B2' }])
  })

  test('xa25-9.1.3a: the month 2026-04 is closed on 2026-05-01 with its twelve measurements and not again', () => {
    const told = story()
    listed(told, 'parking', 'parking')
    const twelve = Array.from({ length: 12 }, (_, index) => measured(told, `2026-04-${String(index + 1).padStart(2, '0')}`, {}, `B${index}`).id)
    const close = (on: string) => ({ on, who: 'authority', procedure: 'quality-month', contents: { 'quality-month': { period: 'parking-centre/2026-04', provider: 'parking-centre', ended: '2026-04-30', measurements: twelve, values: values() } } })
    told.refusesOpening(close('2026-04-30'), 'month-must-have-ended', 'xa25-9.1.3')
    told.open(close('2026-05-01'))
    const kept = told.world.registers['quality-months']?.['parking-centre/2026-04']
    expect([kept?.['closed-on'], kept?.['measurements'], kept?.['values']]).toEqual(['2026-05-01', expect.toSatisfy((rows) => Array.isArray(rows) && rows.length === 12), expect.toSatisfy((rows) => Array.isArray(rows) && rows.length === 5)])
    told.refusesOpening(close('2026-05-04'), 'month-must-be-closed-once', 'xa25-9.1.3')
  })
})

describe('problems', () => {
  const reported = (told: Story, on = '2026-05-13', under = inForce(told)) => {
    listed(told, 'parking', 'parking')
    return told.open({ on, who: 'operator', procedure: 'quality-issue', links: { agreement: under }, contents: { 'quality-report': { entry: 'parking', provider: 'parking-centre', 'sector-authority': 'transport-bureau', 'found-on': on, problem: '车位数为负值', sample: file('样例.csv') } } })
  }
  const confirmed = (told: Story) => reported(told).act({ on: '2026-05-20', who: 'parking', task: 'verify', outcome: 'confirmed', contents: { verification: { result: 'confirmed', reasons: '经核对源系统' } } })
  const repair = (on: string) => ({ on, who: 'parking', task: 'repair', outcome: 'repaired', contents: { 'quality-repair': { batch: 'B2', sha256: 'b'.repeat(64), note: '已更正负值' } } })

  test('xa25-11.1.5: a problem confirmed on 2026-05-20 is to be repaired by 2026-06-03, with a corrected batch', () => {
    const told = story()
    const open = confirmed(told)
    expect([open.due('repair'), open.state.tasks.find((one) => one.step === 'repair')?.organization]).toEqual(['2026-06-03', 'parking-centre'])
    open.refuses({ ...repair('2026-05-25'), contents: {} }, 'content-must-be-present', 'xa25-28.1')
    expect(open.act(repair('2026-06-03')).lateness('repair')).toBe(0)
  })

  test('xa25-12.1.4c: a repair due on 2026-06-03 and open on 2026-06-04 asks the agency for a decision with a reason', () => {
    const told = story()
    const open = confirmed(told)
    expect(open.time('2026-06-03').open).not.toContain('decide-overdue')
    expect(open.time('2026-06-04').open).toContain('decide-overdue')
    const decide = (outcome: string, contents: Record<string, string> = { 'overdue-decision': '影响在用产品，暂停新需求' }) => ({ on: '2026-06-04', who: 'drafter', task: 'decide-overdue', outcome, contents })
    open.refuses(decide('stop', {}), 'content-must-be-present', 'xa25-12.1.4')
    open.refuses({ ...decide('stop'), who: 'operator' }, 'actor-must-hold-office', 'xa25-12.1.4')
    open.act(decide('stop'))
    expect(told.world.registers['catalog']?.['parking']).toMatchObject({ halted: '2026-06-04' })
    expect(open.act(repair('2026-06-05')).lateness('repair')).toBe(2)
  })

  test('xa25-9.1.3b: a correction accepted on 2026-05-20 is told to the three operators that hold the wrong version', () => {
    const told = story()
    const open = reported(told).act({ on: '2026-05-18', who: 'parking', task: 'verify', outcome: 'confirmed', contents: { verification: { result: 'confirmed', reasons: '经核对源系统' } } })
    const holders = ['qin-data', 'other-data', 'third-data'].map((organization) => ({ organization }))
    const tell = { on: '2026-05-20', who: 'authority', procedure: 'correction-notice', links: { issue: open }, contents: { 'correction-holders': holders } }
    told.refusesOpening(tell, 'correction-must-be-delivered', 'xa25-9.1.3')
    open.act(repair('2026-05-20'))
    const notice = told.open(tell)
    expect(notice.state.tasks.map((one) => [one.organization, one.opened_on])).toEqual(holders.map(({ organization }) => [organization, '2026-05-20']))
    expect(told.world.registers['corrections']?.[notice.id]).toMatchObject({ entry: 'parking', batch: 'B2', 'told-on': '2026-05-20' })
  })

  test('xa25-9.1.3c: what is disputed since 2026-05-21 is marked on a product of 2026-05-22 until it is decided', () => {
    const told = story()
    const under = inForce(told)
    const open = reported(told, '2026-05-13', under).act({ on: '2026-05-20', who: 'parking', task: 'verify', outcome: 'not-confirmed', contents: { verification: { result: 'not-confirmed', reasons: '与源系统一致' } } })
    open.act({ on: '2026-05-21', who: 'operator', task: 'object', outcome: 'object', contents: { 'quality-objection': '120条记录有误' } })
    expect(told.world.registers['catalog']?.['parking']?.['disputed']).toBe('120条记录有误')
    const made = told.open({ on: '2026-05-22', who: 'operator', procedure: 'product', links: { release: released(told, under), agreement: under }, contents: { product: product() } })
    expect(made.state.facts['sources']).toMatchObject({ parking: { disputed: '120条记录有误' } })
    const state = (who: string, task: string) => ({ on: '2026-05-25', who, task, outcome: 'stated', contents: { 'party-statement': '意见如前' } })
    open.act(state('operator', 'state-operator')).act(state('traffic', 'state-sector')).act(state('parking', 'state-provider'))
    open.act({ on: '2026-05-26', who: 'authority', task: 'settle', outcome: 'none', contents: { 'consultation-result': '经核实无误' } })
    expect([open.status, told.world.registers['catalog']?.['parking']?.['disputed']]).toEqual(['closed', ''])
  })

  test('xa25-10.1g: a plan to reach 95 percent by 2026-08-31 is missed with 90 on 2026-09-01, and the task stays open', () => {
    const told = story()
    const plan = told.open({ on: '2026-03-02', who: 'traffic', procedure: 'sector-programme', contents: { 'sector-programme': { kind: 'improvement', name: '停车数据时效性提升', bodies: [{ item: '时效性', due: '2026-08-31', provider: 'parking-centre', present: 80, target: 95 }] } } })
    const reach = (value: number, on: string) => ({ on, who: 'parking', task: 'perform', outcome: 'done', contents: { 'sector-result': { done: '加密采集', measured: value } } })
    expect(late(plan.time('2026-08-31'))).toEqual([])
    expect(late(plan.time('2026-09-01'))).toMatchObject([{ to: ['sector-authority', 'data-authority'] }])
    expect(plan.refuses(reach(90, '2026-09-01'), 'target-must-be-met', 'xa25-10.1').message).toContain('90')
    expect(plan.open).toContain('perform@bodies=时效性')
    expect(plan.act(reach(95, '2026-09-10')).open).toEqual(['remind'])
  })

  const found = (told: Story, on = '2026-09-16') => reported(told, on)
  const verify = (outcome: string, result: string, reasons = '经核对源系统') => ({ on: '2026-09-23', who: 'parking', task: 'verify', outcome, contents: { verification: { result, reasons } } })

  test('xa25-28.1a: found on 2026-09-16, the report reaches the provider at once with entry, sample and day', () => {
    const told = story()
    const open = found(told)
    expect([open.state.tasks.map((one) => [one.step, one.organization, one.opened_on]), open.effects('notify')]).toMatchObject([[['verify', 'parking-centre', '2026-09-16']], [{ to: ['data-provider', 'implementing-agency'], text: '车位数为负值' }]])
    const report = (change: JsonObject) => ({ on: '2026-09-16', who: 'operator', procedure: 'quality-issue', links: { agreement: [...told.cases.values()].find(({ state }) => state.procedure === 'operation-agreement') ?? open }, contents: { 'quality-report': { entry: 'parking', provider: 'parking-centre', 'sector-authority': 'transport-bureau', 'found-on': '2026-09-16', problem: '车位数为负值', sample: file('样例.csv'), ...change } } })
    told.refusesOpening(report({ provider: 'metro-company' }), 'provider-must-be-the-entrys', 'xa25-28.1')
    told.refusesOpening(report({ problem: '' }), 'content-must-be-present', 'xa25-28.1')
    told.refusesOpening({ ...report({}), links: {} }, 'issue-must-concern-an-agreement', 'xa25-28.1')
  })

  test('xa25-28.1b: reported on 2026-09-16, to be verified by 2026-09-22; an answer without a reason is refused', () => {
    const open = found(story())
    expect(open.due('verify')).toBe('2026-09-22')
    expect(late(open.time('2026-09-22'))).toEqual([])
    expect(late(open.time('2026-09-23'))).toHaveLength(1)
    open.refuses(verify('confirmed', 'confirmed', ''), 'content-must-be-present', 'xa25-28.1')
    open.refuses(verify('confirmed', 'not-confirmed'), 'result-must-agree-with-outcome', 'xa25-28.1')
    open.act(verify('confirmed', 'partly'))
    expect([open.lateness('verify'), open.effects('notify').at(-1)]).toMatchObject([1, { to: ['operator', 'implementing-agency'], text: '经核对源系统' }])
  })

  test('xa25-28.1c: confirmed on 2026-09-23, to be repaired by 2026-10-14; a batch of 2026-10-15 is accepted, late and shown to the data authority', () => {
    const open = found(story()).act(verify('confirmed', 'confirmed'))
    const about = () => late(open).filter(({ task }) => task === 'repair')
    expect(open.due('repair')).toBe('2026-10-14')
    open.time('2026-10-14')
    expect(about()).toEqual([])
    open.time('2026-10-15')
    expect(about()).toMatchObject([{ to: ['data-provider', 'implementing-agency', 'data-authority'] }])
    open.act(repair('2026-10-15'))
    expect([open.status, open.lateness('repair'), open.open]).toEqual(['repaired', 1, []])
  })

  const state = (who: string, task: string) => ({ on: '2026-09-29', who, task, outcome: 'stated', contents: { 'party-statement': '意见如前' } })
  const disputed = () => found(story()).act(verify('confirmed', 'partly')).act({ on: '2026-09-28', who: 'operator', task: 'object', outcome: 'object', contents: { 'quality-objection': '问题范围更大' } })
  const settle = (outcome: string, on: string) => ({ on, who: 'authority', task: 'settle', outcome, contents: { 'consultation-result': '协商结果如下' } })

  test('xa25-28.1d: an objection of 2026-09-28 stops the repair, gives each side a task, and the result of 2026-10-13 restarts it', () => {
    const open = disputed()
    expect([open.status, open.state.tasks.map((one) => [one.step, one.organization])]).toEqual(['disputed', [['state-operator', 'qin-data'], ['state-sector', 'transport-bureau'], ['state-provider', 'parking-centre']]])
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['data-authority', 'implementing-agency', 'data-provider', 'sector-authority'] })
    open.refuses(repair('2026-09-28'), 'step-must-be-open', 'xa25-28.1')
    open.act(state('operator', 'state-operator')).act(state('traffic', 'state-sector'))
    open.refuses(settle('repair', '2026-10-13'), 'step-must-be-open', 'xa25-28.1')
    open.act(state('parking', 'state-provider'))
    open.refuses({ ...settle('repair', '2026-10-13'), who: 'drafter', task: 'settle', contents: {} }, 'content-must-be-present', 'xa25-28.1')
    expect([open.act(settle('repair', '2026-10-13')).open, open.due('repair-agreed')]).toEqual([['repair-agreed'], '2026-10-27'])
    const dropped = disputed()
    for (const [who, task] of [['operator', 'state-operator'], ['traffic', 'state-sector'], ['parking', 'state-provider']] as const) dropped.act(state(who, task))
    expect(dropped.act(settle('none', '2026-10-13')).status).toBe('closed')
  })

  test('xa25-28.1e: not agreed on 2026-10-16, the case is not closed without the report of 2026-10-20 and the government’s decision', () => {
    const open = disputed()
    for (const [who, task] of [['operator', 'state-operator'], ['traffic', 'state-sector'], ['parking', 'state-provider']] as const) open.act(state(who, task))
    open.act(settle('unresolved', '2026-10-16'))
    expect([open.status, open.state.tasks.map((one) => [one.step, one.organization])]).toEqual(['reported', [['report', 'data-bureau']]])
    open.refuses({ on: '2026-10-19', who: 'authority', task: 'report', outcome: 'closed', contents: {} }, 'outcome-must-be-provided', 'xa25-28.1')
    open.refuses({ on: '2026-10-19', who: 'authority', task: 'report', outcome: 'reported', contents: {} }, 'content-must-be-present', 'xa25-28.1')
    open.act({ on: '2026-10-20', who: 'authority', task: 'report', outcome: 'reported', contents: { 'government-report': '各方意见附后' } })
    const decide = (who: string, outcome = 'repair') => ({ on: '2026-10-21', who, task: 'decide', outcome, contents: { 'government-decision': '应予整改' } })
    open.refuses(decide('authority'), 'actor-must-hold-office', 'xa25-28.1')
    expect([open.act(decide('mayor')).open, open.due('repair-agreed')]).toEqual([['repair-agreed'], '2026-11-04'])
  })
})
