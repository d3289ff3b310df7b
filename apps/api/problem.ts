import type { Refusal } from '#core/decision/refusal.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { basisView } from './views/basis.ts'
import type { Problem } from './wire/refusal.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** An answer that is not what was asked for: a refusal with its HTTP status. Thrown by routes, written by the server. */
export class Refused extends Error {
  readonly status: number
  readonly refusal: Refusal
  readonly law: CaseLaw | null
  constructor(refusal: Refusal, status: number = statusOf(refusal), law: CaseLaw | null = null) {
    super(`${refusal.code} ${refusal.message}`)
    this.status = status
    this.refusal = refusal
    this.law = law
  }
}

/** A refusal of the door itself, which rests on no provision. */
export function problemOf(status: number, code: string, message: string, cure: string, details?: JsonObject): Refused {
  return new Refused(refuse(code, null, message, cure, details), status)
}

/** What does not exist, and what is another organisation's: both are answered alike. */
export function unknownThing(code: string, what: string): Refused {
  return problemOf(404, code, `没有这一${what}，或者与贵单位无关。`, '请从列表进入。')
}

/** Refusals of the engine that are about who acts, and those about the moment at which the act comes. */
const STATUS: Readonly<Record<string, number>> = {
  'actor-must-hold-office': 403,
  'actor-must-be-concerned-organization': 403,
  'task-must-be-yours': 403,
  'seats-must-be-taken-by-different-persons': 403,
  'act-must-be-the-platforms': 403,
  'case-must-exist': 404,
  'pack-must-be-loaded': 404,
  'procedure-must-be-in-pack': 404,
  'step-must-be-open': 409,
  'case-must-not-have-changed': 409,
  'idempotency-key-must-not-be-reused': 409,
  'withdrawal-must-be-early': 409,
  'extension-must-not-be-pending': 409,
  'extension-must-be-asked': 409,
  'extension-must-be-asked-before-due': 409,
  'clock-already-stopped': 409,
  'period-must-have-ended': 409,
  'rules-must-be-in-force': 409,
  'draft-rules-must-not-govern': 409,
  'login-must-match': 401,
  'login-must-not-be-locked': 429,
}

/** 403 who, 404 unknown, 409 out of order or changed, 422 contents and checks: everything else that a pack refuses. */
export function statusOf(refusal: Refusal): number {
  return STATUS[refusal.code] ?? 422
}

const TITLES: Readonly<Record<number, string>> = {
  400: '请求格式有误',
  401: '尚未登录',
  403: '无权办理',
  404: '没有找到',
  409: '与当前状态不符',
  413: '内容过大',
  415: '不支持的内容格式',
  422: '内容不符合要求',
  429: '请求过于频繁',
  500: '平台内部错误',
  503: '暂时不能办理',
}

/** The RFC 9457 body of a refusal. */
export function problemBody({ status, refusal, law }: Refused): Problem {
  return {
    type: `urn:gongshu:problem:${refusal.code}`,
    title: TITLES[status] ?? '请求未能完成',
    status,
    detail: refusal.message,
    code: refusal.code,
    provision: refusal.provision,
    cure: refusal.cure,
    basis: refusal.basis === null ? null : basisView(refusal.basis, law),
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
  }
}
