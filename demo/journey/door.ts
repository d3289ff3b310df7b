import { randomUUID } from 'node:crypto'
import type { JsonObject } from '#core/json.ts'

/** What the server did not do, as it says itself (RFC 9457). */
export type Problem = { status: number; code: string; detail: string; cure: string; provision: string | null; basis: { kind: string; label: string | null; provision: string | null } | null }

/** An answer of 400 and above. */
export class Refused extends Error {
  readonly problem: Problem
  /** What was tried, for the line of the story. */
  readonly tried: string
  constructor(problem: Problem, tried: string) {
    super(`${tried}：${problem.status} ${problem.code} ${problem.detail} ${problem.cure}`)
    this.problem = problem
    this.tried = tried
  }
}

/** What one person's browser keeps: the session's cookie and the page's token. */
export type Ticket = { cookie: string; csrf: string }

const PATIENCE_MS = 60_000 // longer than any job may run
const UPLOAD = 'file'

/** The platform seen from outside: HTTP and nothing else. */
export class Door {
  readonly url: string

  constructor(url: string) {
    this.url = url.replace(/\/$/, '')
  }

  /** Asks for JSON. @throws Refused for every answer of 400 and above. */
  async ask<T>(method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, ticket: Ticket | null, body?: unknown, tried = `${method} ${path}`): Promise<T> {
    const json = body === undefined ? {} : { body: JSON.stringify(body), type: 'application/json' }
    const response = await this.#send(method, path, ticket, json, tried)
    const text = await response.text()
    return (text === '' ? null : JSON.parse(text)) as T // the wire contract; read by the caller's own type
  }

  /** A service call: the consumer's key instead of a session. */
  async call<T>(path: string, key: string, body: JsonObject): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!response.ok) throw new Refused(await problemOf(response), `POST ${path}`)
    return (await response.json()) as T // the wire contract
  }

  /** Signs in. @throws Refused */
  async signIn(login: string, password: string): Promise<Ticket & { session: SessionView }> {
    const response = await this.#send('POST', '/api/session', null, { body: JSON.stringify({ login, password }), type: 'application/json' })
    const session = (await response.json()) as SessionView // the wire contract
    const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
    return { cookie, csrf: session.csrf_token, session }
  }

  async upload(name: string, mediaType: string, bytes: Uint8Array<ArrayBuffer>, ticket: Ticket): Promise<JsonObject> {
    const form = new FormData()
    form.append(UPLOAD, new Blob([bytes], { type: mediaType }), name)
    const response = await this.#send('POST', '/api/files', ticket, { body: form })
    return (await response.json()) as JsonObject // the wire contract
  }

  async download(path: string, ticket: Ticket): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#send('GET', path, ticket, {})).arrayBuffer())
  }

  async #send(method: string, path: string, ticket: Ticket | null, { body, type }: { body?: string | FormData; type?: string }, tried = `${method} ${path}`): Promise<Response> {
    const headers: Record<string, string> = { 'idempotency-key': randomUUID() }
    if (type !== undefined) headers['content-type'] = type
    if (ticket !== null) Object.assign(headers, { cookie: ticket.cookie, 'x-csrf-token': ticket.csrf })
    const response = await fetch(`${this.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!response.ok) throw new Refused(await problemOf(response), tried)
    return response
  }
}

/** What the story reads of a session. */
export type SessionView = { person: { id: string; name: string }; organization: { id: string; name: string }; offices: { id: string; title: string }[]; today: string; csrf_token: string }

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text()
  const body = text.startsWith('{') ? (JSON.parse(text) as Partial<Problem>) : { detail: text.slice(0, 200) } // a problem, or what a proxy wrote
  return { status: response.status, code: body.code ?? 'no-problem-document', detail: body.detail ?? '', cure: body.cure ?? '', provision: body.provision ?? null, basis: body.basis ?? null }
}
