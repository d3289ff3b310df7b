const KEY_BYTES = 16 // 128 bits: no two acts of a city will ever share one

/** A fresh key. `crypto.randomUUID` is missing on plain-http addresses of a city's intranet; random bytes are not. */
export function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Keeps one key for one act: the same body sent again after no answer came has the same key, so it is not done twice;
 * a changed body, or an act that was answered, gets a new one.
 */
export class ActKeys {
  #last: { body: string; key: string } | null = null

  keyFor(body: unknown): string {
    const text = JSON.stringify(body)
    if (this.#last?.body !== text) this.#last = { body: text, key: freshKey() }
    return this.#last.key
  }

  answered(): void {
    this.#last = null
  }
}
