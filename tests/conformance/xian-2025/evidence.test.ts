import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { JsonObject } from '#core/json.ts'
import { writeCaseBundle } from '#tests/support/case-bundle.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, VERIFIED, application } from '#tests/support/offering-contents.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, last, published, released } from '#tests/support/xian-story.ts'

type Verdict = { findings: { code: string }[]; events: number }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys: readonly string[] }): Verdict } = await import(new URL('../../../apps/verifier/verify.mjs', import.meta.url).href)

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

test('xa25-34.2c: the whole way of a product is in one log that anybody can verify, and an altered entry is found', async () => {
  const told = story()
  const made = published(told)
  expect(['data-demand', 'output-release', 'product', 'registration', 'operation-agreement'].map((one) => [...told.cases.values()].some(({ state }) => state.procedure === one))).toEqual([false, true, true, true, true])
  const directory = mkdtempSync(join(tmpdir(), 'product-'))
  try {
    const keys = await openSigningKeys(directory, 'city.example/evidence')
    const path = join(directory, 'product.jsonl')
    await writeCaseBundle(path, { acts: told.told, laws: [told.law], notices: await readHolidayNotices('packs/national-holidays') }, keys)
    expect(verifier.verifyBundle(path, { keys: keys.publicKeys })).toMatchObject({ findings: [], events: told.told.reduce((sum, { events }) => sum + events.length, 0) })
    let changed = 0
    const altered = readFileSync(path, 'utf8').split('\n').map((line) => {
      if (changed > 0 || !line.includes('"kind":"case-event"') || !line.includes(`"${made.id}"`)) return line
      const one: { bytes: string } = JSON.parse(line)
      const text = Buffer.from(one.bytes, 'base64').toString()
      if (!text.includes('停车指数')) return line
      changed += 1
      return JSON.stringify({ ...one, bytes: Buffer.from(text.replace('停车指数', '公交指数')).toString('base64') })
    })
    writeFileSync(path, altered.join('\n'))
    expect([changed, verifier.verifyBundle(path, { keys: keys.publicKeys }).findings.length > 0]).toEqual([1, true])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('xa25-13.1.7b: 3,000 calls reported for 2026-05 and 4,200 metered leave a difference of 1,200 with the declaring person', () => {
  const told = story()
  const under = inForce(told)
  const report = (truthful: boolean) => ({ on: '2026-06-05', who: 'operator', procedure: 'operator-report', links: { agreement: under }, contents: { 'operator-report': { month: '2026-05', calls: 3000, file: file('报告.pdf'), truthful, 'declared-by': '李明' } } })
  told.refusesOpening(report(false), 'report-must-be-declared-true', 'xa25-13.1.7')
  const open = told.open(report(true))
  const compare = (difference: number) => ({ on: '2026-06-05', who: 'drafter', task: 'compare', outcome: 'compared', contents: { 'report-comparison': { metered: 4200, parts: [{ part: 'reported', calls: 3000 }, { part: 'difference', calls: difference }] } } })
  open.refuses(compare(0), 'comparison-must-add-up', 'xa25-13.1.7')
  open.act(compare(1200))
  expect(told.world.registers['operator-reports']?.[open.id]).toMatchObject({ month: '2026-05', calls: 3000, metered: 4200, parts: [{}, { part: 'difference', calls: 1200 }], 'declared-by': '李明', sha256: expect.any(String) })
})

test('xa25-13.1.8: with 13 of 14 kinds of documents the year 2026 is not sealed on 2027-01-15; sealed, nothing is replaced', () => {
  const told = story()
  const under = inForce(told)
  const kinds = ['plan', 'agreement', 'decisions', 'demands', 'supplies', 'jobs', 'releases', 'products', 'registrations', 'contracts', 'accounts', 'reports', 'incidents', 'evaluations'].map((kind, index) => ({ kind, number: `2026-${index + 1}`, document: file(`${kind}.zip`) }))
  const seal = (rows: JsonObject[]) => ({ on: '2027-01-15', who: 'operator', procedure: 'archive-year', links: { agreement: under }, contents: { 'archive-year': { year: 2026, sha256: 'e'.repeat(64), kinds: rows } } })
  expect(told.refusesOpening(seal(kinds.slice(0, 13)), 'every-kind-must-be-archived', 'xa25-13.1.8').message).toContain('evaluations')
  const archive = told.open(seal(kinds))
  expect(told.world.registers['archives']?.[archive.id]).toMatchObject({ year: 2026, sha256: 'e'.repeat(64), 'sealed-on': '2027-01-15', 'keep-years': 3 })
  archive.refuses({ on: '2027-02-01', who: 'operator', task: 'keep', outcome: 'consulted', contents: { 'archive-note': '查阅协议', 'archive-year': seal(kinds).contents['archive-year'] } }, 'content-must-be-declared', 'xa25-13.1.8')
})

test('xa25-13.1.5b: what was supplied stays on record three years, is not ended by anybody, and is found by consumer', () => {
  const told = story()
  const made = published(told)
  const asked = told.open({ on: '2026-12-15', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(made.id, { scenario: '停车引导' }), 'identity-proof': PROOF } })
    .act({ on: '2026-12-16', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 0, quota: 100 } } })
  const records = Object.values(told.world.registers['subscriptions'] ?? {}).filter((one) => one['consumer'] === 'travel-company')
  expect(records).toMatchObject([{ product: made.id, quota: 100, 'granted-on': '2026-12-16', operator: 'qin-data' }])
  asked.act({ on: '2026-12-20', who: 'consumer', task: 'use', outcome: 'stop', contents: { 'usage-stop': '项目结束' } })
  expect([told.world.standings[`subscription/${asked.id}`], told.world.registers['subscriptions']?.[asked.id]?.['ended'], law.pack.figures['record-keeping-years']?.value]).toEqual(['ended', undefined, 3])
})

test('xa25-34.4f: who approved an export is no auditor of it on 2026-07-06; the report goes to the data authority, findings are tasks', () => {
  const told = story()
  const under = inForce(told)
  const release = released(told, under)
  const audit = (who: string) => ({ on: '2026-09-16', who, procedure: 'audit', links: { agreement: under, release }, contents: { 'audit-plan': { date: '2026-07-06', exports: 50, bookings: 30 } } })
  told.refusesOpening(audit('reviewer'), 'auditor-must-not-have-decided', 'xa25-34.4')
  const open = told.open(audit('scorer'))
  const report = (who: string) => ({ on: '2026-09-18', who, task: 'report', outcome: 'reported', contents: { 'audit-report': '抽查50项导出和30笔账目', 'operator-findings': [{ finding: '两笔账目无凭证', due: '2026-10-15' }] } })
  open.refuses(report('reviewer'), 'auditor-must-not-have-decided', 'xa25-34.4')
  open.act(report('scorer'))
  expect([open.effects('notify').at(-1), open.state.tasks.map((one) => [one.step, one.organization, open.due(one.id)])]).toMatchObject([{ to: ['data-authority'] }, [['rectify', 'qin-data', '2026-10-15']]])
  expect(last(told, 'audit').status).toBe('reported')
})
