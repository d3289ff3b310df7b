import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServerProcess } from '#tools/crash/server-process.ts'
import { badKinds, confirmation, reclaimed, refused, settledFolder, uploadedWhole } from './bad-files.ts'
import { BenchCity } from './bench-city.ts'
import type { Print } from './figure.ts'
import type { SeenDelivery } from './provider-door.ts'
import { suppliedFile } from './bad-rows.ts'
import { refusedRepeatedRow } from './repeated-row.ts'
import type { SuppliedFile } from './supplied-rows.ts'
import { FIELDS, LOOK_MS, begun, bytesOf, doorOf, kindOf, mb, openStep, processesBelow, seconds, uploaded, worked } from './upload-run.ts'
import type { Run } from './upload-run.ts'

const REPEATED = 'repeated'
/** The files that are refused and given up are smaller. */
const SIDE_SHARE = 10
const MB = 1_000_000

/** A file of so many bytes through the real doors: client and server killed in the middle, taken in, bad ones refused, one given up; memory and disk watched. */
export async function benchUpload(print: Print, bytes: number): Promise<void> {
  await withStep(print, async (run, server) => {
    await takenInLarge(run, server, bytes)
    for (const kind of badKinds) await refused(run, kind, Math.ceil(bytes / SIDE_SHARE))
    await givenUp(run, Math.ceil(bytes / SIDE_SHARE))
  })
}

/** Bad files of that size alone. @param kinds every kind where none is named */
export async function benchBadFiles(print: Print, bytes: number, kinds: readonly string[]): Promise<void> {
  const known = [...badKinds, REPEATED]
  const unknown = kinds.filter((kind) => !known.includes(kind))
  if (unknown.length > 0) throw new RangeError(`no bad file is ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  const chosen = (kind: string): boolean => kinds.length === 0 || kinds.includes(kind)
  if (chosen(REPEATED)) await refusedRepeatedRow(print, bytes)
  await withStep(print, async (run) => {
    for (const kind of badKinds.filter(chosen)) await refused(run, kind, bytes)
  })
}

async function withStep(print: Print, use: (run: Run, server: ServerProcess) => Promise<void>): Promise<void> {
  const city = await BenchCity.open()
  try {
    const port = await freePort()
    const server = await city.start(port)
    print(`load of the machine ${loadavg().map((one) => one.toFixed(1)).join(' ')}`)
    await use({ print, city, port, step: await openStep(city) }, server)
  } finally {
    await city.close()
  }
}

/** The large file: uploaded with client and server killed under it, looked at as a whole, confirmed as proposed, taken in. */
async function takenInLarge(run: Run, first: ServerProcess, bytes: number): Promise<void> {
  const { print, city } = run
  const file = suppliedFile('sound', bytes)
  const empty = await bytesOf(city.dataDir)
  print(`CSV of ${mb(file.bytes)}, ${file.rows.toLocaleString('en')} rows × ${FIELDS.length} columns; data folder ${mb(empty)}`)
  const id = await begun(run, file)
  const server = await uploaded(run, { id, kind: 'sound', bytes }, file, first)
  print(`  data folder ${mb(await bytesOf(city.dataDir))}`)
  await (await doorOf(run)).post(`/api/deliveries/${id}/finish`)
  const seen = await worked(run, server, id, '  looked at as a whole')
  await (await doorOf(run)).post(`/api/deliveries/${id}/confirmation`, confirmation(seen))
  const taken = await worked(run, server, id, '  taken in')
  const report = await (await doorOf(run)).get<{ rows: number; sha256: string }>(`/api/data-versions/${taken.version}/report`)
  print(`  version: ${report.rows.toLocaleString('en')} rows, SHA-256 of the source ${report.sha256 === digestOf(file) ? 'as generated' : 'OTHER THAN GENERATED'}`)
  await settledFolder(run)
  print(`  data folder ${mb(await bytesOf(city.dataDir))}: the upload is gone, the version stays`)
}

/** A file that its provider gives up while the platform reads it. */
async function givenUp(run: Run, bytes: number): Promise<void> {
  const { print, city } = run
  const before = await bytesOf(city.dataDir)
  const { id, file } = await uploadedWhole(run, 'sound', bytes)
  const { server } = city
  const door = await doorOf(run)
  while (((await door.delivery(id)).progress?.done ?? 0) < file.bytes / 2) await delay(LOOK_MS)
  const readers = async (): Promise<number> => (await processesBelow(server.pid)).filter((line) => kindOf(line) !== null).length
  const reading = await readers()
  const since = performance.now()
  const { state, failure } = await door.post<SeenDelivery>(`/api/deliveries/${id}/abandon`)
  while ((await readers()) > 0) await delay(LOOK_MS)
  print(`given up in the middle of being read, ${mb(file.bytes)}: ${state}, “${failure?.message}”; of ${reading} processes that read it none after ${seconds(performance.now() - since)}`)
  await reclaimed(run, before)
}

function digestOf(file: SuppliedFile): string {
  const hash = createHash('sha256')
  for (let at = 0; at < file.bytes; at += MB) hash.update(file.piece(at, at + MB))
  return hash.digest('hex')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP
  server.close()
  await once(server, 'close')
  return port
}
