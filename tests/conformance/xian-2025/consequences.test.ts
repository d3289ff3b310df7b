import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json, JsonObject } from '#core/json.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, VERIFIED, application } from '#tests/support/offering-contents.ts'
import { Story } from '#tests/support/story.ts'
import { ASSESSED, file } from '#tests/support/xian-contents.ts'
import { XIAN, last, published, supplied } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')

/** What one effect tells, records, grants, publishes or sends, in a line that a person can check against the text. */
function line(effect: string, args: JsonObject): string {
  const text = (name: string) => (Array.isArray(args[name]) ? args[name].join('、') : String(args[name] ?? ''))
  const rest = (...but: string[]) => Object.keys(args).filter((name) => !but.includes(name)).toSorted().join(' ')
  if (effect === 'notify') return `notify ${text('to')}：${text('notice')}${'text' in args ? '，附文' : ''}`
  if (effect === 'publish') return `publish ${text('kind')}: ${rest('kind')}`
  if (effect === 'register.put') return `register ${text('register')}: ${rest('register', 'key')}`
  if (effect === 'register.end') return `end ${text('register')}: ${text('reason')}`
  if (effect === 'standing.set') return `standing ${text('kind')} ${text('to')}`
  if (effect === 'port') return `port ${text('port')} ${text('action')} → ${text('concludes')}: ${rest('port', 'action', 'concludes')}`
  if (effect === 'case.open') return `open ${text('procedure')}: ${rest('procedure')}`
  return `${effect}: ${rest()}`
}

function told(one: StoryCase): string[] {
  return one.events.flatMap((event) => (event.type === 'effect-intended' ? [`${one.state.procedure} ${event.handle.replace(/[@#][^/]*(\/[^/]*=[^/]*)*/, '').replace(/\/\d+(\.\d+)?$/, '')} ${line(event.effect, event.args)}`] : []))
}

/** From the mode to the exit, with what goes wrong on the way. */
function wholeStory(): Story {
  const story = new Story(law, XIAN)
  supplied(story)
  const under = last(story, 'operation-agreement')
  under.act({ on: '2026-05-18', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address: 'https://www.example.cn/1', date: '2026-05-18' } } })
  const open = (on: string, who: string, procedure: string, contents: Record<string, Json>, links: Record<string, StoryCase> = { agreement: under }) => story.open({ on, who, procedure, contents, links })
  const correction = { number: '〔2026〕5号', clause: '8.2', facts: '未按约定报送', evidence: file('记录.pdf'), measures: [{ measure: '补报情况', requirement: '补齐', due: '2026-09-22' }] }
  open('2026-09-08', 'drafter', 'correction', { 'correction-order': correction }).time('2026-09-23')
  open('2026-08-12', 'operator', 'incident', { incident: { kind: 'leak', 'found-on': '2026-08-12', facts: '发现异常下载', measures: '已停用密钥' } }).time('2026-08-14')
  open('2026-09-16', 'operator', 'quality-issue', { 'quality-report': { entry: 'parking', provider: 'parking-centre', 'sector-authority': 'transport-bureau', 'found-on': '2026-09-16', problem: '车位数为负值', sample: file('样例.csv') } })
    .act({ on: '2026-09-23', who: 'parking', task: 'verify', outcome: 'confirmed', contents: { verification: { result: 'confirmed', reasons: '经核对源系统' } } })
    .act({ on: '2026-10-14', who: 'parking', task: 'repair', outcome: 'repaired', contents: { 'quality-repair': { batch: 'B2', sha256: 'b'.repeat(64), note: '已更正负值' } } })
  const items = ASSESSED.map(({ item }): JsonObject => ({ item: item ?? '', value: '100', judgement: '达到目标' }))
  open('2027-01-11', 'drafter', 'operator-evaluation', { 'period-from': '2026-01-01', 'period-to': '2026-12-31' })
    .act({ on: '2027-03-15', who: 'director', task: 'assess', outcome: 'graded', contents: { 'evaluation-items': items, 'evaluation-grade': { grade: 'qualified', reason: '综合评价', 'serious-incident': false } } })
    .act({ on: '2027-03-16', who: 'authority', task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收1号', date: '2027-03-16' } } })
    .act({ on: '2027-03-17', who: 'drafter', task: 'publish', outcome: 'published', contents: { 'publication-record': { address: 'https://www.example.cn/2', date: '2027-03-17' } } })
  under.time('2031-05-18')
  return story
}

/** From a product to its use, its complaint and its end. */
function useStory(): Story {
  const story = new Story(law, XIAN)
  const made = published(story)
  story.open({ on: '2026-12-15', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(made.id, { scenario: '停车引导' }), 'identity-proof': PROOF } })
    .act({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 0, quota: 100 } } })
    .act({ on: '2026-12-20', who: 'consumer', task: 'use', outcome: 'stop', contents: { 'usage-stop': '项目结束' } })
  made.act({ on: '2026-12-21', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '业务调整', arrangement: '提前告知使用方' } } })
  return story
}

test('what each act of the whole way tells, records, grants, publishes and sends is as the list has it', () => {
  const lines = [...new Set([wholeStory(), useStory()].flatMap((story) => [...story.cases.values()].flatMap(told)))]
  const listed: unknown = parse(readFileSync(new URL('./consequences.yaml', import.meta.url), 'utf8'))
  expect(lines).toEqual(listed)
})
