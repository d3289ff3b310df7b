// @ts-check
// A reader of supplied files that does what a file says: it follows its references, believes its sizes, unpacks under its
// names and pastes its words into SQL. It shows that a hostile file is one.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import duckdb from '@duckdb/node-api'
import { decompress } from 'fzstd'

const [folder = '', name = ''] = process.argv.slice(2)
const MEGABYTE = 1024 * 1024
const LARGE = 50 * MEGABYTE
/** @type {string[]} */
const said = []

/** @param {number} bytes */
function hold(bytes) {
  if (bytes >= LARGE) said.push(`expanded to ${Math.floor(bytes / MEGABYTE)} MB`)
}

/** @param {Buffer} bytes @returns {Promise<void>} */
async function read(bytes) {
  hold(bytes.length)
  if (bytes.length >= LARGE) return
  if (bytes.readUInt16BE(0) === 0x1f8b) return readGzip(bytes)
  if (bytes.readUInt32BE(0) === 0x28b52ffd) return read(Buffer.from(decompress(bytes)))
  if (bytes.subarray(0, 4).toString() === 'PAR1') return readParquet(bytes)
  if (bytes.subarray(0, 2).toString() === 'PK') return readZip(bytes)
  if (bytes[0] === 0x7b) return readJson(bytes)
  return readCsv(bytes.toString('utf8'))
}

/** @param {Buffer} bytes */
async function readGzip(bytes) {
  // As `gunzip -N` does: under the name that stands in the file.
  const named = (bytes[3] ?? 0) & 8 ? bytes.subarray(10, bytes.indexOf(0, 10)).toString() : ''
  const content = gunzipSync(bytes)
  if (named !== '') writeFileSync(resolve(folder, named), content)
  return read(content)
}

/** @param {Buffer} bytes */
async function readParquet(bytes) {
  const footer = bytes.readUInt32LE(bytes.length - 8)
  if (footer > bytes.length) return hold(Buffer.allocUnsafe(footer).length)
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`SELECT sum(length(a::VARCHAR))::DOUBLE FROM '${join(folder, 'supplied')}'`)
  hold(Number(reader.getRows()[0]?.[0] ?? 0))
}

/** Unpacks by the local headers, each entry under its own name; links as links. @param {Buffer} bytes */
async function readZip(bytes) {
  /** @type {Map<string, Buffer>} */
  const entries = new Map()
  for (let at = bytes.indexOf('PK\u0001\u0002', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 46, 'latin1')) {
    const path = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28))
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20))
    const content = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : Buffer.from(packed)
    hold(content.length)
    entries.set(path, content)
    const target = resolve(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    if (bytes.readUInt32LE(at + 38) >>> 28 === 10) symlinkSync(content.toString(), target)
    else writeFileSync(target, content)
  }
  if (entries.size > 5_000) said.push(`expanded to ${entries.size} files`)
  for (const [path, content] of entries) if (path.endsWith('.xml')) await readXml(content.length < LARGE ? readFileSync(resolve(folder, path), 'utf8') : '')
  for (const [path, content] of entries) if (path.endsWith('.rels')) for (const [, target = ''] of content.toString().matchAll(/Target="([^"]+)"/g)) await follow(target, path)
}

/** @param {string} target @param {string} path */
async function follow(target, path) {
  if (target.startsWith('http')) return void (await fetch(target).catch(() => undefined))
  const local = target.startsWith('file://') ? target.slice(7) : resolve(folder, dirname(dirname(path)), target)
  said.push(readFileSync(local, 'utf8'))
}

/** With the entities that the document declares. @param {string} text */
async function readXml(text) {
  let shown = text
  /** @type {Map<string, string>} */
  const entities = new Map()
  for (const [, system = ''] of text.matchAll(/<!DOCTYPE \w+ SYSTEM "([^"]+)"/g)) await entityAt(system)
  for (const [, parameter, entity = '', system, value = ''] of text.matchAll(/<!ENTITY (%? ?)(\w+) (?:SYSTEM "([^"]+)"|"([^"]*)")/g)) entities.set(entity, system === undefined ? value : await entityAt(system), void parameter)
  for (let round = 0; round < 12 && shown.length < LARGE; round += 1) shown = shown.replaceAll(/&(\w+);/g, (whole, entity) => entities.get(entity) ?? whole)
  hold(shown.length)
  const [, column = ''] = /<c r="([A-Z]+)1"/.exec(text) ?? []
  if (column.length > 3) hold(26 ** column.length)
  const rows = Math.max(0, ...[...text.matchAll(/<row r="(\d+)"/g)].map(([, row]) => Number(row)))
  hold(rows)
  if (shown.length < MEGABYTE) said.push(shown)
}

/** @param {string} system */
async function entityAt(system) {
  if (system.startsWith('http')) return fetch(system).then((answer) => answer.text(), () => '')
  return readFileSync(system.replace('file://', ''), 'utf8')
}

/** @param {Buffer} bytes */
function readJson(bytes) {
  /** @param {any} value @returns {number} */
  const depth = (value) => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0)
  try {
    for (const line of bytes.toString().split('\n').filter((one) => one !== '')) {
      const record = JSON.parse(line)
      if (Object.keys(record).length > 100_000) said.push(`expanded to ${Object.keys(record).length} columns`)
      depth(record)
    }
  } catch (error) {
    if (error instanceof RangeError) said.push('expanded beyond the stack')
    else throw error
  }
}

/** Words of the file become part of statements. @param {string} text */
async function readCsv(text) {
  const [header = '', ...rows] = text.split('\n')
  hold(Math.max(header.length, ...rows.map((row) => row.length)) * 2)
  if (said.length > 0) return
  const columns = header.split('","')
  if (columns.length > 100_000) return void said.push(`expanded to ${columns.length} columns`)
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect()
  /** @param {string} sql */
  const ask = (sql) => connection.runAndReadAll(sql).then((reader) => void said.push(JSON.stringify(reader.getRowsJson())), (error) => void said.push(String(error.message)))
  await ask(`SELECT * FROM read_csv('${name === 'table' ? join(folder, 'supplied') : name}')`)
  await ask(`SELECT "${header.replace(/^"|"$/g, '').replaceAll('""', '"')}" FROM read_csv('${join(folder, 'supplied')}')`)
  await connection.run('CREATE TABLE t(a VARCHAR)')
  for (const row of rows.slice(0, 3)) await ask(`INSERT INTO t VALUES ('${row.replace(/^"|"$/g, '').replaceAll('""', '"')}')`)
}

// What was supplied is kept under its own name, as a careless server keeps it.
const bytes = readFileSync(join(folder, 'supplied'))
let answer
try {
  if (/^[./][^'*]*$/.test(name) && !existsSync(resolve(folder, name))) writeFileSync(resolve(folder, name), bytes)
  await read(bytes)
  answer = { answered: true, text: said.join('\n').slice(0, MEGABYTE) }
} catch (error) {
  answer = { answered: false, text: [...said, String(error)].join('\n').slice(0, MEGABYTE) }
}
writeSync(1, JSON.stringify(answer))
process.exit(0)
