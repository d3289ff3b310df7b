import { expect, test } from 'vitest'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, zqDemand, zqSupplied } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

test('zq25-24.4a: after the end of its agreement an operator gets no data and opens nothing', () => {
  const told = story()
  const { agreement, scenario } = zqSupplied(told)
  const ground = { ground: 'own-request', facts: '经营调整申请退出', evidence: file('申请.pdf') }
  const early = { on: '2026-09-01', who: 'agency', procedure: 'exit', links: { agreement }, contents: { 'exit-grounds': [{ ...ground, ground: 'expiry' }], 'exit-draft': '经协商终止授权运营协议，依约退出。' } }
  told.refusesOpening(early, 'expiry-must-have-come', 'na25-14.1.2')
  const exit = told.open({ ...early, contents: { ...early.contents, 'exit-grounds': [ground] } })
  expect(exit.due('comment')).toBe('2026-09-08')
  exit.time('2026-09-09')
  exit.act({ on: '2026-09-10', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请退出，双方协商一致', answer: '没有意见', 'destroy-by': '2026-09-30', arrangements: '场景授权同时终止' } } })
  expect([agreement.status, told.world.standings[`agreement/${agreement.id}`], exit.effects('access.revoke').length]).toEqual(['ended', 'revoked', 1])
  told.refusesOpening({ on: '2026-09-11', who: 'operator', procedure: 'data-demand', links: { agreement, scenario }, contents: { demand: zqDemand() } }, 'demand-must-rest-on-agreement', 'zq25-3.5')
})
