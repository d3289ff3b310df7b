import type { Json, JsonObject } from '#core/json.ts'
import { file } from './authorization-contents.ts'
import { hashOf, lawOf } from './case-law.ts'
import { Story } from './story.ts'
import type { Cast, StoryCase } from './story.ts'

/** The offices of Chengdu as they were named in 2020. */
export const CHENGDU_2020: Cast = {
  holders: { government: 'city-government', 'data-authority': 'governance-office', 'industry-authority': 'new-economy', 'data-center': 'data-centre' },
  persons: {
    governance: { organization: 'governance-office', offices: ['data-authority'] },
    industry: { organization: 'new-economy', offices: ['industry-authority'] },
    centre: { organization: 'data-centre', offices: ['data-center'] },
    transport: { organization: 'transport-bureau', offices: ['data-provider'] },
    health: { organization: 'health-commission', offices: ['data-provider'] },
    operator: { organization: 'city-data', offices: ['operator'] },
    engineer: { organization: 'city-data', offices: ['operator'] },
    stranger: { organization: 'other-data', offices: ['operator'] },
    user: { organization: 'travel-company', offices: ['developer'] },
    planning: { organization: 'planning-bureau', offices: ['developer'] },
    person: { organization: 'a-person', offices: ['developer'] },
    expert: { organization: 'experts', offices: ['expert-committee'] },
    police: { organization: 'police', offices: ['supervisor'] },
    education: { organization: 'education-bureau', offices: ['data-provider'] },
    civil: { organization: 'civil-affairs-bureau', offices: ['data-provider'] },
    housing: { organization: 'housing-bureau', offices: ['data-provider'] },
    culture: { organization: 'culture-bureau', offices: ['data-provider'] },
    water: { organization: 'water-bureau', offices: ['data-provider'] },
  },
}

const law = await lawOf('chengdu-2020')

/** A story under the rules of 2020. */
export const story = (): Story => new Story(law, CHENGDU_2020)

export function authorization(change: JsonObject = {}): JsonObject {
  return { operator: 'city-data', number: '成府函〔2020〕88号', date: '2020-11-02', document: file('授权.pdf'), ...change }
}

export function platform(change: JsonObject = {}): JsonObject {
  return {
    name: '成都市公共数据运营服务平台', 'built-by': 'city-data', responsible: '韩工', 'protection-level': 3, 'assessed-until': '2026-12-31', cryptography: file('密评.pdf'),
    'itss-level': 2, 'itss-until': '2026-12-31', 'emergency-plan': file('预案.pdf'), 'backup-rule': file('备份.pdf'), ...change,
  }
}

export const FRONT: JsonObject = { host: 'government-cloud', 'connected-to': 'sharing-platform', isolated: true, 'tested-on': '2026-01-26', 'checked-until': '2026-12-31' }

/** What the platform told about lateness: of which step, on which day, to whom. */
export function lateTold(one: StoryCase): { step: string; on: string; told: readonly string[] }[] {
  return one.events.flatMap((event) => (event.type === 'task-overdue' ? [{ step: event.task.replace(/[@#].*$/, ''), on: event.on, told: event.told }] : []))
}

/** The operator with its platform, connected on 2026-01-26. */
export function running(told: Story): StoryCase {
  return told
    .open({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(), 'platform-registration': platform() } })
    .act({ on: '2026-01-26', who: 'centre', task: 'connect', outcome: 'connected', contents: { 'front-system': FRONT } })
}

export function entry(code: string, change: JsonObject = {}): JsonObject {
  return { code, title: `数据${code}`, body: 'department', kind: 'data', category: '交通', level: 2, openness: 'none', 'update-frequency': 'weekly', fields: ['line', 'hour', 'name'].map((name) => ({ name, level: 2, sensitive: name === 'name' })), ...change }
}

export function listed(told: Story, code: string, who = 'transport', change: JsonObject = {}): StoryCase {
  return told.open({ on: '2026-01-12', who, procedure: 'catalog-entry', contents: { 'catalog-entry': entry(code, change) } }).act({ on: '2026-01-13', who: 'centre', task: 'confirm', outcome: 'listed' })
}

export function item(code: string, change: JsonObject = {}): JsonObject {
  return { entry: code, fields: ['line', 'hour'], form: 'check', scenario: '企业信用评价参考', user: '某银行', consent: false, 'new-economy': false, reason: 'passed', feasibility: 'passed', note: '已核', ...change }
}

export function list(items: Json[], change: JsonObject = {}): JsonObject {
  return { number: '2026-01号', 'has-new-economy': false, items, ...change }
}

/** A department with its contact on file. */
export function contactNamed(told: Story, who: string, on = '2026-01-19'): StoryCase {
  return told.open({ on, who, procedure: 'department-contact', contents: { contact: { contact: '赵工', deputy: '钱工', way: '接口' } } }).act({ on, who: 'governance', task: 'confirm', outcome: 'confirmed' })
}

/** A list handed in on a day, over `buses` of transport and `visits` of health. */
export function handedIn(told: Story, on = '2026-02-06', items: Json[] = [item('buses'), item('visits')]): StoryCase {
  listed(told, 'buses')
  listed(told, 'visits', 'health')
  contactNamed(told, 'transport')
  contactNamed(told, 'health')
  running(told)
  return told
    .open({ on: '2026-02-02', who: 'operator', procedure: 'demand-list', contents: { 'demand-list': list(items) } })
    .act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' })
    .act({ on, who: 'operator', task: 'submit', outcome: 'submitted' })
}

const passed = (code: string): JsonObject => ({ entry: code, result: 'pass' })

/** A list over many entries, each named with its department, passed on to the departments on a day. */
export function passedOn(told: Story, entries: readonly (readonly [code: string, who: string])[], on: string, named = [...new Set(entries.map(([, who]) => who))]): StoryCase {
  for (const [code, who] of entries) listed(told, code, who)
  for (const who of named) contactNamed(told, who)
  running(told)
  const codes = entries.map(([code]) => code)
  return told
    .open({ on: '2026-02-02', who: 'operator', procedure: 'demand-list', contents: { 'demand-list': list(codes.map((code) => item(code))) } })
    .act({ on: '2026-02-05', who: 'operator', task: 'close', outcome: 'closed' })
    .act({ on: '2026-02-06', who: 'operator', task: 'submit', outcome: 'submitted' })
    .act({ on, who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': codes.map(passed) } })
}

/** A department's opinions on a day, put together on the same day. */
export function opined(passedList: StoryCase, who: string, organization: string, codes: readonly string[], on: string): StoryCase {
  return passedList
    .act({ on, who, task: `opinion@providers=${organization}`, outcome: 'given', contents: { opinions: codes.map((code) => opinion(code)) } })
    .act({ on, who: 'governance', task: `summarize@providers=${organization}`, outcome: 'summarized', contents: { 'summary-note': '同意授权' } })
}

export function opinion(code: string, change: JsonObject = {}): JsonObject {
  return {
    entry: code, decision: 'authorize', 'data-note': '属履职数据', 'form-note': '校验即可', 'scenario-note': '与场景相符', law: '数据安全法', 'law-article': '第四十二条', risk: 'low',
    fields: ['line', 'hour'], forms: ['check'], 'provide-by': 'interface', ...change,
  }
}

/** The same list, passed on 2026-03-27 to both departments for their opinions. */
export function asked(told: Story, items?: Json[]): StoryCase {
  return handedIn(told, '2026-03-20', items).act({ on: '2026-03-27', who: 'governance', task: 'recheck', outcome: 'rechecked', contents: { 'recheck-results': [passed('buses'), passed('visits')] } })
}

/** The same, `buses` authorised by transport on 2026-04-13 and summarised. */
export function authorized(told: Story, change: JsonObject = {}, items?: Json[]): StoryCase {
  return asked(told, items)
    .act({ on: '2026-04-13', who: 'transport', task: 'opinion@providers=transport-bureau', outcome: 'given', contents: { opinions: [opinion('buses', change)] } })
    .act({ on: '2026-04-13', who: 'governance', task: 'summarize', outcome: 'summarized', contents: { 'summary-note': '交通部门同意授权' } })
}

export function aggregated(told: Story, change: JsonObject = {}, items?: Json[]): StoryCase {
  return authorized(told, change, items).act({
    on: '2026-05-12', who: 'transport', task: 'aggregate', outcome: 'aggregated',
    contents: { aggregation: { 'provide-by': change['provide-by'] ?? 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000 } },
  })
}

export function three(change: JsonObject = {}): JsonObject {
  return { provider: 'transport-bureau', entries: [{ entry: 'buses', fields: ['line', 'hour'] }], starts: '2026-05-01', ends: '2026-05-31', 'operator-part': '按约使用', 'center-part': '集中提供', 'provider-part': '及时更新', ...change }
}

/** The agreement of three parties, in force since `on`. */
export function tripartite(told: Story, text: JsonObject = three(), on = '2026-05-12'): StoryCase {
  const sign = (who: string, task: string) => ({ on, who, task, outcome: 'sign', contents: { 'tripartite-signature': { 'text-hash': hashOf(text) } } })
  return told.open({ on, who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': text } })
    .act(sign('operator', 'sign-operator')).act(sign('centre', 'sign-center')).act(sign('transport', 'sign-provider'))
}

export function supply(change: JsonObject = {}, on = '2026-05-13') {
  return { on, who: 'centre', task: 'supply', outcome: 'supplied', contents: { 'supply-record': { number: 'GJ-1', demand: '2026-01号', form: 'interface', fields: ['line', 'hour'], 'rows-sent': 1000, 'rows-received': 1000, receipt: 'YY-1', ...change } } }
}

/** The data of transport supplied on 2026-05-13 as GJ-1, and cleaned and masked on the operator's platform. */
export function supplied(told: Story, change: JsonObject = {}, items?: Json[]): StoryCase {
  const opened = aggregated(told, change, items)
  tripartite(told)
  opened.act(supply())
  processed(told, 'CL-1', 'cleaning')
  processed(told, 'CL-2', 'masking')
  return opened
}

/** One step of processing on record. */
export function processed(told: Story, number: string, kind: string, on = '2026-05-14', change: JsonObject = {}): StoryCase {
  return told.open({ on, who: 'engineer', procedure: 'processing', contents: { processing: { number, kind, inputs: ['GJ-1'], rules: '名称脱敏规则', output: `${number}结果`, version: '1', ...change } } })
}

export function source(change: JsonObject = {}): JsonObject {
  return { entry: 'buses', fields: ['line', 'hour'], protection: '名称不返回', measure: 'masked', ...change }
}

export function service(change: JsonObject = {}): JsonObject {
  return {
    name: '信用校验', version: '1', form: 'check', scenario: '企业信用评价参考', price: 1, sources: [source()], supplies: ['GJ-1'], steps: ['CL-1', 'CL-2'], 'daily-limit': 1000,
    'returns-fields': false, test: 'passed', statement: file('说明.pdf'), ...change,
  }
}

/** A service released on 2026-05-14. */
export function released(told: Story, change: JsonObject = {}): StoryCase {
  return told.open({ on: '2026-05-14', who: 'engineer', procedure: 'service', contents: { service: service(change) } }).act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
}

export function use(change: JsonObject = {}): JsonObject {
  return { form: 'check', scenario: '企业信用评价参考', amount: 1000, ends: '2026-12-31', price: 1, 'operator-duties': '保障服务安全', 'user-duties': '对使用过程和结果负责', requirements: '每季度反馈', 'source-note': '数据来源：成都市公共数据', ...change }
}
