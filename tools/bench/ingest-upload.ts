import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServerProcess } from '#tools/crash/server-process.ts'
import { BenchCity } from './bench-city.ts'
import type { Print } from './figure.ts'
import type { SeenDelivery } from './provider-door.ts'
import { SuppliedRows } from './supplied-rows.ts'
import type { LastRow } from './supplied-rows.ts'
import { FIELDS, LOOK_MS, begun, bytesOf, clientOf, doorOf, kindOf, mb, openStep, processesBelow, seconds, uploaded, worked } from './upload-run.ts'
import type { Run } from './upload-run.ts'

/** The files that are refused and given up are smaller. */
const SIDE_SHARE = 10
const MB = 1_000_000

/** A file of so many bytes through the real doors: client and server killed in the middle, refused, taken in, given up; memory and disk watched. */
export async function benchUpload(print: Print, bytes: number): Promise<void> {
  const city = await BenchCity.open()
  try {
    const port = await freePort()
    const server = await city.start(port)
    const run = { print, city, port, step: await openStep(city) }
    print(`load of the machine ${loadavg().map((one) => one.toFixed(1)).join(' ')}`)
    await takenInLarge(run, server, bytes)
    await refusedInLastRow(run, Math.ceil(bytes / SIDE_SHARE))
    await refusedLate(run, Math.ceil(bytes / SIDE_SHARE))
    await givenUp(run, Math.ceil(bytes / SIDE_SHARE))
  } finally {
    await city.close()
  }
}

/** The large file: uploaded with client and server killed under it, looked at as a whole, confirmed as proposed, taken in. */
async function takenInLarge(run: Run, first: ServerProcess, bytes: number): Promise<void> {
  const { print, city } = run
  const file = new SuppliedRows('sound', bytes, 'sound')
  const empty = await bytesOf(city.dataDir)
  print(`CSV of ${mb(file.bytes)}, ${file.rows.toLocaleString('en')} rows × ${FIELDS.length} columns; data folder ${mb(empty)}`)
  const id = await begun(run, file)
  const server = await uploaded(run, { id, seed: 'sound', bytes, last: 'sound' }, file, first)
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

/** A file whose last row has a text for an amount: it is refused when it is taken in, and stays for another confirmation until it is given up. */
async function refusedInLastRow(run: Run, bytes: number): Promise<void> {
  const { print, city } = run
  const [before, sealed] = [await bytesOf(city.dataDir), await sealedFiles(run)]
  const { id, file, server } = await side(run, bytes, 'text-for-amount')
  const seen = await worked(run, server, id, `${mb(file.bytes)}, an amount of the last row is no number: looked at`)
  await (await doorOf(run)).post(`/api/deliveries/${id}/confirmation`, confirmation(seen))
  const refused = await worked(run, server, id, '  taken in')
  print(`  refused: ${refused.failure?.message} (${refused.failure?.code}, row ${refused.failure?.row}, column ${refused.failure?.column}; the file has ${file.rows} rows)`)
  print(`  visible of it: ${refused.version ?? 'no version'}, ${(await sealedFiles(run)) - sealed} sealed files`)
  await (await doorOf(run)).post(`/api/deliveries/${id}/abandon`)
  await reclaimed(run, before)
}

/** A file with a byte in its last row that no encoding knows. */
async function refusedLate(run: Run, bytes: number): Promise<void> {
  const { print, city } = run
  const before = await bytesOf(city.dataDir)
  const { id, file, server } = await side(run, bytes, 'undecodable')
  const refused = await worked(run, server, id, `${mb(file.bytes)}, a byte of the last row is of no encoding: looked at`)
  print(`  refused: ${refused.failure?.message} (${refused.failure?.code}; the file has ${file.rows} rows)`)
  await reclaimed(run, before)
}

/** A file that its provider gives up while the platform reads it. */
async function givenUp(run: Run, bytes: number): Promise<void> {
  const { print, city } = run
  const before = await bytesOf(city.dataDir)
  const { id, file, server } = await side(run, bytes, 'sound')
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

async function reclaimed(run: Run, before: number): Promise<void> {
  await settledFolder(run)
  run.print(`  space: data folder ${mb(before)} before the upload, ${mb(await bytesOf(run.city.dataDir))} after`)
}

async function side(run: Run, bytes: number, last: LastRow): Promise<{ id: string; file: SuppliedRows; server: ServerProcess }> {
  const file = new SuppliedRows(last, bytes, last)
  const server = run.city.server
  const id = await begun(run, file)
  const client = clientOf(run, { id, seed: last, bytes, last }, () => undefined)
  const [code] = (await once(client, 'exit')) as [number | null] // the event's arguments
  if (code !== 0) throw new Error(`the client ended with ${code}`)
  await (await doorOf(run)).post(`/api/deliveries/${id}/finish`)
  return { id, file, server }
}

/** What was proposed, confirmed as it stands. */
function confirmation(view: SeenDelivery): object {
  if (view.look === null) throw new Error(`nothing was proposed: ${view.failure?.message}`)
  return { entity: view.look.entity, columns: view.look.columns.map(({ name, title, type, scale, nullable, missing, role, category }) => ({ name, title, type, scale, nullable, missing, role, category, reason: null })) }
}

async function sealedFiles({ city }: Run): Promise<number> {
  return (await readdir(join(city.dataDir, 'vault', 'vault'), { recursive: true })).filter((name) => name.endsWith('.sealed')).length
}

/** What was given up is removed a moment after its state says so. */
async function settledFolder({ city }: Run): Promise<void> {
  while ((await readdir(join(city.dataDir, 'vault', 'uploads'))).length > 0) await delay(LOOK_MS)
}

function digestOf(file: SuppliedRows): string {
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
