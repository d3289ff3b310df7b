import { expect, test } from 'vitest'
import { rulesCommand } from '#apps/cli/rules.ts'
import { worstCases } from '#core/pack/worst-case.ts'
import { packOf } from '#tests/support/case-law.ts'

const worst = (id: string) => worstCases(packOf(id)).map(({ procedure, days, extensions, returns }) => [procedure, days, extensions, returns])

test.each([
  // 5 + 10 + 20 + 2 (receipt) + 10; the review may be extended by 10; a supplement repeats 5, a failed receipt 2.
  ['chengdu-2026', [['data-demand', 47, 10, 7]]],
  ['sichuan-2025-draft', [['data-demand', 47, 10, 7]]],
  // Both reviews share the 3 days from the demand.
  ['xian-2025', [['data-demand', 35, 0, 2]]],
  ['zhaoqing-2025', [['data-demand', 24, 0, 16]]],
  ['chengdu-2020', [['demand-list', 50, 0, 0]]],
  ['national-registration-2025', []],
])('%s: the way from demand to data in working days', (id, expected) => {
  expect(worst(id)).toEqual(expected)
})

test('each step has its figure and provision; a limit that runs from an earlier day adds what is left of it', () => {
  const [demand] = worstCases(packOf('chengdu-2026'))
  expect(demand?.steps.map((step) => [step.step, step.days, step.added, step.from])).toEqual([
    ['formal-review', 5, 5, 'task.opened'], ['provider-review', 10, 10, 'task.opened'], ['provision', 20, 20, 'provider-review'],
    ['provision-receipt', 2, 2, 'task.opened'], ['supply', 10, 10, 'provision-receipt'], ['supply-receipt', 10, 0, 'provision-receipt'],
  ])
  expect(demand?.steps[1]).toMatchObject({ figure: 'provider-review-days', basis: { interpretation: 'cd26-20.3' }, extension: { days: 10, basis: { provision: 'cd26-20.3' } } })
  expect(demand?.backs.map((back) => [back.from, back.outcome, back.days, back.times])).toEqual([['formal-review', 'return', 5, 1], ['provision-receipt', 'failed', 2, 1], ['supply-receipt', 'failed', 0, 1]])
})

test('one working day more in a figure is one more on the way', () => {
  const pack = packOf('chengdu-2026')
  const figure = pack.figures['provision-days']
  if (!figure) throw new Error('no figure provision-days')
  figure.value += 1
  expect(worstCases(pack)[0]).toMatchObject({ days: 48, extensions: 10 })
})

test('the page of each pack says the sum, the steps without a limit and what agreements set', async () => {
  const lines: string[] = []
  expect(await rulesCommand(['worst-case'], (line) => lines.push(line))).toBe(0)
  const page = lines.join('\n')
  expect(page).toContain('最长64个工作日：各环节期限合计47个工作日，准予延长10个工作日，退回补正各发生到最多次数时7个工作日。')
  expect(page).toContain('没有规定期限、未计入的环节：“拟订开发利用服务协议”、“数源机构签署”。')
  expect(page).toContain('期限由协议或者命令确定、未计入的环节：“向市政务大数据平台汇聚”。')
  expect(page).toContain('《公共数据资源登记管理暂行办法》（national-registration-2025）：从提出需求到取得数据\n\n该规则包没有数据供给程序。')
})
