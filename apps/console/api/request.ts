import type { Problem } from '#apps/api/wire/refusal.ts'

/** The server's answer to what it did not do: a refusal with its rule, or an error that says what to do. */
export class ApiProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** No answer came: the network or the server is away. What was sent may or may not have been done. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('没有收到服务器的答复。请检查网络后重试；重试不会重复办理。', { cause })
    this.name = 'NoAnswer'
  }
}

const JSON_TYPE = /^application\/(problem\+)?json/

/** Asks and answers the JSON of 2xx; throws {@link ApiProblem} for any other status, {@link NoAnswer} where none came. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init, headers: { accept: 'application/json', ...headersOf(init) } })
  } catch (error) {
    throw new NoAnswer(error)
  }
  const body: unknown = JSON_TYPE.test(response.headers.get('content-type') ?? '') ? await response.json() : null
  if (!response.ok) throw new ApiProblem(problemOf(response, body))
  return body as T // The server checks every answer against the wire schema of the same name before it sends it.
}

function headersOf(init: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(init.headers))
}

const TITLES: Record<number, [detail: string, cure: string]> = {
  401: ['登录已失效。', '请重新登录。'],
  403: ['您没有查看或办理此内容的权限。', '请由有权的部门办理，或联系本单位管理员。'],
  404: ['没有找到此内容。', '请核对链接，或从列表进入。'],
  413: ['上传的内容过大。', '请减小文件后重试。'],
  429: ['操作过于频繁。', '请稍候再试。'],
}

function problemOf(response: Response, body: unknown): Problem {
  if (isProblem(body)) return body
  const [detail, cure] = TITLES[response.status] ?? [`服务器未能完成请求（${response.status}）。`, '请稍后重试；仍不成功的，联系平台运维人员。']
  return { type: 'about:blank', title: response.statusText, status: response.status, detail, code: `http-${response.status}`, provision: null, cure, basis: null }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && 'code' in body && 'status' in body
}

/** Sends JSON with the token against forged requests, and the key that makes a retry the same act. */
export function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, csrf: string, idempotencyKey?: string): Promise<T> {
  return request<T>(path, {
    method,
    headers: {
      'x-csrf-token': csrf,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}
