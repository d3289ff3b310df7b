import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { lstat, readFile, readdir } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { compiledPacks } from '#adapters/packs/compiled-packs.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import { closeHandle, openHandle } from '#adapters/postgres/database.ts'
import { openDelivery } from '#tools/crash/delivery-case.ts'
import { treeOf } from '#tools/crash/process-tree.ts'
import type { ServerProcess } from '#tools/crash/server-process.ts'
import { PASSWORD } from './bench-city.ts'
import type { BenchCity } from './bench-city.ts'
import type { Print } from './figure.ts'
import { HeldMemory } from './held-memory.ts'
import { ProviderDoor } from './provider-door.ts'
import type { SeenDelivery } from './provider-door.ts'
import { TITLES } from './supplied-rows.ts'
import type { SuppliedFile } from './supplied-rows.ts'
import type { UploadOrders, UploadTold } from './upload-client.ts'

const LOGIN = 'hbj-yang'
/** The demonstration city's own. */
const REGION = '510100'
const HOLIDAYS = 'packs/national-holidays'
export const FIELDS = ['no', 'code', 'district', 'fee', 'day', 'note']
const RECORD = { title: '收费登记', entity: 'none', fields: FIELDS.map((name, at) => ({ name, title: TITLES[at] ?? name })) }
/** Shares of the file at which memory is told; of 10 GB, 1, 5 and 10 GB. */
const TOLD_AT = [0.1, 0.5, 1]
/** Shares at which the client and the server are killed. */
const CLIENT_DIES_AT = 0.3
const SERVER_DIES_AT = 0.6
export const LOOK_MS = 250
const MB = 1_000_000
const MS_PER_S = 1_000
const BLOCK_BYTES = 512

export const mb = (bytes: number): string => `${Math.round(bytes / MB).toLocaleString('en')} MB`
export const seconds = (ms: number): string => `${(ms / MS_PER_S).toFixed(1)} s`

type OpenStep = Awaited<ReturnType<typeof openDelivery>>
/** A real server with a step at which its provider uploads. */
export type Run = { print: Print; city: BenchCity; port: number; step: OpenStep }

export type Sent = Pick<UploadOrders, 'id' | 'kind' | 'bytes'>

/** The step at which the provider hands its data over; the case that leads there is put into the database of the running server. */
export async function openStep(city: BenchCity): Promise<OpenStep> {
  const calendar = await readWorkingCalendar(HOLIDAYS)
  const packs = new PackLibrary(calendar, REGION)
  packs.loadCompiled((await compiledPacks('packs', HOLIDAYS, calendar, join(city.dataDir, 'compiled-packs'))).editions)
  const handle = openHandle({ connectionString: city.databaseUrl }, 1, { info: () => undefined, warn: console.error, error: console.error })
  try {
    return await openDelivery({ packs, db: handle.db }, { id: 'fees', provider: 'environment-bureau', entry: 'fees', record: RECORD, fields: FIELDS })
  } finally {
    await closeHandle(handle)
  }
}

export async function begun(run: Run, file: SuppliedFile): Promise<string> {
  const { caseId, task } = run.step
  const body = { case_id: caseId, task, name: '收费登记.csv', bytes: file.bytes, fingerprint: createHash('sha256').update(String(file.bytes)).digest('hex') }
  return (await (await doorOf(run)).post<SeenDelivery>('/api/deliveries', body)).id
}

/** Signed in anew for each act: a session ends while the platform works for long and nobody asks. */
export function doorOf({ port }: Run): Promise<ProviderDoor> {
  return ProviderDoor.signIn(`http://127.0.0.1:${port}`, LOGIN, PASSWORD)
}

export function clientOf(run: Run, orders: Sent, hear: (told: UploadTold) => void): ChildProcess {
  const whole: UploadOrders = { ...orders, url: `http://127.0.0.1:${run.port}`, login: LOGIN, password: PASSWORD }
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/bench/upload-client.ts', JSON.stringify(whole)], { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => hear(JSON.parse(line) as UploadTold)) // told by our own client
  return child
}

/** Uploads by a client that is killed, another that goes on, and a server that is killed under it. Answers the server that lives. */
export async function uploaded(run: Run, orders: Sent, file: SuppliedFile, first: ServerProcess): Promise<ServerProcess> {
  const { print, city } = run
  const seen = { received: 0, sent: 0, taken: 0, memory: new HeldMemory(first.pid, () => null), server: first }
  const told = [...TOLD_AT]
  const heard = (said: UploadTold): void => {
    if ('sending' in said) return void (seen.sent += 1)
    seen.taken += 1
    seen.received = said.received
    if (said.received < file.bytes * (told[0] ?? Infinity)) return
    print(`  server's memory at its peak up to ${mb(file.bytes * (told.shift() ?? 1))}: ${seen.memory.peakMb('server').toFixed(0)} MB`)
  }
  const since = performance.now()
  const until = async (share: number, client: ChildProcess): Promise<void> => {
    while (seen.received < file.bytes * share) {
      if (client.exitCode !== null) throw new Error(`the client ended with ${client.exitCode}`)
      await delay(LOOK_MS / TOLD_AT.length)
    }
  }
  const killed = clientOf(run, orders, heard)
  await until(CLIENT_DIES_AT, killed)
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  const client = clientOf(run, orders, heard)
  print(`  client killed at ${mb(seen.received)}; another goes on where the server has it`)
  await until(SERVER_DIES_AT, client)
  seen.memory.stop()
  const at = seen.received
  await seen.server.killTree()
  seen.server = await city.start(run.port, { killed: true })
  const rest = new HeldMemory(seen.server.pid, () => null)
  print(`  server killed at ${mb(at)} and started again; its memory at its peak until then ${seen.memory.peakMb('server').toFixed(0)} MB`)
  seen.memory = rest
  if (client.exitCode === null) await once(client, 'exit')
  rest.stop()
  if (client.exitCode !== 0) throw new Error(`the client ended with ${client.exitCode}`)
  const ms = performance.now() - since
  print(`  uploaded in ${seconds(ms)}, ${((file.bytes / MB / ms) * MS_PER_S).toFixed(0)} MB/s with both interruptions; ${seen.taken} pieces told, ${seen.sent - seen.taken} begun and sent again; load ${loadavg()[0]?.toFixed(1)}`)
  return seen.server
}

/** Waits until the platform has done its part, and tells how long it took and what its processes held on the way. */
export async function worked(run: Run, server: ServerProcess, id: string, what: string): Promise<SeenDelivery> {
  const door = await doorOf(run)
  const memory = new HeldMemory(server.pid, kindOf)
  const since = performance.now()
  const told = [...TOLD_AT]
  const held: string[] = []
  const note = (): void => void held.push(`${mb((told.shift() ?? 1) * total)}: ${['server', 'sealer', 'reader'].map((kind) => `${kind} ${memory.peakMb(kind).toFixed(0)}`).join(', ')} MB`)
  let total = 0
  for (;;) {
    const view = await door.delivery(id)
    total = view.bytes ?? total
    const done = view.progress?.done ?? 0
    while (told.length > 1 && done >= total * (told[0] ?? 1)) note()
    if (!['received', 'looking', 'taking-in'].includes(view.state) || (view.progress === null && view.failure !== null)) {
      while (told.length > 0) note()
      memory.stop()
      const ms = performance.now() - since
      run.print(`${what}, ${view.state} after ${seconds(ms)}, ${((total / MB / ms) * MS_PER_S).toFixed(0)} MB/s; load ${loadavg()[0]?.toFixed(1)}; peaks up to ${held.join('; ')}`)
      return view
    }
    await delay(LOOK_MS)
  }
}

/** The processes of the vault below the server: one holds the key and seals, one reads behind walls. */
export function kindOf(line: string): string | null {
  if (/\/main-[0-9a-f]+\.mjs/.test(line)) return 'sealer'
  return !line.includes('bwrap') && /\/reader-[0-9a-f]+\.mjs/.test(line) ? 'reader' : null
}


/** Bytes that a folder takes on the disk. */
export async function bytesOf(folder: string): Promise<number> {
  let blocks = 0
  for (const name of await readdir(folder, { recursive: true })) blocks += (await lstat(join(folder, name)).catch(() => ({ blocks: 0 }))).blocks
  return blocks * BLOCK_BYTES
}

export async function processesBelow(root: number): Promise<string[]> {
  return Promise.all((await treeOf(root)).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
}
