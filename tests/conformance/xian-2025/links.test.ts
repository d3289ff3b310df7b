import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, demanded, inForce, last, listed, planInForce, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')

/** Each procedure that rests on another case: who opens it, the code of what is missing, its provision. */
const RESTING: [procedure: string, who: string, code: string, provision: string][] = [
  ['agency-request', 'drafter', 'request-must-concern-an-agreement', 'xa25-13.1.7'], ['archive-year', 'operator', 'archive-must-concern-an-agreement', 'xa25-13.1.8'],
  ['audit', 'scorer', 'audit-must-concern-an-agreement', 'xa25-34.4'], ['concealment', 'drafter', 'concealment-must-concern-a-running-evaluation', 'xa25-31.1'],
  ['contribution-sheet', 'authority', 'sheet-must-concern-an-agreement', 'xa25-30.1'], ['correction', 'drafter', 'correction-must-concern-an-agreement', 'xa25-32.3.2'],
  ['delivery-schedule', 'parking', 'schedule-must-rest-on-demand', 'xa25-11.1'], ['demand-merge', 'authority', 'merged-demand-must-be-under-review', 'xa25-9.1.2'],
  ['exit', 'drafter', 'exit-must-concern-an-ended-agreement', 'xa25-32.4'], ['ground-check', 'drafter', 'check-must-concern-an-agreement', 'xa25-32.3'],
  ['incident', 'operator', 'incident-must-concern-an-agreement', 'xa25-34.5'], ['key-block', 'drafter', 'key-must-belong-to-an-agreement', 'xa25-8.2'],
  ['ledger-close', 'operator', 'ledger-must-concern-an-agreement', 'xa25-13.1.3'], ['operator-check', 'drafter', 'check-must-concern-an-agreement', 'xa25-34.4'],
  ['operator-evaluation', 'drafter', 'evaluation-must-concern-an-agreement', 'xa25-31.1'], ['operator-report', 'operator', 'report-must-concern-an-agreement', 'xa25-13.1.7'],
  ['operator-view', 'drafter', 'view-must-concern-an-agreement', 'xa25-12.1.8'], ['output-release', 'operator', 'release-must-rest-on-agreement', 'xa25-6.2'],
  ['responsibility-table', 'authority', 'table-must-concern-an-agreement', 'xa25-34.2'], ['security-file', 'operator', 'file-must-rest-on-agreement', 'xa25-13.1.6'],
  ['staff-access', 'operator', 'access-must-rest-on-agreement', 'xa25-13.1.6'], ['stage-risk', 'operator', 'risk-must-concern-an-agreement', 'xa25-34.5'],
  ['support', 'operator', 'support-must-concern-an-agreement', 'xa25-30.1'], ['use-report', 'drafter', 'report-must-concern-an-agreement', 'xa25-13.1.4'],
  ['yield-settlement', 'drafter', 'settlement-must-concern-an-agreement', 'xa25-30.1'], ['workspace', 'operator', 'workspace-must-rest-on-agreement', 'xa25-13.1.1'],
  ['product', 'operator', 'product-must-come-from-release', 'xa25-24.1'], ['leak', 'drafter', 'leak-must-name-the-last-holder', 'xa25-8.2'],
  ['quality-issue', 'operator', 'issue-must-concern-an-agreement', 'xa25-28.1'], ['correction-notice', 'authority', 'correction-must-be-delivered', 'xa25-9.1.3'],
  ['operator-selection', 'drafter', 'plan-must-be-approved', 'xa25-18.1'], ['operation-agreement', 'drafter', 'plan-must-be-approved', 'xa25-18.1'],
  ['implementation-plan', 'drafter', 'mode-must-be-determined', 'xa25-15.1'], ['district-supervision', 'district', 'supervision-must-concern-own-area', 'xa25-9.1'],
]

describe('what a case rests on', () => {
  test.each(RESTING)('%s opened by %s without it is refused: %s (%s)', (procedure, who, code, provision) => {
    new Story(law, XIAN).refusesOpening({ on: '2026-06-01', who, procedure }, code, provision)
  })

  test('an agreement that is only being signed bears nothing that needs one in force; another operator’s or agency’s is not one’s own', () => {
    const told = new Story(law, XIAN)
    const unsigned = signing(told)
    for (const [procedure, who, code, provision] of RESTING.filter(([one]) => ['incident', 'stage-risk', 'staff-access', 'workspace', 'output-release', 'operator-report', 'support'].includes(one))) {
      told.refusesOpening({ on: '2026-06-01', who, procedure, links: { agreement: unsigned } }, code, provision)
    }
    const other = new Story(law, XIAN)
    const agreement = inForce(other)
    for (const procedure of ['incident', 'stage-risk', 'staff-access', 'workspace', 'output-release', 'operator-report', 'data-demand']) {
      const { provision } = other.refusesOpening({ on: '2026-06-01', who: 'stranger', procedure, links: { agreement } }, 'party-must-be-the-same', RESTING.find(([one]) => one === procedure)?.[3] ?? 'xa25-7.1')
      expect(provision).not.toBeNull()
    }
    for (const procedure of ['correction', 'operator-check', 'ground-check', 'key-block']) other.refusesOpening({ on: '2026-06-01', who: 'health', procedure, links: { agreement } }, 'party-must-be-the-same', RESTING.find(([one]) => one === procedure)?.[3] ?? '')
  })

  test('a selection keeps to the draft of its own plan, an agreement to the selection of its own plan', () => {
    const told = new Story(law, XIAN)
    const signed = inForce(told)
    const of = (name: string) => told.cases.get(String(signed.state.links[name])) ?? signed
    const other = new Story(law, XIAN)
    planInForce(other)
    told.refusesOpening({ on: '2026-06-01', who: 'drafter', procedure: 'operation-agreement', links: { plan: of('plan'), draft: of('draft') }, contents: { 'case-name': '授权运营协议' } }, 'selection-must-be-concluded', 'xa25-18.1')
    told.refusesOpening({ on: '2026-06-01', who: 'drafter', procedure: 'operation-agreement', links: { plan: of('plan'), selection: of('selection') }, contents: { 'case-name': '授权运营协议' } }, 'draft-agreement-must-be-consulted', 'xa25-20.1')
    told.refusesOpening({ on: '2026-06-01', who: 'health', procedure: 'operator-selection', links: { plan: of('plan'), draft: of('draft') }, contents: { 'case-name': '运营机构选定' } }, 'party-must-be-the-same', 'xa25-18.1')
  })

  test('two demands are merged only while both are under review, a supply schedule is one’s own provider’s', () => {
    const told = new Story(law, XIAN)
    const going = demanded(told, '2026-09-18')
    going.command({ on: '2026-09-18', who: 'operator' }, { type: 'withdraw', reason: '另行提出' })
    told.refusesOpening({ on: '2026-09-18', who: 'authority', procedure: 'demand-merge', links: { first: going, second: going } }, 'merged-demand-must-be-under-review', 'xa25-9.1.2')
    const other = new Story(law, XIAN)
    const running = demanded(other, '2026-09-18')
    const schedule = (entry: string): Record<string, Json> => ({ 'delivery-schedule': { entry, frequency: '每日', batches: [{ batch: '一', due: '2026-10-12' }] } })
    other.refusesOpening({ on: '2026-09-21', who: 'metro', procedure: 'delivery-schedule', links: { demand: running }, contents: schedule('parking') }, 'entry-must-be-own', 'xa25-11.1')
    const support: JsonObject = { provider: 'parking-centre', kind: 'yield', value: 1, ground: '第三十条', 'given-on': '2026-09-21' }
    told.refusesOpening({ on: '2026-09-21', who: 'operator', procedure: 'support', links: { agreement: last(told, 'operation-agreement'), demand: going }, contents: { support } }, 'flagged-demand-must-be-under-review', 'xa25-30.1')
  })

  test('a document replaces one in force only, and takes effect after it', () => {
    for (const [procedure, who, kind] of [['authority-document', 'authority', 'policy'], ['agency-document', 'drafter', 'access'], ['operator-document', 'operator', 'operation'], ['sector-document', 'health', 'sector-security']] as const) {
      const told = new Story(law, XIAN)
      const open = (links: Record<string, ReturnType<Story['open']>>, version: number, effective: string) => ({ on: '2026-02-02', who, procedure, links, contents: { 'rule-document': { kind, name: '制度文件', version, effective, document: file('文件.pdf') } } })
      const first = told.open(open({}, 1, '2026-02-02'))
      told.refusesOpening(open({ replaces: first }, 2, '2026-03-02'), 'replaced-document-must-be-in-force', null)
      first.act({ on: '2026-02-02', who, task: 'issue', outcome: 'issued' })
      told.refusesOpening(open({ replaces: first }, 1, '2026-03-02'), 'version-must-rise', null)
      told.refusesOpening(open({ replaces: first }, 2, '2026-02-02'), 'version-must-take-effect-later', null)
      told.open(open({ replaces: first }, 2, '2026-03-02')).act({ on: '2026-02-03', who, task: 'issue', outcome: 'issued' })
      expect([first.status, told.world.registers['documents']?.[first.id]?.['until'], told.world.registers['documents']?.[first.id]?.['owner']]).toEqual(['replaced', '2026-03-02', told.cast.persons[who]?.organization])
    }
  })

  test('an exported result is audited once it is decided', () => {
    const told = new Story(law, XIAN)
    const agreement = inForce(told)
    listed(told, 'parking', 'parking')
    told.refusesOpening({ on: '2026-09-16', who: 'scorer', procedure: 'audit', links: { agreement } }, 'audited-export-must-be-decided', 'xa25-34.4')
  })
})
