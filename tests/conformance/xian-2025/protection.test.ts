import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file, job, releaseRequest } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, last, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

test('xa25-8.2b: a file found on 2026-06-25 with the watermark of operator O and workspace W names both, and W is suspended until the agency lifts it', () => {
  const told = story()
  const under = inForce(told)
  told.open({ on: '2026-05-18', who: 'operator', procedure: 'security-file', links: { agreement: under }, contents: { 'security-file': { officer: '李安', 'graded-protection': '61010026001', 'valid-until': '2027-07-31', 'emergency-plan': file('应急预案.pdf'), contracts: '无' } } })
  const workspace = told.open({ on: '2026-05-20', who: 'operator', procedure: 'workspace', links: { agreement: under }, contents: { workspace: { name: '空间W', kind: 'isolated', purpose: '停车引导', rules: '第一版', entries: [{ entry: 'parking' }] } } })
  const found = { on: '2026-06-25', who: 'drafter', procedure: 'leak', contents: { leak: { 'found-on': '2026-06-25', watermark: 'qin-data/W', sample: file('外泄文件.csv') } } }
  told.refusesOpening(found, 'leak-must-name-the-last-holder', 'xa25-8.2')
  const leak = told.open({ ...found, links: { workspace } })
  expect([told.world.registers['leaks']?.[leak.id], told.world.standings[`workspace/${workspace.id}`]]).toMatchObject([{ operator: 'qin-data', workspace: workspace.id, name: '空间W', watermark: 'qin-data/W', 'found-on': '2026-06-25' }, 'suspended'])
  const lift = (who: string) => ({ on: '2026-07-01', who, task: 'lift', outcome: 'lifted', contents: { 'leak-finding': '已查明并封堵' } })
  leak.refuses(lift('operator'), 'actor-must-hold-office', 'xa25-8.2')
  expect([leak.act(lift('drafter')).status, told.world.standings[`workspace/${workspace.id}`]]).toEqual(['lifted', 'granted'])
  const ask = (change: JsonObject, verdict = 'pass') => ({ on: '2026-06-25', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest(change) }, facts: { job: job(under.id, { verdict }) } })
  told.refusesOpening(ask({ method: 'raw' }), 'raw-data-must-not-leave', 'xa25-8.2')
  told.refusesOpening(ask({ method: 'plain-hash' }), 'reversible-method-must-not-leave', 'xa25-8.2')
  told.refusesOpening(ask({}, 'block'), 'automatic-checks-must-not-block', 'xa25-8.2')
})

test('xa25-8.2c: a copy whose checksum fails on 2026-06-26 is withdrawn, operator and agency have it, and the last good version serves again', () => {
  const told = story()
  supplied(told)
  const check = (found: string) => ({ on: '2026-06-26', who: 'drafter', procedure: 'copy-check', contents: { 'copy-check': { supply: 'GJ-1', 'checked-on': '2026-06-26', expected: 'a'.repeat(64), found, 'last-good': 'v1-备份' } } })
  told.refusesOpening(check('a'.repeat(64)), 'copy-must-have-failed', 'xa25-8.2')
  const failed = told.open(check('c'.repeat(64)))
  expect([told.world.standings['supply/GJ-1'], failed.effects('notify'), failed.state.tasks.map((one) => [one.step, one.organization])]).toMatchObject(['suspended', [{ to: ['operator', 'implementing-agency'] }], [['explain-operator', 'qin-data'], ['restore', 'data-bureau']]])
  failed.act({ on: '2026-06-26', who: 'drafter', task: 'restore', outcome: 'restored', contents: { 'copy-restored': '以备份恢复' } })
  expect([told.world.standings['supply/GJ-1'], told.world.registers['supplies']?.['GJ-1'], told.world.registers['copy-checks']?.[failed.id]]).toMatchObject(['granted', { version: 'v1-备份' }, { expected: 'a'.repeat(64), found: 'c'.repeat(64), 'checked-on': '2026-06-26' }])
})

test('xa25-8.2d: a key of operator O used by company C on 2026-06-29 is blocked until O has explained', () => {
  const told = story()
  const under = inForce(told)
  const block = told.open({ on: '2026-06-29', who: 'drafter', procedure: 'key-block', links: { agreement: under }, contents: { 'key-block': { key: 'K-1', 'used-by': '某科技公司', 'found-on': '2026-06-29' } } })
  expect([told.world.standings['key/K-1'], block.open, block.effects('notify')]).toMatchObject(['suspended', ['explain'], [{ to: ['operator'], text: '某科技公司' }]])
  const decide = { on: '2026-06-30', who: 'drafter', task: 'decide', outcome: 'lift', contents: { 'key-explanation': '系其委托的运维单位' } }
  block.refuses(decide, 'step-must-be-open', 'xa25-8.2')
  block.act({ on: '2026-06-30', who: 'operator', task: 'explain', outcome: 'explained', contents: { 'key-explanation': '系委托的运维单位' } })
  expect([block.act(decide).status, block.effects('standing.set').at(-1), last(told, 'key-block').id]).toMatchObject(['lifted', { kind: 'key', id: 'K-1', to: 'restored' }, block.id])
  expect(told.world.standings['key/K-1']).not.toBe('suspended')
})

test('xa25-34.4d: an administrator alone does not see a table on 2026-06-10; a second person approves with a reason, for an hour, on record', () => {
  const told = story()
  const asked = told.open({ on: '2026-06-10', who: 'drafter', procedure: 'administrator-access', contents: { 'administrator-access': { table: 'parking', reason: '排查数据错误', minutes: 60 } } })
  const approve = (who: string, outcome = 'granted') => ({ on: '2026-06-10', who, task: 'approve', outcome, contents: { 'access-opinion': '同意查看' } })
  asked.refuses(approve('drafter'), 'second-person-must-approve', 'xa25-34.4')
  asked.refuses(approve('operator'), 'actor-must-hold-office', 'xa25-34.4')
  expect(told.world.standings[`administrator-access/${asked.id}`]).toBeUndefined()
  asked.act(approve('reviewer'))
  expect([told.world.standings[`administrator-access/${asked.id}`], told.world.registers['data-views']?.[asked.id], asked.state.opened_by.person]).toMatchObject(['granted', { table: 'parking', reason: '排查数据错误', minutes: 60, 'approved-by': 'reviewer' }, 'drafter'])
})
