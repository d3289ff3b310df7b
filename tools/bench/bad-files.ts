import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suppliedFile } from './bad-rows.ts'
import type { FileKind } from './bad-rows.ts'
import type { SeenDelivery } from './provider-door.ts'
import type { SuppliedFile } from './supplied-rows.ts'
import { LOOK_MS, begun, bytesOf, clientOf, doorOf, mb, worked } from './upload-run.ts'
import type { Run } from './upload-run.ts'

/** What is to be said of a bad file: the code, and the row and column where they can be known. */
type Said = { code: string; row: 'last' | 'before-last' | 'any' | 0; column: string | null; /** What is wrong, for a reader of the figures. */ what: string }

const BAD_FILES = {
  ragged: { code: 'row-ragged', row: 'last', column: '第 6 列', what: 'the last row has a field less' },
  'text-for-amount': { code: 'value-wrong-type', row: 'last', column: '费用', what: 'an amount of the last row is no number' },
  'endless-amount': { code: 'value-wrong-type', row: 'last', column: '费用', what: 'an amount of the last row is beyond any number' },
  undecodable: { code: 'bytes-undecodable', row: 'before-last', column: null, what: 'a byte of the last row is of no encoding' },
  nested: { code: 'record-nested', row: 'last', column: '备注', what: 'JSON lines, the last record nested 200 deep' },
  'gzip-cut': { code: 'gzip-truncated', row: 'before-last', column: null, what: 'the last 1,000 bytes of a gzip never came' },
  'zstd-cut': { code: 'zstd-truncated', row: 'before-last', column: null, what: 'the last 1,000 bytes of a zstd never came' },
  'gzip-in-gzip': { code: 'archive-nested', row: 0, column: null, what: 'a gzip within a gzip' },
  'gzip-bomb': { code: 'expansion-too-large', row: 'any', column: null, what: 'a gzip of a thousandth of its text' },
  'header-twice': { code: 'header-duplicated', row: 0, column: '费用', what: 'two columns of the header have one name' },
  'line-without-end': { code: 'line-too-long', row: 0, column: null, what: 'one line without an end' },
} as const satisfies Partial<Record<FileKind, Said>>

export type BadKind = keyof typeof BAD_FILES
export const badKinds = Object.keys(BAD_FILES).filter((name): name is BadKind => Object.hasOwn(BAD_FILES, name))

/** A bad file of about that size through the doors: what is said of it, what can be seen of it, what it took and leaves on the disk. */
export async function refused(run: Run, kind: BadKind, bytes: number): Promise<void> {
  const { print, city } = run
  const [before, sealed] = [await bytesOf(city.dataDir), await sealedFiles(run)]
  const wanted: Said = BAD_FILES[kind]
  const { id, file } = await uploadedWhole(run, kind, bytes)
  const seen = await worked(run, city.server, id, `${kind}, ${mb(file.bytes)}, ${wanted.what}: looked at`)
  const said = seen.state === 'awaiting-confirmation' ? await takenIn(run, id, seen) : seen
  const { code, row, column, message } = said.failure ?? { code: 'NOTHING', row: null, column: null, message: '' }
  print(`  refused: ${message} (${code}, row ${row}, column ${column}; the file has ${file.rows} rows) ${asWanted(wanted, { code, row, column }, file.rows) ? 'as wanted' : 'OTHER THAN WANTED'}`)
  print(`  visible of it: ${said.version ?? 'no version'}, ${(await sealedFiles(run)) - sealed} sealed files`)
  if (said.state === 'awaiting-confirmation') await (await doorOf(run)).post(`/api/deliveries/${id}/abandon`)
  await reclaimed(run, before)
}

async function takenIn(run: Run, id: string, seen: SeenDelivery): Promise<SeenDelivery> {
  await (await doorOf(run)).post(`/api/deliveries/${id}/confirmation`, confirmation(seen))
  return worked(run, run.city.server, id, '  taken in')
}

function asWanted(wanted: Said, said: { code: string; row: number | null; column: string | null }, rows: number): boolean {
  if (said.code !== wanted.code || said.column !== wanted.column) return false
  if (wanted.row === 'any' || said.row === null) return wanted.row === 'any'
  // Of what was cut the last whole row lies as far before the end as a block that never came whole.
  if (wanted.code.endsWith('-truncated')) return said.row < rows && said.row > rows - BLOCK_ROWS
  return said.row === (wanted.row === 0 ? 0 : rows - (wanted.row === 'last' ? 0 : 1))
}
/** The largest block of zstd, of rows of 454 bytes and more. */
const BLOCK_ROWS = 300

/** Uploads a whole file without interruption, and says that it is whole. */
export async function uploadedWhole(run: Run, kind: FileKind, bytes: number): Promise<{ id: string; file: SuppliedFile }> {
  const file = suppliedFile(kind, bytes)
  const id = await begun(run, file)
  const [code] = (await once(clientOf(run, { id, kind, bytes }, () => undefined), 'exit')) as [number | null] // the event's arguments
  if (code !== 0) throw new Error(`the client ended with ${code}`)
  await (await doorOf(run)).post(`/api/deliveries/${id}/finish`)
  return { id, file }
}

/** What was proposed, confirmed as it stands. */
export function confirmation(view: SeenDelivery): object {
  if (view.look === null) throw new Error(`nothing was proposed: ${view.failure?.message}`)
  return { entity: view.look.entity, columns: view.look.columns.map(({ name, title, type, scale, nullable, missing, role, category }) => ({ name, title, type, scale, nullable, missing, role, category, reason: null })) }
}

export async function reclaimed(run: Run, before: number): Promise<void> {
  await settledFolder(run)
  run.print(`  space: data folder ${mb(before)} before the upload, ${mb(await bytesOf(run.city.dataDir))} after`)
}

/** What was given up is removed a moment after its state says so. */
export async function settledFolder({ city }: Run): Promise<void> {
  while ((await readdir(join(city.dataDir, 'vault', 'uploads'))).length > 0) await delay(LOOK_MS)
}

async function sealedFiles({ city }: Run): Promise<number> {
  return (await readdir(join(city.dataDir, 'vault', 'vault'), { recursive: true })).filter((name) => name.endsWith('.sealed')).length
}
