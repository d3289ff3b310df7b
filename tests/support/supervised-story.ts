import type { JsonObject } from '#core/json.ts'
import { decision, fairReview, file, plan, PLAN_CONDITIONS } from './authorization-contents.ts'
import { planInDeliberation } from './authorization-story.ts'
import type { Story, StoryCase } from './story.ts'
import { CHECKLIST, decided, refusedItem } from './supply-contents.ts'
import { demanded, supplied } from './supply-story.ts'

/** Stories that go through time, extensions, branches, joins, outcomes at once, and effects on other cases. */

const BREACH = { clause: '第十二条', facts: '未按约定报送使用情况', 'found-on': '2026-09-16', evidence: file('检查记录.pdf') }
const ORDER = { reason: '未按约定报送使用情况', measures: [{ measure: '补报使用情况', requirement: '九月底前补齐' }, { measure: '完善报送制度', requirement: '制度印发施行' }] }
const PROOF = { done: '已经全部完成', proof: file('完成证明.pdf') }
const VOTE = {
  'beyond-agreement': 'no', 'beyond-agreement-note': '未超出协议', 'direct-exposure': 'no', 'direct-exposure-note': '均为汇总结果',
  'other-risk': 'no', 'other-risk-note': '未发现其他风险', opinion: '同意按申请出域',
}

/** A supply under an agreement; then a rectification during which it is suspended, until both measures are accepted. */
export function rectified(story: Story): { agreement: StoryCase; demand: StoryCase; rectification: StoryCase } {
  const opened = supplied(story)
  const rectification = story
    .open({ on: '2026-09-17', who: 'drafter', procedure: 'rectification', links: { agreement: opened.agreement }, contents: { 'breach-record': BREACH } })
    .act({ on: '2026-09-17', who: 'drafter', task: 'order', outcome: 'issue', contents: { 'rectification-order': ORDER, 'rectification-due': '2026-10-15' } })
    .act({ on: '2026-09-18', who: 'drafter', task: 'suspension', outcome: 'suspend', contents: { suspension: { supplies: ['GJ-1'], reason: '整改期间暂停提供' } }, facts: { supplies: { 'GJ-1': { id: 'GJ-1' } } } })
  for (const { measure } of ORDER.measures) {
    rectification.act({ on: '2026-09-28', who: 'operator', task: `rectify@measures=${measure}`, outcome: 'report', contents: { 'rectification-report': PROOF } })
  }
  for (const { measure } of ORDER.measures) {
    rectification.act({ on: '2026-09-29', who: 'drafter', task: `accept@measures=${measure}`, outcome: 'accept', contents: { 'rectification-opinion': '符合要求' } })
  }
  return { ...opened, rectification }
}

/** A rectification that is not done in time, and the termination that the platform opens as a case of its own. */
export function terminated(story: Story): { rectification: StoryCase } {
  const { agreement } = supplied(story)
  const rectification = story
    .open({ on: '2026-09-17', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': BREACH } })
    .act({ on: '2026-09-17', who: 'drafter', task: 'order', outcome: 'issue', contents: { 'rectification-order': ORDER, 'rectification-due': '2026-10-15' } })
    .time('2026-10-16')
    .act({
      on: '2026-10-19', who: 'drafter', task: 'termination', outcome: 'terminate',
      contents: {
        'exit-grounds': [{ ground: 'breach', facts: '逾期未完成整改', evidence: file('整改通知.pdf'), clause: '第十二条' }],
        'exit-draft': '运营机构逾期未完成整改，拟终止运营协议。',
      },
    })
  const exit = [...story.cases.values()].find((one) => one.state.procedure === 'exit')
  exit?.time('2026-11-30')
  exit?.act({
    on: '2026-11-30', who: 'drafter', task: 'decide', outcome: 'end',
    contents: { 'exit-decision': { reasons: '逾期未完成整改，决定终止运营协议。', answer: '未提出意见', 'destroy-by': '2026-12-31', arrangements: '在用产品停止提供' } },
  })
  return { rectification }
}

/** A result that the agency and its provider both let go, released by the platform at once. */
export function released(story: Story): { release: StoryCase } {
  const { agreement } = supplied(story)
  const job: JsonObject = { job: 'job-1', digest: 'c'.repeat(64), agreement: agreement.id, verdict: 'pass', author: 'analyst', providers: ['environment-bureau'], scenario: '空气质量服务', tables: ['air_quality'], supplies: ['GJ-1'] }
  const request = { job: 'job-1', title: '逐日空气质量指数', purpose: '用于空气质量查询产品', recipients: '社会公众', method: 'aggregate', 'method-note': '按日汇总，不含监测点位原始记录' }
  const release = story
    .open({ on: '2026-09-21', who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': request }, facts: { job } })
    .act({ on: '2026-09-22', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': VOTE } })
    .act({ on: '2026-09-23', who: 'environment', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': VOTE } })
  return { release }
}

/** A demand on two providers: one extends and hands over, the other is late; the days are those of October 2026. */
export function delayed(story: Story): { demand: StoryCase } {
  const { demand } = demanded(story, '2026-09-14')
  demand
    .act({ on: '2026-09-21', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    .command({ on: '2026-09-24', who: 'environment' }, { type: 'ask-extension', task: 'provider-review@providers=environment-bureau', days: 10, reason: '需征求专家意见' })
    .command({ on: '2026-09-28', who: 'manager' }, { type: 'answer-extension', task: 'provider-review@providers=environment-bureau', grant: true, reason: '同意' })
    .command({ on: '2026-09-28', who: 'environment' }, { type: 'hand-over', task: 'provider-review@providers=environment-bureau', to: 'environment', reason: '由专人办理' })
    .time('2026-10-13')
    .act({ on: '2026-10-14', who: 'transport', task: 'provider-review@providers=transport-bureau', outcome: 'decided', contents: { 'review-decisions': [refusedItem('bus-lines')] } })
    .act({ on: '2026-10-20', who: 'environment', task: 'provider-review@providers=environment-bureau', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality'), refusedItem('water-quality')] } })
  return { demand }
}

/** A plan that the government sends back, with the review of its old text void, approved in a changed text. */
export function replanned(story: Story): StoryCase {
  const changed = plan({ other: '增列监督条款' })
  return planInDeliberation(story)
    .act({ on: '2026-07-08', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充监督条款' } })
    .act({ on: '2026-07-09', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': changed } })
    .act({ on: '2026-07-10', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-07-13', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '成发改〔2026〕9号', date: '2026-07-13', summary: '已按审议意见补充监督条款。' } } })
    .act({ on: '2026-07-17', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(changed, '2026-07-17') } })
}

/** The yearly disclosure that the calendar opens. */
export function disclosed(story: Story): StoryCase {
  return story.open({ on: '2027-01-01', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-06-08', 'period-to': '2026-12-31' } })
}
