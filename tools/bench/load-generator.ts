/**
 * Sends one request again and again and measures, as a process of its own. Plain sockets, so that it takes as little of
 * the machine as it can from what it measures. Takes a JSON of `LoadOrders`, prints a JSON of `LoadSeen`.
 *
 * Open load: requests are due at a fixed rate, whatever the server does, and latency counts from the moment at which a
 * request was due. Closed load: each connection asks again as soon as it is answered.
 */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from './figure.ts'

export type LoadOrders = {
  host: string
  port: number
  path: string
  headers: Record<string, string>
  body: string
  connections: number
  seconds: number
  /** Requests per second; none means closed load. */
  rate?: number
}
export type LoadSeen = { answered: number; refused: number; perSecond: number; p50: number; p99: number; max: number }

const OK = 'HTTP/1.1 200'
const TICK_MS = 1
const DRAIN_MS = 10_000
const HEAD_END = '\r\n\r\n'

class Load {
  readonly #request: Buffer
  readonly #free: Connection[] = []
  readonly #due: number[] = []
  readonly latencies: number[] = []
  refused = 0
  underWay = 0
  #again = false

  constructor(orders: LoadOrders) {
    const head = { ...orders.headers, host: `${orders.host}:${orders.port}`, 'content-length': String(Buffer.byteLength(orders.body)), connection: 'keep-alive' }
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`)
    this.#request = Buffer.from(`POST ${orders.path} HTTP/1.1\r\n${lines.join('\r\n')}${HEAD_END}${orders.body}`)
  }

  async connect({ host, port, connections }: LoadOrders): Promise<void> {
    for (let made = 0; made < connections; made += 1) {
      const connection = new Connection(connect({ host, port, noDelay: true }), (ok, due) => this.#answered(connection, ok, due))
      await connection.ready
      this.#free.push(connection)
    }
  }

  async open({ rate = 0, seconds }: LoadOrders): Promise<number> {
    const since = performance.now()
    const all = rate * seconds
    for (let sent = 0; sent < all;) {
      const owed = Math.min(all, Math.floor(((performance.now() - since) * rate) / 1000))
      for (; sent < owed; sent += 1) this.#due.push(since + (sent * 1000) / rate)
      this.#send()
      await delay(TICK_MS)
    }
    return this.#drained(since)
  }

  async closed({ seconds }: LoadOrders): Promise<number> {
    const since = performance.now()
    this.#again = true
    for (let at = 0; at < this.#free.length; at += 1) this.#due.push(performance.now())
    this.#send()
    await delay(seconds * 1000)
    this.#again = false
    return this.#drained(since)
  }

  async #drained(since: number): Promise<number> {
    const end = performance.now() + DRAIN_MS
    while ((this.#due.length > 0 || this.underWay > 0) && performance.now() < end) await delay(TICK_MS)
    return (performance.now() - since) / 1000
  }

  #send(): void {
    while (this.#due.length > 0) {
      const connection = this.#free.shift()
      if (connection === undefined) return
      this.underWay += 1
      connection.send(this.#request, this.#due.shift() ?? 0)
    }
  }

  #answered(connection: Connection, ok: boolean, due: number): void {
    this.underWay -= 1
    if (ok) this.latencies.push(performance.now() - due)
    else this.refused += 1
    this.#free.push(connection)
    if (this.#again) this.#due.push(performance.now())
    this.#send()
  }
}

/** One connection with at most one request under way. */
class Connection {
  readonly ready: Promise<void>
  readonly #socket: Socket
  readonly #answered: (ok: boolean, due: number) => void
  #text = ''
  #due = 0

  constructor(socket: Socket, answered: (ok: boolean, due: number) => void) {
    this.#socket = socket
    this.#answered = answered
    this.ready = new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject)
    })
    socket.setEncoding('latin1')
    socket.on('data', (part) => this.#read(String(part)))
  }

  send(request: Buffer, due: number): void {
    this.#due = due
    this.#socket.write(request)
  }

  #read(part: string): void {
    this.#text += part
    const head = this.#text.indexOf(HEAD_END)
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(this.#text.slice(0, head))?.[1])
    if (this.#text.length < head + HEAD_END.length + length) return
    const ok = this.#text.startsWith(OK)
    this.#text = ''
    this.#answered(ok, this.#due)
  }
}

const orders = JSON.parse(process.argv[2] ?? '{}') as LoadOrders // from loadOf, beside this file
const load = new Load(orders)
await load.connect(orders)
const seconds = orders.rate === undefined ? await load.closed(orders) : await load.open(orders)
const { latencies, refused } = load
const lost = load.underWay
const seen: LoadSeen = {
  answered: latencies.length, refused: refused + lost, perSecond: latencies.length / seconds,
  p50: latencies.length === 0 ? 0 : percentile(latencies, 0.5), p99: latencies.length === 0 ? 0 : percentile(latencies, 0.99), max: latencies.reduce((a, b) => Math.max(a, b), 0),
}
process.stdout.write(JSON.stringify(seen), () => process.exit(0))
