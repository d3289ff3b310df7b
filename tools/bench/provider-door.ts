import { createHash } from 'node:crypto'

type Column = { name: string; title: string; type: string; scale: number | null; nullable: boolean; missing: string[]; role: string; category: string | null }
/** What a delivery shows of itself that is looked at here. */
export type SeenDelivery = {
  id: string; state: string; bytes: number | null; received: number | null; version: string | null
  progress: { step: string; done: number } | null
  failure: { code: string; message: string; row: number | null; column: string | null } | null
  look: { entity: object; columns: Column[] } | null
}

/** What the server did not take; 0 where there was no answer at all. */
export class NotTaken extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

/** A provider's person at the doors of a real server, as the browser stands there. */
export class ProviderDoor {
  readonly #url: string
  readonly #headers: Record<string, string>

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url
    this.#headers = headers
  }

  static async signIn(url: string, login: string, password: string): Promise<ProviderDoor> {
    const response = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password }) })
    if (!response.ok) throw new NotTaken(response.status, await response.text())
    const { csrf_token: csrf } = (await response.json()) as { csrf_token: string } // the wire contract
    return new ProviderDoor(url, { cookie: response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; '), 'x-csrf-token': csrf })
  }

  delivery(id: string): Promise<SeenDelivery> {
    return this.get<SeenDelivery>(`/api/deliveries/${id}`)
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>(path, { headers: this.#headers })
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#ask<T>(path, { method: 'POST', headers: { ...this.#headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  }

  /** Sends one piece with its digest; answers how much the server has then. */
  async piece(id: string, offset: number, bytes: Buffer): Promise<number> {
    const headers = { ...this.#headers, 'content-type': 'application/octet-stream', 'x-piece-sha256': createHash('sha256').update(bytes).digest('hex') }
    return (await this.#ask<{ received: number }>(`/api/deliveries/${id}/pieces/${offset}`, { method: 'PUT', headers, body: Uint8Array.from(bytes) })).received
  }

  /** @throws NotTaken */
  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, init).catch((error: unknown) => {
      throw new NotTaken(0, error instanceof Error ? error.message : String(error))
    })
    const text = await response.text().catch(() => '')
    if (!response.ok) throw new NotTaken(response.status, text)
    return JSON.parse(text) as T // the wire contract
  }
}
