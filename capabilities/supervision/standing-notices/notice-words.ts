import type { LegalDate } from '#core/calendar/legal-date.ts'
import { STANDING_KINDS } from './standing-kinds.ts'

/** What happened to something that had been granted. */
export type Change = 'suspended' | 'revoked' | 'restored'

/** Something that was granted, by the case that granted it; `product-of` is a release behind the product that changed. */
export type Granted = { kind: string; number: string; title: string }

/** A change of standings as it is told to one organisation. */
export type News = {
  change: Change
  /** What was changed, the first of it. */
  root: Granted
  /** What of it touches this organisation, the nearest first. */
  own: readonly Granted[]
  /** Whether the organisation took part in granting what was changed, so that its own need not be told. */
  isDirect: boolean
  on: LegalDate
  /** The organisation that acted, and the case in which it did. */
  by: string
  procedure: string
  number: string
  reason: string | null
  /** The provision with its title, or why there is none. */
  basis: string
}

const DONE: Readonly<Record<Change, string>> = { suspended: '暂停', revoked: '撤销', restored: '恢复' }

/** A release behind a product: those who reviewed it are told of the product. */
const PRODUCT_OF = 'product-of'

const DISSENT = '对决定有异议或者有情况要说明的，请向上述单位提出。'
const NOTHING_TO_DO = '无需办理。'

const ADVICE: Readonly<Record<string, Readonly<Record<Change, string>>>> = {
  release: {
    suspended: `核查期间，据此上架的产品停止答复调用，请勿另行使用这一结果；核查后恢复或者撤销，另行通知。${DISSENT}`,
    revoked: `请停止使用这一结果，据此上架的产品同时停止。仍需要的，可以修改语句重新运行作业，再申请出域。${DISSENT}`,
    restored: `可以照常使用，据此上架的产品随即恢复答复调用。${NOTHING_TO_DO}`,
  },
  product: {
    suspended: `暂停期间，产品不答复调用。请按上述原因整改或者作出说明；恢复或者停止，另行通知。${DISSENT}`,
    revoked: `产品不再提供，请告知使用方并停止对外宣传。仍需要提供的，重新提交产品。${DISSENT}`,
    restored: `产品恢复答复调用。${NOTHING_TO_DO}`,
  },
  subscription: {
    suspended: '暂停期间，调用不予答复，也不计次数；恢复后密钥和剩余次数照旧，不必重新申请。有疑问的，请向提供产品的单位询问。',
    revoked: '调用不再答复，请停止使用已经取得的结果。仍需要同类数据的，可以在“产品与服务”中另选产品申请使用。有疑问的，请向提供产品的单位询问。',
    restored: `可以照常调用，密钥和剩余次数照旧。${NOTHING_TO_DO}`,
  },
  workspace: {
    suspended: `暂停期间不能运行作业，已有的语句、报告和结果保留。请按上述原因整改或者作出说明；恢复后不必重新开通。${DISSENT}`,
    revoked: `不能再运行作业。仍需要的，重新申请开通。${DISSENT}`,
    restored: `可以照常运行作业。${NOTHING_TO_DO}`,
  },
  supply: {
    suspended: `暂停期间，不能用这批数据运行作业，据此形成的产品停止答复调用；恢复后不必重新申请供给。${DISSENT}`,
    revoked: `不能再用这批数据运行作业，据此形成的产品停止答复调用。仍需要的，重新提出数据需求。${DISSENT}`,
    restored: `可以照常使用这批数据。${NOTHING_TO_DO}`,
  },
  agreement: {
    suspended: `暂停期间，协议项下的供给、作业、产品和服务一并停止；恢复后不必重新申请。${DISSENT}`,
    revoked: `协议项下的供给、作业、产品和服务一并停止，请按退出程序办理。${DISSENT}`,
    restored: `协议项下的供给、作业、产品和服务恢复。${NOTHING_TO_DO}`,
  },
  [PRODUCT_OF]: {
    suspended: `这一产品用到贵单位审核出域的结果，特此告知。${NOTHING_TO_DO}${DISSENT}`,
    revoked: `这一产品用到贵单位审核出域的结果，特此告知。${NOTHING_TO_DO}${DISSENT}`,
    restored: `这一产品用到贵单位审核出域的结果，特此告知。${NOTHING_TO_DO}`,
  },
}
const ADVICE_ELSE: Readonly<Record<Change, string>> = {
  suspended: `暂停期间不得据此办理；恢复后不必重新申请。${DISSENT}`,
  revoked: `不得再据此办理。${DISSENT}`,
  restored: `可以照常办理。${NOTHING_TO_DO}`,
}

/** unit: things named in one notice; source: what is read at a glance, of more the number is told */
const NAMED_MAX = 5

function nounOf(kind: string): string {
  return STANDING_KINDS[kind === PRODUCT_OF ? 'product' : kind] ?? kind
}

/** What the notice is called in a list. */
export function noticeTitle({ change, root, own, isDirect }: Pick<News, 'change' | 'root' | 'own' | 'isDirect'>): string {
  const kind = isDirect ? root.kind : (own[0] ?? root).kind
  return `${nounOf(kind)}${change === 'suspended' || change === 'restored' ? DONE[change] : '被撤销'}`
}

/** The notice itself: what happened, why, on what ground, and what the organisation can do now; a line each. */
export function noticeText(news: News): string {
  const { change, root, own, isDirect, on, by, procedure, number, reason, basis } = news
  const kind = isDirect ? root.kind : (own[0] ?? root).kind
  return [
    `${on}，${by}在“${procedure}”（${number}）中${DONE[change]}了${nounOf(root.kind)}“${root.title}”（${root.number}）${isDirect ? '。' : follows(change, own)}`,
    ...(reason === null ? [] : [`原因：${reason}`]),
    `依据：${basis}`,
    `可以怎么办：${(ADVICE[kind] ?? ADVICE_ELSE)[change]}`,
  ].join('\n')
}

function follows(change: Change, own: readonly Granted[]): string {
  if (own.every(({ kind }) => kind === PRODUCT_OF)) return '。'
  const named = own.slice(0, NAMED_MAX).map(({ title, number }) => `“${title}”（${number}）`).join('、')
  return `，贵单位所涉的${named}${own.length > NAMED_MAX ? `等${own.length}项` : ''}随之${DONE[change]}。`
}
