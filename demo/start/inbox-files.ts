import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'
import { enterprisesCount, enterprisesCsv, enterprisesSeed } from '../enterprises/generate.ts'
import type { EnterprisesVocabulary } from '../enterprises/generate.ts'
import { personsCount, personsCsv, personsSeed } from '../persons/generate.ts'
import type { PersonsVocabulary } from '../persons/generate.ts'

/** A file that a provider of the demonstration city can hand over, with what its provision must state. */
export type InboxFile = { name: string; title: string; dataset: string; fields: string[]; rows: number; sha256: string }

type Declared = { name: string; title: string; columns: { name: string; header?: string }[] }
type Made = InboxFile & { bytes: Buffer }

/** What the environment bureau approves where it narrows the demand: air quality and the plain weather beside it. */
const NARROWED_AIR = ['no', 'year', 'month', 'day', 'hour', 'season', 'pm25', 'humi', 'temp']

/** Every file of the demonstration's providers: the real one, the same cut to fewer fields, and the synthetic ones. Always the same bytes. */
export async function inboxFiles(): Promise<InboxFile[]> {
  return (await madeFiles()).map(({ bytes: _bytes, ...shown }) => shown)
}

/** From which everything is made; the list beside the inbox is made anew where one of them changed. */
const SOURCES = ['./', '../data/', '../enterprises/', '../persons/', '../synthetic/']
const LIST = 'inbox-files.json'

type Listed = { sources: string; files: (InboxFile & { bytes: number })[] }

/** Lays the files into the directory from which the counterparty takes them; what lies there already is left. */
export async function fillInbox(directory: string): Promise<InboxFile[]> {
  const sources = await digestOfSources()
  const list = join(directory, '..', LIST)
  const before = JSON.parse(await readFile(list, 'utf8').catch(() => 'null')) as Listed | null // written below
  if (before?.sources === sources && (await areThere(directory, before))) return before.files.map(({ bytes: _bytes, ...shown }) => shown)
  await mkdir(directory, { recursive: true })
  const files = await madeFiles()
  for (const { name, bytes } of files) await writeWhole(join(directory, name), bytes)
  const listed: Listed = { sources, files: files.map((file) => ({ ...file, bytes: file.bytes.length })) }
  await writeWhole(list, Buffer.from(JSON.stringify(listed)))
  return files.map(({ bytes: _bytes, ...shown }) => shown)
}

async function areThere(directory: string, { files }: Listed): Promise<boolean> {
  const sizes = await Promise.all(files.map((file) => stat(join(directory, file.name)).then((found) => found.size, () => -1)))
  return files.every((file, index) => sizes[index] === file.bytes)
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of SOURCES) {
    for (const name of (await readdir(here(folder))).toSorted()) hash.update(`${folder}${name}\0`).update(await readFile(here(`${folder}${name}`)))
  }
  return hash.digest('hex')
}

/** A killed start leaves no half file under the name. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.next`, bytes)
  await rename(`${path}.next`, path)
}

async function madeFiles(): Promise<Made[]> {
  const [air, enterprises, persons] = await Promise.all([declared('../data/chengdu-air-quality.yaml'), declared('../enterprises/schema.yaml'), declared('../persons/schema.yaml')])
  const packed = await readFile(here('../data/chengdu-air-quality-2010-2015.csv.gz'))
  const whole = gunzipSync(packed)
  const businessWords = parse(await readFile(here('../enterprises/vocabulary.yaml'), 'utf8')) as EnterprisesVocabulary // our own file
  const personWords = parse(await readFile(here('../persons/vocabulary.yaml'), 'utf8')) as PersonsVocabulary // our own file
  return [
    described('air-quality.csv.gz', air, packed, whole),
    narrowed('air-quality-narrowed.csv', air, whole, NARROWED_AIR),
    plainFile('enterprises.csv', enterprises, [...enterprisesCsv(enterprisesSeed, enterprisesCount, businessWords)].join('')),
    plainFile('persons.csv', persons, [...personsCsv(personsSeed, personsCount, personWords)].join('')),
  ]
}

function described(name: string, { name: dataset, title, columns }: Declared, bytes: Buffer, plain: Buffer): Made {
  return {
    name, title, dataset, bytes,
    fields: columns.map((column) => column.name),
    rows: plain.toString('latin1').split('\n').filter((line) => line !== '').length - 1,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

function plainFile(name: string, table: Declared, text: string): Made {
  const bytes = Buffer.from(text)
  return described(name, table, bytes, bytes)
}

/** Keeps the named columns of a CSV without quotes. */
function narrowed(name: string, table: Declared, whole: Buffer, fields: readonly string[]): Made {
  const columns = table.columns.filter((column) => fields.includes(column.name))
  const lines = whole.toString('utf8').split(/\r?\n/).filter((line) => line !== '')
  const header = (lines[0] ?? '').split(',')
  const at = columns.map((column) => header.indexOf(column.header ?? column.name))
  const text = lines.map((line) => line.split(',')).map((cells) => at.map((index) => cells[index]).join(',')).join('\n')
  return plainFile(name, { ...table, title: `${table.title}（缩小范围）`, columns }, `${text}\n`)
}

async function declared(path: string): Promise<Declared> {
  return parse(await readFile(here(path), 'utf8')) as Declared // our own file
}

function here(path: string): URL {
  return new URL(path, import.meta.url)
}
