import { BenchCity } from './bench-city.ts'
import { loadOf, startReference } from './child-process.ts'
import { cpuMs } from './cpu-time.ts'
import { figureLine } from './figure.ts'
import type { BenchOptions, Print } from './figure.ts'
import type { LoadOrders, LoadSeen } from './load-generator.ts'
import { PREPARED_CALL, prepareProduct } from './prepared-product.ts'
import { databaseTree } from '#tools/crash/process-tree.ts'

const RATES = [500, 1_000, 2_000]
const BUDGET = { rate: 2_000, p99Ms: 25, shareOfInsert: 0.5 }
const CONNECTIONS = 128
const SECONDS = 8
const WARM_SECONDS = 4

/** A server under load: what it is asked, its process, and whether it works with the database. */
type Side = { orders: LoadOrders; pid: number; databaseOf: string | null }
/** What was seen, and the processor time of one call in the server and in the database, ms. */
type Seen = LoadSeen & { serverMs: number | null; databaseMs: number | null }

/** Service calls with identity, standing, quota, metering and durable evidence, beside a bare server and one with a group-committed INSERT. */
export async function benchServiceCalls(print: Print, _options: BenchOptions): Promise<void> {
  const city = await BenchCity.open()
  try {
    await city.start()
    await prepareProduct(city)
    const server = await city.start()
    const { path, headers, body } = PREPARED_CALL
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the prepared product is not served: ${answer.status} ${text}`)
    print(`answers of ${Buffer.byteLength(text)} bytes; ${CONNECTIONS} connections; the load generator is a process of its own on the same machine`)
    const at = (port: number): LoadOrders => ({ host: '127.0.0.1', port, path, headers, body, connections: CONNECTIONS, seconds: SECONDS })
    const [bare, insert] = await Promise.all([startReference({ answer: text, databaseUrl: null }), startReference({ answer: text, databaseUrl: city.databaseUrl })])
    const sides: readonly Side[] = [
      { orders: at(Number(new URL(server.url).port)), pid: server.pid, databaseOf: city.directory },
      { orders: at(bare.port), pid: bare.pid, databaseOf: null },
      { orders: at(insert.port), pid: insert.pid, databaseOf: city.directory },
    ]
    try {
      for (const { orders } of sides) await loadOf({ ...orders, seconds: WARM_SECONDS })
      for (const rate of RATES) await openLoad(print, sides, rate)
      await ceiling(print, sides)
    } finally {
      await Promise.all([bare.stop(), insert.stop()])
    }
  } finally {
    await city.close()
  }
}

async function openLoad(print: Print, sides: readonly Side[], rate: number): Promise<void> {
  const [us, plain, writing] = await measured(sides, { rate })
  print(`open load ${rate}/s: ${told(us)}; bare ${told(plain)}; with INSERT ${told(writing)}`)
  print(`  ${figureLine({ name: `p99 at ${rate}/s`, value: us.p99, unit: 'ms', reference: { what: 'server with INSERT', value: writing.p99 }, ...(rate === BUDGET.rate ? { budget: { bound: BUDGET.p99Ms, is: 'at-most' as const } } : {}) })}`)
}

async function ceiling(print: Print, sides: readonly Side[]): Promise<void> {
  const [us, plain, writing] = await measured(sides, {})
  print(`closed load: ${told(us)}; bare ${told(plain)}; with INSERT ${told(writing)}`)
  print(`  ${figureLine({ name: 'ceiling', value: us.perSecond, unit: '/s', reference: { what: 'bare server', value: plain.perSecond } })}`)
  print(`  ${figureLine({ name: 'ceiling', value: us.perSecond, unit: '/s', reference: { what: 'server with INSERT', value: writing.perSecond }, budget: { bound: BUDGET.shareOfInsert * writing.perSecond, is: 'at-least' } })}`)
}

/** The same load on each side, one after the other. */
async function measured(sides: readonly Side[], change: { rate?: number }): Promise<[Seen, Seen, Seen]> {
  const seen: Seen[] = []
  for (const side of sides) seen.push(await loaded(side, change))
  const [us, plain, writing] = seen
  if (us === undefined || plain === undefined || writing === undefined) throw new Error('three sides are measured')
  return [us, plain, writing]
}

async function loaded({ orders, pid, databaseOf }: Side, change: { rate?: number }): Promise<Seen> {
  const database = databaseOf === null ? [] : await databaseTree(databaseOf)
  const before = await Promise.all([cpuMs([pid]), cpuMs(database)])
  const seen = await loadOf({ ...orders, ...change })
  const after = await Promise.all([cpuMs([pid]), cpuMs(database)])
  const [serverMs = null, databaseMs = null] = before.map((from, at) => perCall(from, after[at] ?? null, seen.answered))
  return { ...seen, serverMs, databaseMs }
}

function perCall(before: number | null, after: number | null, calls: number): number | null {
  return before === null || after === null || calls === 0 ? null : (after - before) / calls
}

function told({ perSecond, p50, p99, refused, serverMs, databaseMs }: Seen): string {
  const cpu = serverMs === null || databaseMs === null ? '' : `, CPU a call ${serverMs.toFixed(3)} + database ${databaseMs.toFixed(3)} ms`
  return `${Math.round(perSecond)}/s p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms${cpu}${refused === 0 ? '' : ` (${refused} REFUSED or lost)`}`
}
