/**
 * What a column seems to hold, judged by the share of its values and never by single hits: a check digit alone passes one
 * random number in eleven. These are suggestions for the provider, who confirms or changes each; nothing is applied by itself.
 */
import { identifierKinds, identifierKindsOf } from '#core/disclosure-control/identifier-patterns.ts'
import type { ColumnRole } from '#core/boundary/table-schema.ts'

export const contentKinds = [...identifierKinds, 'passport', 'person-name', 'address'] as const
export type ContentKind = (typeof contentKinds)[number]

/** How kinds are called, what they suggest about the column, and their category of personal information. */
export const contentMeanings: Readonly<Record<ContentKind, { title: string; role: ColumnRole; category: string }>> = {
  'resident-id': { title: '公民身份号码', role: 'entity-key', category: '个人身份信息' },
  'credit-code': { title: '统一社会信用代码', role: 'entity-key', category: '法人和其他组织身份信息' },
  passport: { title: '护照号码', role: 'entity-key', category: '个人身份信息' },
  mobile: { title: '手机号码', role: 'quasi-identifier', category: '个人通信信息' },
  'bank-card': { title: '银行卡号', role: 'sensitive', category: '个人财产信息' },
  plate: { title: '机动车号牌', role: 'quasi-identifier', category: '个人财产信息' },
  'person-name': { title: '姓名', role: 'quasi-identifier', category: '个人基本信息' },
  address: { title: '地址', role: 'quasi-identifier', category: '个人基本信息' },
}

/** unit: share of the values; source: measured over samples with check digits, 9.1 % of random numbers pass one */
const SHARE_MIN = 0.9
/** unit: share of the values; source: platform default, names and addresses have no check digit and many exceptions */
const WRITTEN_SHARE_MIN = 0.7
/** unit: values; source: fewer tell nothing, by the same measurement */
const VALUES_MIN = 50

/** Passports of the People's Republic: ordinary (E, G), diplomatic (D), service (S), public affairs (P). Form only, there is no check digit in the number. */
const PASSPORT = /^(?:[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7,8})$/
/** The hundred most frequent surnames, some nine tenths of all people, and the usual double ones. */
const SURNAMES = new Set(
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常',
)
const DOUBLE_SURNAMES = new Set(['欧阳', '司马', '上官', '诸葛', '夏侯', '东方', '皇甫', '尉迟', '公孙', '慕容', '令狐', '司徒'])
const NAME = /^\p{Script=Han}{2,4}$/u
const FOREIGN_NAME = /^\p{Script=Han}{2,10}(?:·\p{Script=Han}{1,10}){1,3}$/u
/** An area and below it a road, a place or a number: one of the two alone is a district or a company. */
const AREA = /(?:省|市|自治区|自治州|盟|区|县|旗|乡|镇|街道)/
const PLACE = /(?:路|街|巷|弄|道|村|组|社区|小区|大厦|号|栋|幢|单元|室)/

export interface ContentSuggestion {
  kind: ContentKind
  title: string
  /** Share of the values that have the form, and how many values were looked at. */
  share: number
  values: number
  role: ColumnRole
  category: string
  /** The reason in one sentence, for the provider. */
  reason: string
}

/** What the values of one column suggest, the strongest first; nothing for too few values. Missing values must be left out. */
export function suggestContent(texts: readonly string[]): ContentSuggestion[] {
  if (texts.length < VALUES_MIN) return []
  const hits = new Map<ContentKind, number>()
  for (const text of texts) for (const kind of kindsOf(text.trim())) hits.set(kind, (hits.get(kind) ?? 0) + 1)
  return [...hits]
    .map(([kind, count]) => ({ kind, count, share: count / texts.length }))
    .filter(({ kind, share }) => share >= (kind === 'person-name' || kind === 'address' ? WRITTEN_SHARE_MIN : SHARE_MIN))
    .toSorted((one, other) => other.share - one.share)
    .map(({ kind, count, share }) => ({
      kind,
      share,
      values: texts.length,
      ...contentMeanings[kind],
      reason: `${percent(count, texts.length)} 的取值（抽查 ${texts.length} 个，其中 ${count} 个）${matches(kind)}，请确认。`,
    }))
}

/** What was looked at in each value, in words of the one who confirms. */
function matches(kind: ContentKind): string {
  if (kind === 'person-name' || kind === 'address') return `符合${contentMeanings[kind].title}的写法`
  return `符合${contentMeanings[kind].title}的${WITH_CHECK_DIGIT.has(kind) ? '编码规则和校验码' : '编码规则'}`
}

/** Kinds whose last character is computed from the others: a value that fits is rarely one by chance. */
const WITH_CHECK_DIGIT: ReadonlySet<ContentKind> = new Set(['resident-id', 'credit-code', 'bank-card'])

/** unit: hundredths; source: definition of the per cent */
const PERCENT = 100

/** A share as a percentage with one digit; 100 % and 0 % only where nothing is left or nothing is there. */
export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * PERCENT
  const shown = share.toFixed(1)
  if (part < whole && shown === '100.0') return '99.9%'
  return part > 0 && shown === '0.0' ? '0.1%' : `${shown.replace(/\.0$/, '')}%`
}

function kindsOf(text: string): ContentKind[] {
  const kinds: ContentKind[] = [...identifierKindsOf(text)]
  if (PASSPORT.test(text.toUpperCase())) kinds.push('passport')
  if (isName(text)) kinds.push('person-name')
  if (AREA.test(text) && PLACE.test(text)) kinds.push('address')
  return kinds
}

function isName(text: string): boolean {
  if (FOREIGN_NAME.test(text)) return true
  if (!NAME.test(text)) return false
  const [first = '', second = ''] = text
  return DOUBLE_SURNAMES.has(first + second) || SURNAMES.has(first)
}
