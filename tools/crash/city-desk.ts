import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from '#core/json.ts'

/** What the server answered to a command that it accepted. */
export type Accepted = { case_id: string; number: string; seq: number; status: string; entries: string[] }

/** A definite no: the run asks only for what is allowed, so that any is a fault of the run or of the platform. */
export class UnexpectedRefusal extends Error {
  override readonly name = 'UnexpectedRefusal'
}

/** Counts of what the clients saw. */
export type Seen = { asked: number; unknown: number; acknowledged: number }

const ANSWER_LIMIT_MS = 20_000
const RETRY_MS = 40
const OK_MAX = 299
const SERVER_FAULT = 500
const TOO_MANY = 429
const CONFLICT = 409
const LOST_RACE = 'case-must-not-have-changed'

/** Where the server is at present; clients wait here while it is down. */
export class CityDesk {
  readonly seen: Seen = { asked: 0, unknown: 0, acknowledged: 0 }
  readonly password: string
  #url: string | null = null
  #ended = false

  constructor(password: string) {
    this.password = password
  }

  opened(url: string): void {
    this.#url = url
  }

  closed(): void {
    this.#url = null
  }

  /** Clients that are still waiting for the server give up. */
  end(): void {
    this.#ended = true
  }

  /**
   * Asks until there is a definite answer. A cut connection, a time limit passed and a fault of the server leave the
   * outcome unknown: the same request goes out again, with the same key.
   *
   * @throws UnexpectedRefusal for an answer of 4xx.
   */
  async ask(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: JsonObject): Promise<{ status: number; text: string; cookies: string[] }> {
    this.seen.asked += 1
    for (;;) {
      if (this.#ended) throw new Error('the run was ended')
      const answer = this.#url === null ? null : await this.#try(this.#url, method, path, headers, body)
      if (answer !== null) return answer
      await delay(RETRY_MS)
    }
  }

  async #try(url: string, method: string, path: string, headers: Record<string, string>, body?: JsonObject) {
    const sent = { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(`${url}${path}`, { ...sent, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
      const text = await response.text()
      if (response.status >= SERVER_FAULT || response.status === TOO_MANY) return this.#unknown()
      // A race that another step won: nothing was done, and the same request may go out again.
      if (response.status === CONFLICT && text.includes(LOST_RACE)) return null
      if (response.status > OK_MAX) throw new UnexpectedRefusal(`${method} ${path}: ${response.status} ${text.slice(0, SHOWN_CHARACTERS)}`)
      return { status: response.status, text, cookies: response.headers.getSetCookie() }
    } catch (error) {
      if (error instanceof UnexpectedRefusal) throw error
      return this.#unknown()
    }
  }

  #unknown(): null {
    this.seen.unknown += 1
    return null
  }
}

const SHOWN_CHARACTERS = 600

/** One signed-in official with a session of its own, which outlives the server's crashes. */
export class Official {
  readonly login: string
  readonly #desk: CityDesk
  readonly #headers: Record<string, string>

  private constructor(login: string, desk: CityDesk, headers: Record<string, string>) {
    this.login = login
    this.#desk = desk
    this.#headers = headers
  }

  static async signIn(desk: CityDesk, login: string): Promise<Official> {
    const { text, cookies } = await desk.ask('POST', '/api/session', {}, { login, password: desk.password })
    const session = JSON.parse(text) as { csrf_token: string } // the wire contract
    return new Official(login, desk, { cookie: cookies.map((one) => one.split(';')[0]).join('; '), 'x-csrf-token': session.csrf_token })
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.#desk.ask('GET', path, this.#headers)).text) as T // the wire contract
  }

  async getText(path: string): Promise<string> {
    return (await this.#desk.ask('GET', path, this.#headers)).text
  }

  /** Sends a command under a key until it is acknowledged. */
  async command(path: string, key: string, body: JsonObject): Promise<Accepted> {
    const { text } = await this.#desk.ask('POST', path, { ...this.#headers, 'idempotency-key': key }, body)
    this.#desk.seen.acknowledged += 1
    return JSON.parse(text) as Accepted // the wire contract
  }
}
