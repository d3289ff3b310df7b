import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadPacks, readAndCheck } from '#adapters/packs/check-packs.ts'
import { PackRefused, findingLine } from '#adapters/packs/pack-finding.ts'
import { FAMILY, PackCopy } from './pack-copy.ts'

let copy: PackCopy

beforeEach(() => {
  copy = new PackCopy(FAMILY)
})

afterEach(() => {
  copy.remove()
})

const DEMAND = 'chengdu-2026/procedures/data-demand.yaml'
const PLAN = 'chengdu-2026/procedures/implementation-plan.yaml'
const AGREEMENT = 'chengdu-2026/procedures/operation-agreement.yaml'
const SELECTION = 'chengdu-2026/procedures/operator-selection.yaml'
const REGISTRATION = 'national-registration-2025/procedures/registration.yaml'
const FIGURES = 'chengdu-2026/figures.yaml'

/** A fault: in which file, after which text, what is written instead of what, and the code it is refused with. */
type Fault = { name: string; file: string; after: string; from: string; to: string; code: string; /** Lines below the change at which the fault is shown. */ below?: number; message?: string }

const FAULTS: Fault[] = [
  { name: 'an unknown office acts', file: DEMAND, after: '  formal-review:', from: 'by: implementing-agency', to: 'by: implementing-agent', code: 'office-must-be-declared', message: 'implementing-agent' },
  { name: 'an unknown office is told', file: DEMAND, after: '    extension:', from: 'tell: [implementing-agency, operator]', to: 'tell: [implementing-agency, operater]', code: 'office-must-be-declared' },
  { name: 'an unknown office grants more time', file: DEMAND, after: '    extension:', from: 'granted_by: public-data-manager', to: 'granted_by: data-manager', code: 'office-must-be-declared' },
  { name: 'an unknown office is notified', file: DEMAND, after: '  effects:', from: 'value: [implementing-agency, public-data-manager]', to: 'value: [implementing-agency, nobody]', code: 'office-must-be-declared' },
  { name: 'an unknown office is a party', file: AGREEMENT, after: 'parties:', from: 'operator:', to: 'operating-body:', code: 'office-must-be-declared' },
  { name: 'an office of many holders without the one concerned', file: DEMAND, after: '  provider-review:', from: '    organization: branch.providers\n', to: '', code: 'office-must-be-held-in-the-case', below: -1 },
  { name: 'a role that neither the register nor the text knows', file: 'chengdu-2026/offices.yaml', after: '', from: 'evaluator:', to: 'appraiser:', code: 'role-must-be-shared-or-named-by-the-text', below: 1 },
  { name: 'a capability that is not the register’s', file: DEMAND, after: '', from: 'capability: demands', to: 'capability: requests', code: 'capability-must-be-known' },
  { name: 'an unknown fact', file: DEMAND, after: 'facts: &demand-facts', from: 'fact: register.records', to: 'fact: register.rows', code: 'fact-must-be-of-the-vocabulary' },
  { name: 'a fact without an argument', file: DEMAND, after: 'facts: &demand-facts', from: ", keys: 'content.demand.items[].entry'", to: '', code: 'fact-must-have-its-arguments' },
  { name: 'a fact from an unknown register', file: DEMAND, after: 'facts: &demand-facts', from: 'value: catalog', to: 'value: catalogue', code: 'register-must-be-declared' },
  { name: 'a field that the register lacks', file: DEMAND, after: 'code: entry-must-be-catalogued', from: 'left: fact.entries.@row:entry.title', to: 'left: fact.entries.@row:entry.heading', code: 'register-field-must-be-declared' },
  { name: 'a fact not asked for', file: DEMAND, after: 'code: entry-must-be-catalogued', from: 'left: fact.entries.', to: 'left: fact.rows.', code: 'fact-must-be-asked-for-by-then' },
  { name: 'an unknown effect', file: DEMAND, after: '  effects:', from: 'effect: notify', to: 'effect: tell', code: 'effect-must-be-of-the-vocabulary' },
  { name: 'an effect with a stray argument', file: DEMAND, after: '  effects:', from: 'notice: { value: 收到数据需求申请 }', to: 'notice: { value: 收到数据需求申请 }, colour: { value: red }', code: 'effect-must-have-its-arguments' },
  { name: 'a register written without such a field', file: PLAN, after: 'register: { value: implementation-plans }', from: 'mode: content', to: 'manner: content', code: 'register-field-must-be-declared' },
  { name: 'an operand that begins with nothing known', file: DEMAND, after: 'code: demand-must-stay-within-agreement', from: 'left: content.demand', to: 'left: contents.demand', code: 'operand-must-begin-with-a-known-root' },
  { name: 'an unknown content is required', file: DEMAND, after: '      return:', from: 'requires: [return-notice]', to: 'requires: [return-notices]', code: 'content-must-be-declared' },
  { name: 'an item that the content lacks', file: DEMAND, after: 'code: formal-review-must-be-complete', from: 'content.formal-checklist.complete', to: 'content.formal-checklist.completed', code: 'content-item-must-be-declared' },
  { name: 'a column that the table lacks', file: DEMAND, after: 'code: approval-must-name-fields', from: 'left: row.fields', to: 'left: row.columns', code: 'content-item-must-be-declared' },
  { name: 'a content that nobody has given by then', file: DEMAND, after: 'code: formal-review-must-be-complete', from: 'content.formal-checklist.complete', to: 'content.provision.rows', code: 'content-must-be-given-by-then' },
  { name: 'an option that the choice lacks', file: DEMAND, after: 'code: approval-must-name-fields', from: 'where: { decision: [approve, narrow] }', to: 'where: { decision: [approve, narrowed] }', code: 'choice-must-be-declared' },
  { name: 'an unknown link', file: DEMAND, after: 'code: demand-must-stay-within-agreement', from: 'link.agreement.content', to: 'link.contract.content', code: 'link-must-be-declared' },
  { name: 'an item that the linked case lacks', file: DEMAND, after: 'code: scenario-must-end-with-agreement', from: 'operation-agreement.term.end', to: 'operation-agreement.term.until', code: 'content-item-must-be-declared' },
  { name: 'a link to an unknown procedure', file: DEMAND, after: 'links:', from: 'procedure: operation-agreement', to: 'procedure: operating-agreement', code: 'procedure-must-be-declared' },
  { name: 'a link to an unknown status', file: DEMAND, after: 'links:', from: 'status: [in-force]', to: 'status: [effective]', code: 'status-must-be-declared' },
  { name: 'an unknown party', file: DEMAND, after: 'provider: branch.providers', from: 'branch.providers', to: 'party.data-provider', code: 'party-must-be-known' },
  { name: 'a branch outside its collection', file: DEMAND, after: '  supplement:', from: 'requires: [demand]', to: 'requires: [demand]\n        effects: [{ effect: notify, with: { to: { value: [operator] }, notice: branch.providers } }]', code: 'branch-must-be-of-its-collection', below: 1 },
  { name: 'an unknown step is the next', file: DEMAND, after: '      return:', from: 'then: [supplement]', to: 'then: [supplements]', code: 'step-must-be-declared' },
  { name: 'an unknown collection', file: DEMAND, after: '      pass:', from: 'for_each: providers', to: 'for_each: givers', code: 'collection-must-be-declared' },
  { name: 'an unknown status of a case', file: DEMAND, after: '      return:', from: 'status: returned', to: 'status: sent-back', code: 'status-must-be-declared' },
  { name: 'a step that nothing leads to', file: DEMAND, after: '\nsteps:\n', from: '  formal-review:', to: '  forgotten:\n    title: 无人通向的环节\n    by: implementing-agency\n    basis: { platform-default: 试验所设 }\n    outcomes: { done: { title: 办结, ends: true } }\n  formal-review:', code: 'step-must-be-reachable', below: 1 },
  { name: 'an outcome that leads nowhere', file: DEMAND, after: '  supplement:', from: '        ends: true', to: '        ends: false', code: 'outcome-must-lead-somewhere', below: -1 },
  { name: 'an outcome that ends and leads', file: DEMAND, after: '      return:', from: 'then: [supplement]', to: 'then: [supplement]\n        ends: true', code: 'outcome-must-not-end-and-lead', below: 1 },
  { name: 'a join that waits for a step that never names it', file: PLAN, after: '    join: { all:', from: 'guide-public-data-manager]', to: 'comment-sector]', code: 'join-must-be-named-by-whom-it-awaits' },
  { name: 'two parallel steps that lead on without a join', file: PLAN, after: '  finalize:', from: '    join: { all: [guide-data-authority, guide-public-data-manager] }\n', to: '', code: 'join-must-be-declared', below: -2 },
  { name: 'a join that one way round never completes', file: PLAN, after: '  guide-public-data-manager:', from: 'none: { title: 无指导意见, then: [finalize] }', to: 'none: { title: 无指导意见, ends: true }', code: 'join-must-be-able-to-complete', below: -999 },
  { name: 'an outcome of the platform that never happens', file: SELECTION, after: '  publicize:', from: '        fires: elapsed\n', to: '', code: 'outcome-must-be-possible', below: -1 },
  { name: 'a step that cannot be left', file: PLAN, after: '  guide-data-authority:', from: 'by: data-authority', to: 'by: platform', code: 'step-must-be-leavable', below: -999 },
  { name: 'a step without outcomes', file: DEMAND, after: '  coordination:', from: '      coordinated: { title: 记录协调情况, requires: [coordination-note], ends: true }', to: '      {}', code: 'step-must-be-leavable', below: -999 },
  { name: 'a period that runs out without a due date', file: SELECTION, after: '  publicize:', from: '    due: { within: selection-publicity-days }\n', to: '', code: 'elapsed-must-have-a-due-date', below: 3 },
  { name: 'an extension of something that is no days', file: DEMAND, after: '    extension:', from: 'cap: provider-review-extension-days', to: 'cap: decision-quorum-percent', code: 'figure-must-have-a-fitting-unit' },
  { name: 'a limit in something that is no time', file: DEMAND, after: '  formal-review:', from: 'within: formal-review-days', to: 'within: open-tender-bidders', code: 'figure-must-have-a-fitting-unit' },
  { name: 'an unknown figure', file: DEMAND, after: '  formal-review:', from: 'within: formal-review-days', to: 'within: formal-review-limit', code: 'figure-must-be-declared' },
  { name: 'a provision that does not exist', file: FIGURES, after: 'formal-review-days:', from: 'cd26-20.2', to: 'cd26-20.9', code: 'provision-must-exist' },
  { name: 'a sentence that the provision does not say', file: FIGURES, after: 'formal-review-days:', from: '后5个工作日内完成', to: '后六个工作日内完成', code: 'sentence-must-stand-in-provision' },
  { name: 'an interpretation of a sentence that is not there', file: FIGURES, after: 'provider-review-days:', from: 'says: 10个工作日内', to: 'says: 九个工作日内', code: 'sentence-must-stand-in-provision' },
  { name: 'a figure whose golden cases do not bear it out', file: FIGURES, after: 'formal-review-days:', from: 'value: 5', to: 'value: 6', code: 'golden-case-must-hold', below: 5 },
  { name: 'a golden case that the calendar does not bear out', file: FIGURES, after: 'formal-review-days:', from: 'due: 2026-10-09, late: 2026-10-10', to: 'due: 2026-10-10, late: 2026-10-12', code: 'golden-case-must-hold' },
  { name: 'a golden case whose late side is not the first late day', file: FIGURES, after: 'formal-review-days:', from: 'late: 2026-10-10', to: 'late: 2026-10-20', code: 'golden-case-must-hold' },
  { name: 'a quantity whose broken side holds', file: FIGURES, after: 'provider-review-extension-days:', from: 'holds: 10, breaks: 11', to: 'holds: 9, breaks: 10', code: 'golden-case-must-hold' },
  { name: 'a figure without golden cases', file: FIGURES, after: 'supply-days:', from: '    - { from: 2026-09-21, due: 2026-10-12, late: 2026-10-13 }', to: '    []', code: 'rule-must-fit-the-format', below: -999 },
  { name: 'a figure with only one side of its edge', file: FIGURES, after: 'supply-days:', from: ', late: 2026-10-13', to: '', code: 'rule-must-fit-the-format' },
  { name: 'two figures that read one sentence differently', file: FIGURES, after: '', from: 'provider-review-extension-days:', to: 'formal-review-again-days:\n  title: 形式审查期限（又一处）\n  value: 6\n  unit: working-day\n  bound: at-most\n  basis: { provision: cd26-20.2, says: 实施机构在收到数据需求申请后5个工作日内完成数据需求形式审查 }\n  golden: [{ from: 2026-07-06, due: 2026-07-14, late: 2026-07-15 }]\nprovider-review-extension-days:', code: 'figures-must-not-contradict', below: 2 },
  { name: 'a rule that stands twice', file: FIGURES, after: '', from: 'open-supply-days:', to: 'supply-days:', code: 'yaml-must-be-well-formed' },
  { name: 'two checks that can never both hold', file: DEMAND, after: 'left: content.formal-checklist.agreement', from: 'left: content.formal-checklist.catalogue', to: 'left: content.formal-checklist.agreement\n            is: equal\n            right: false\n            message: 这一项与上一项相反。\n            cure: 无。\n            basis: *formal\n          - check: compare\n            code: formal-review-must-be-complete\n            left: content.formal-checklist.catalogue', code: 'checks-must-not-contradict', below: -2 },
  { name: 'a case opened without what its opening requires', file: DEMAND, after: '- effect: case.open', from: '              content.registrant: fact.entry.provider\n', to: '', code: 'opening-must-get-its-contents', below: -999 },
  { name: 'a case opened with what its opening does not take', file: DEMAND, after: '- effect: case.open', from: 'content.registrant: fact.entry.provider', to: 'content.registrant: fact.entry.provider\n              content.opinion: fact.entry.title', code: 'opening-must-accept-contents', below: 1 },
  { name: 'a case opened that the platform may not open', file: REGISTRATION, after: 'open:', from: '  by_platform: true\n', to: '', code: 'procedure-must-open-to-the-platform', below: -999 },
  { name: 'an unknown case opened', file: DEMAND, after: '- effect: case.open', from: 'value: registration', to: 'value: registering', code: 'procedure-must-be-declared' },
  { name: 'another case given an unknown status', file: PLAN, after: 'effect: case.status', from: 'value: superseded', to: 'value: replaced', code: 'status-must-be-declared' },
  { name: 'a receipt that concludes an unknown step', file: DEMAND, after: 'action: { value: receive }', from: 'value: provision-receipt', to: 'value: receipt', code: 'step-must-be-declared' },
  { name: 'a missing parent', file: 'chengdu-2026/pack.yaml', after: '', from: 'national-registration-2025]', to: 'national-registration-2026]', code: 'parent-must-exist' },
  { name: 'a circle of parents', file: 'national-authorization-2025/pack.yaml', after: '', from: 'parents: []', to: 'parents: [chengdu-2026]', code: 'parents-must-not-form-a-circle' },
]

test.each(FAULTS)('$name is refused as $code', async ({ file, after, from, to, code, below = 0, message }) => {
  const line = copy.change(file, after, from, to) + below
  const found = (await copy.findings()).filter((one) => one.code === code)
  expect(found.map(({ file: at, kind }) => `${at} ${kind}`)).toContain(`${code === 'procedure-must-open-to-the-platform' ? DEMAND : file} error`)
  if (below !== UNKNOWN_LINE) expect(found.map((one) => `${one.file}:${one.line}`)).toContain(`${file}:${line}`)
  for (const one of found) {
    expect(one.message).toMatch(/\p{Script=Han}/u)
    expect(one.cure).toMatch(/\p{Script=Han}/u)
  }
  if (message !== undefined) expect(found.some((one) => one.message.includes(message))).toBe(true)
})

/** The fault shows at the rule around the change, some lines above: the test then asserts the file and the code. */
const UNKNOWN_LINE = -999

describe('families of packs', () => {
  test('a draft is no parent', async () => {
    copy.change('national-registration-2025/pack.yaml', '', 'status: in-force', 'status: draft')
    const found = await copy.findings()
    expect(found).toContainEqual(expect.objectContaining({ file: 'chengdu-2026/pack.yaml', code: 'parent-must-not-be-a-draft', kind: 'error' }))
  })

  test('a list that lacks an atom of its parent is a warning, until a deviation explains it', async () => {
    copy.write('chengdu-2026/contents/own-plan.yaml', PLAN_WITHOUT_NAME)
    const lacking = (await copy.findings()).filter((one) => one.code === 'list-must-hold-its-parents-atoms' && one.message.includes('na25-9.1.2'))
    expect(lacking.map(({ file, kind }) => `${file} ${kind}`)).toEqual(['chengdu-2026/contents/own-plan.yaml warning'])
    copy.write('chengdu-2026/deviations.yaml', '- { atom: na25-9.1.2, because: 试验所设, basis: { platform-default: 试验所设 } }\n')
    const explained = (await copy.findings()).filter((one) => one.message.includes('na25-9.1.2'))
    expect(explained).toEqual([])
  })
})

const PLAN_WITHOUT_NAME = `own-plan:
  type: group
  title: 另拟的实施方案
  items:
    name: { type: text, title: 授权运营名称, atom: na25-9.1.1 }
`

test('an inherited rule that the child breaks is shown where it stands', async () => {
  copy.change('chengdu-2026/offices.yaml', '', 'registrar:\n  title: 登记机构\n  holder: fixed', 'registrar:\n  title: 登记机构\n  holder: many')
  const found = (await copy.findings()).filter((one) => one.code === 'office-must-be-held-in-the-case')
  expect(found.map((one) => one.file)).toContain(REGISTRATION)
})

test('a server that loads broken packs gets every error and no pack', async () => {
  copy.change(DEMAND, '  formal-review:', 'by: implementing-agency', 'by: implementing-agent')
  copy.change(FIGURES, 'formal-review-days:', 'value: 5', 'value: 6')
  const refused = await loadPacks(copy.root).then(() => null, (error: unknown) => error)
  expect(refused).toBeInstanceOf(PackRefused)
  const codes = refused instanceof PackRefused ? refused.findings.map((one) => one.code) : []
  expect(codes).toEqual(expect.arrayContaining(['office-must-be-declared', 'golden-case-must-hold']))
})

test('the packs of this checkout pass', async () => {
  expect(await errorsNow()).toEqual([])
})

const ATTEMPTS = 4
const BETWEEN_MS = 3000

/** The errors of the packs as they lie now; a file that is being written is read again. */
async function errorsNow(): Promise<string[]> {
  let errors: string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      errors = (await readAndCheck('packs')).findings.filter((one) => one.kind === 'error').map(findingLine)
    } catch (error) {
      if (!(error instanceof PackRefused)) throw error
      errors = error.findings.map(findingLine)
    }
    if (errors.length === 0) return []
    await wait(BETWEEN_MS)
  }
  return errors
}
