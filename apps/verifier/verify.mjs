#!/usr/bin/env node
// Offline verifier of Gongshu's evidence bundles. One file, no dependencies, no code shared with the server:
// who does not trust the platform reads these lines and runs them. Node.js 20 or later, no network, no database.
//
//   node verify.mjs <bundle.jsonl> --keys <file>          trusted key lines, one each, received from the log's owner
//   node verify.mjs <bundle.jsonl> --pin <sha256>         or: trust the bundle's keys whose line has this SHA-256
//     --against <note>   a checkpoint kept from earlier; the log must still give its root
//     --bench            also print how many entries are rechecked each second
//
// One line for each finding, then `verified` (exit code 0) or `NOT verified: …` (exit code 1).

import { isUtf8 } from 'node:buffer'
import * as crypto from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

// ---------------------------------------------------------------- findings

class Findings {
  list = []
  add(code, place, text) {
    this.list.push({ code, place, text })
  }
}

class Malformed extends Error {}

// ---------------------------------------------------------------- hashes and tree (RFC 6962)

/** One call where Node has it; createHash before Node 20.12. */
const digest = crypto.hash ?? ((name, bytes, encoding) => crypto.createHash(name).update(bytes).digest(encoding))
const LOGS = ['sha256', 'sm3']
const HASH_BYTES = 32
const HASH_BASE64 = 44

/** Tree that only remembers what is left of its right edge: at each level at most one node, waiting for its sibling. */
class Tree {
  constructor(name) {
    this.name = name
    this.levels = [] // buffers 0x01 ‖ left ‖ right
    this.waiting = [] // true where the left half is filled
  }
  /** Adds a complete subtree of the given level; hashes are base64. */
  add(level, hash) {
    let at = level
    let node = hash
    for (;;) {
      const buffer = (this.levels[at] ??= Buffer.alloc(1 + 2 * HASH_BYTES, 1))
      if (!this.waiting[at]) {
        buffer.write(node, 1, 'base64')
        this.waiting[at] = true
        return
      }
      buffer.write(node, 1 + HASH_BYTES, 'base64')
      this.waiting[at] = false
      node = digest(this.name, buffer, 'base64')
      at += 1
    }
  }
  root() {
    let root
    for (let level = 0; level < this.levels.length; level += 1) {
      if (!this.waiting[level]) continue
      const left = this.levels[level].subarray(1, 1 + HASH_BYTES)
      root = root === undefined ? left : digest(this.name, Buffer.concat([Buffer.of(1), left, root]), 'buffer')
    }
    return (root ?? digest(this.name, Buffer.alloc(0), 'buffer')).toString('base64')
  }
}

/** Level of the largest complete subtree that begins at `from` and ends at or before `to`. */
function subtreeLevel(from, to) {
  let level = 0
  for (let width = 2; from % width === 0 && from + width <= to; width *= 2) level += 1
  return level
}

/** Hash of bytes, as entries write it: name, colon, hexadecimal. Undefined for a name that is not known. */
function writtenDigest(like, bytes) {
  const name = String(like).split(':')[0]
  return LOGS.includes(name) ? `${name}:${digest(name, bytes, 'hex')}` : undefined
}

// ---------------------------------------------------------------- canonical JSON (RFC 8785)

function isCanonical(text, value) {
  return (JSON.stringify(value) === text && hasSortedKeys(value)) || canonical(value) === text
}

function hasSortedKeys(value) {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(hasSortedKeys)
  let last
  for (const key in value) {
    if (last !== undefined && key < last) return false
    last = key
    if (typeof value[key] === 'object' && !hasSortedKeys(value[key])) return false
  }
  return true
}

function canonical(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

/** The last field of an entry of version 1, and what every step of a case contains. */
const LAST_FIELD = Buffer.from(',"v":1}')
const STEP_MARK = Buffer.from('"type":"case-step"')

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, ZERO, NINE, SPACE] = Buffer.from('"\\,:-09 ')
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('[]{}')
const LITERALS = ['null', 'true', 'false'].map((word) => Buffer.from(word))
const SAFE_DIGITS = 15
const DELETE = 0x7f

/**
 * One pass over bytes that are canonical JSON of the plain kind: strings without escapes, keys in ASCII and in order,
 * numbers that are integers of up to 15 digits. `false` says nothing: such bytes get the slower, full look.
 */
class PlainScan {
  constructor(bytes) {
    this.bytes = bytes
    this.at = 0
  }
  isPlain() {
    return this.value() && this.at === this.bytes.length
  }
  value() {
    const byte = this.bytes[this.at]
    if (byte === QUOTE) return this.string()
    if (byte === OPEN_OBJECT) return this.object()
    if (byte === OPEN_LIST) return this.list()
    return byte === MINUS || (byte >= ZERO && byte <= NINE) ? this.integer() : this.literal()
  }
  string() {
    const { bytes } = this
    let at = this.at + 1
    for (;;) {
      const byte = bytes[at]
      if (byte === QUOTE) break
      if (byte === undefined || byte === BACKSLASH || byte < SPACE) return false
      at += 1
    }
    this.at = at + 1
    return true
  }
  object() {
    this.at += 1
    if (this.bytes[this.at] === CLOSE_OBJECT) return this.step()
    let [lastStart, lastEnd] = [0, 0]
    for (;;) {
      const start = this.at + 1
      if (this.bytes[this.at] !== QUOTE || !this.string()) return false
      const end = this.at - 1
      if (!this.isNext(lastStart, lastEnd, start, end) || this.bytes[this.at] !== COLON) return false
      ;[lastStart, lastEnd] = [start, end]
      this.at += 1
      if (!this.value()) return false
      if (this.bytes[this.at] === CLOSE_OBJECT) return this.step()
      if (this.bytes[this.at] !== COMMA) return false
      this.at += 1
    }
  }
  /** True when the second key is in ASCII and comes after the first. */
  isNext(firstStart, firstEnd, start, end) {
    const { bytes } = this
    for (let at = start; at < end; at += 1) if (bytes[at] >= DELETE) return false
    if (firstStart === 0) return true
    const length = Math.min(firstEnd - firstStart, end - start)
    for (let at = 0; at < length; at += 1) {
      const difference = bytes[start + at] - bytes[firstStart + at]
      if (difference !== 0) return difference > 0
    }
    return end - start > firstEnd - firstStart
  }
  list() {
    this.at += 1
    if (this.bytes[this.at] === CLOSE_LIST) return this.step()
    for (;;) {
      if (!this.value()) return false
      if (this.bytes[this.at] === CLOSE_LIST) return this.step()
      if (this.bytes[this.at] !== COMMA) return false
      this.at += 1
    }
  }
  integer() {
    const { bytes } = this
    const negative = bytes[this.at] === MINUS
    const start = negative ? this.at + 1 : this.at
    let at = start
    while (bytes[at] >= ZERO && bytes[at] <= NINE) at += 1
    if (at === start || at - start > SAFE_DIGITS) return false
    if (bytes[start] === ZERO && (negative || at - start > 1)) return false
    this.at = at
    return true
  }
  literal() {
    const word = LITERALS.find((candidate) => this.bytes.subarray(this.at, this.at + candidate.length).equals(candidate))
    if (word === undefined) return false
    this.at += word.length
    return true
  }
  step() {
    this.at += 1
    return true
  }
}

// ---------------------------------------------------------------- SM2 signatures (GB/T 32918.2, curve of GB/T 32918.5, default ID)

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const A = P - 3n
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const G = [0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n, 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n, 1n]
const DEFAULT_ID = Buffer.from('1234567812345678')

const mod = (value, modulus = P) => ((value % modulus) + modulus) % modulus
const integer = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

/** Points are [X, Y, Z] with x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
function twice([x, y, z]) {
  if (z === 0n || y === 0n) return [0n, 1n, 0n]
  const z2 = mod(z * z)
  const m = mod(3n * (x + z2) * (x - z2)) // a = −3
  const y2 = mod(y * y)
  const s = mod(4n * x * y2)
  const x3 = mod(m * m - 2n * s)
  return [x3, mod(m * (s - x3) - 8n * y2 * y2), mod(2n * y * z)]
}

function plus(p, q) {
  if (p[2] === 0n) return q
  if (q[2] === 0n) return p
  const [z1, z2] = [mod(p[2] * p[2]), mod(q[2] * q[2])]
  const [u1, u2] = [mod(p[0] * z2), mod(q[0] * z1)]
  const [s1, s2] = [mod(p[1] * q[2] * z2), mod(q[1] * p[2] * z1)]
  if (u1 === u2) return s1 === s2 ? twice(p) : [0n, 1n, 0n]
  const [h, r] = [mod(u2 - u1), mod(s2 - s1)]
  const h2 = mod(h * h)
  const [h3, v] = [mod(h * h2), mod(u1 * h2)]
  const x = mod(r * r - h3 - 2n * v)
  return [x, mod(r * (v - x) - s1 * h3), mod(h * p[2] * q[2])]
}

function power(base, exponent, modulus) {
  let [result, square] = [1n, mod(base, modulus)]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square, modulus)
    square = mod(square * square, modulus)
  }
  return result
}

/** True when r ‖ s is the SM2 signature of the message by the key 0x04 ‖ x ‖ y, with SM3 and the default ID. */
export function verifySm2(message, signature, key) {
  if (signature.length !== 64 || key.length !== 65 || key[0] !== 4) return false
  const [x, y] = [integer(key.subarray(1, 33)), integer(key.subarray(33))]
  if (x >= P || y >= P || mod(y * y) !== mod(x * x * x + A * x + B)) return false
  const [r, s] = [integer(signature.subarray(0, 32)), integer(signature.subarray(32))]
  if (r < 1n || r >= N || s < 1n || s >= N) return false
  const t = mod(r + s, N)
  if (t === 0n) return false
  const idBits = Buffer.of(0, DEFAULT_ID.length * 8)
  const z = digest('sm3', Buffer.concat([idBits, DEFAULT_ID, ...[A, B, G[0], G[1], x, y].map(bytes32)]), 'buffer')
  const e = integer(digest('sm3', Buffer.concat([z, message]), 'buffer'))
  const [own, both] = [[x, y, 1n], plus(G, [x, y, 1n])]
  let point = [0n, 1n, 0n]
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    point = twice(point)
    const [ofS, ofT] = [(s >> bit) & 1n, (t >> bit) & 1n]
    if (ofS && ofT) point = plus(point, both)
    else if (ofS) point = plus(point, G)
    else if (ofT) point = plus(point, own)
  }
  if (point[2] === 0n) return false
  const inverse = power(point[2], P - 2n, P)
  return mod(e + mod(point[0] * inverse * inverse), N) === r
}

function verifyEd25519(message, signature, key) {
  if (key.length !== 32 || signature.length !== 64) return false
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key])
  return crypto.verify(null, message, crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}

// ---------------------------------------------------------------- keys and checkpoints (C2SP signed-note, tlog-checkpoint)

const ALGORITHMS = [
  { name: 'Ed25519', mark: Buffer.of(0x01), verify: verifyEd25519 },
  { name: 'SM2', mark: Buffer.concat([Buffer.of(0xff), Buffer.from('gm/sm2-sm3')]), verify: verifySm2 },
]

function readKey(line) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(line) ?? []
  if (name === undefined) throw new Malformed(`不是公钥行：${line}`)
  const bytes = Buffer.from(encoded, 'base64')
  const algorithm = ALGORITHMS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark))
  if (algorithm === undefined) throw new Malformed(`公钥的算法未知：${line}`)
  const expected = digest('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'hex').slice(0, 8)
  if (id !== expected) throw new Malformed(`公钥的标识应为 ${expected}：${line}`)
  return { line, name, id, algorithm, key: bytes.subarray(algorithm.mark.length) }
}

/** Reads a note and checks the signature of every trusted key of its log; of each algorithm there must be one. */
function checkNote(note, origin, trusted) {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new Malformed('检查点缺少空行或结尾换行')
  const text = note.slice(0, end + 1)
  const [name, size, root] = text.split('\n')
  if (name !== origin) throw new Malformed(`检查点属于日志 ${name}，而不是 ${origin}`)
  if (!/^(0|[1-9][0-9]*)$/.test(size ?? '') || !Number.isSafeInteger(Number(size))) throw new Malformed('检查点第 2 行不是长度')
  if (!/^[A-Za-z0-9+/]{43}=$/.test(root ?? '')) throw new Malformed('检查点第 3 行不是根哈希')
  const signatures = note.slice(end + 2, -1).split('\n').map((line) => {
    const [, signer, encoded] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? []
    if (signer === undefined) throw new Malformed(`不是签名行：${line}`)
    const bytes = Buffer.from(encoded, 'base64')
    return { signer, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
  })
  for (const algorithm of ALGORITHMS) {
    const keys = trusted.filter((key) => key.name === origin && key.algorithm === algorithm)
    if (keys.length === 0) throw new Malformed(`没有日志 ${origin} 的可信 ${algorithm.name} 公钥`)
    for (const key of keys) {
      const line = signatures.find(({ signer, id }) => signer === key.name && id === key.id)
      if (line === undefined) throw new Malformed(`缺少 ${key.name}（${algorithm.name} ${key.id}）的签名`)
      if (!algorithm.verify(Buffer.from(text), line.signature, key.key)) throw new Malformed(`${key.name}（${algorithm.name} ${key.id}）的签名不成立`)
    }
  }
  return { size: Number(size), root }
}

// ---------------------------------------------------------------- the bundle, line by line

const CHUNK = 4_194_304
const LINE_FEED = 10

/** Longest end line looked for; it holds a number and a digest. */
const TAIL = 4_096

/** Calls `onLine(buffer, start, end, number)` for each line but the last; returns the last line, and number and hash of the others. */
function readLines(path, onLine) {
  const file = openSync(path, 'r')
  try {
    const { last, bodySize } = readLastLine(file)
    const hash = crypto.createHash('sha256')
    let rest = Buffer.alloc(0)
    let lines = 0
    for (let position = 0; position < bodySize; ) {
      const chunk = readAt(file, position, Math.min(CHUNK, bodySize - position))
      position += chunk.length
      hash.update(chunk)
      const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let start = 0
      for (let end = data.indexOf(LINE_FEED); end >= 0; end = data.indexOf(LINE_FEED, start)) {
        lines += 1
        onLine(data, start, end, lines)
        start = end + 1
      }
      rest = data.subarray(start)
    }
    return { last, lines, sha256: hash.digest('hex') }
  } finally {
    closeSync(file)
  }
}

function readLastLine(file) {
  const { size } = fstatSync(file)
  const tail = readAt(file, Math.max(0, size - TAIL), Math.min(TAIL, size))
  if (tail.at(-1) !== LINE_FEED) throw new Malformed('最后一行不完整')
  const start = tail.lastIndexOf(LINE_FEED, tail.length - 2) + 1
  return { last: tail.subarray(start), bodySize: size - (tail.length - start) }
}

function readAt(file, position, length) {
  const buffer = Buffer.allocUnsafe(length)
  const got = readSync(file, buffer, 0, length, position)
  if (got === 0 && length > 0) throw new Malformed('文件在读取时变短')
  return buffer.subarray(0, got)
}

const ENTRY_LINE = '{"kind":"entry","seq":'
const ENTRY_MARK = '{"kind":"en'.length
const parseJson = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed('不是 JSON')
  }
}
const bytesOf = (encoded) => {
  const bytes = Buffer.from(String(encoded), 'base64')
  if (bytes.toString('base64') !== encoded) throw new Malformed('不是 base64')
  return bytes
}

const SHA256_KEY = ',"sha256":"'
const SM3_KEY = '","sm3":"'
const BYTES_KEY = '","bytes":"'
/** An entry has at most 16 KiB; in base64 a third more. */
const WORK_BYTES = 32_768

/** All that is known while a bundle is read from its first line to its last. */
class Check {
  findings = new Findings()
  keys = []
  roots = new Map() // size → [{ log, root, place }]
  trees = Object.fromEntries(LOGS.map((log) => [log, new Tree(log)]))
  work = Buffer.alloc(WORK_BYTES)
  steps = new Map() // case → Map of event number → its entry
  events = new Map() // case → [{ seq, bytes }]
  packs = new Map() // id@version → { digest, bytes }
  notices = []
  leftLevels
  leftPlace = 0
  rightPlace
  constructor({ trusted = [], pins = [], against = [], only = LOGS, form = true }) {
    Object.assign(this, { trusted, pins, against: [...against], only, form })
  }

  line(buffer, start, end, number) {
    try {
      // `{"kind":"e` and then `nt…`, not `nd…`: told by one byte, because almost all lines are entries.
      if (buffer[start + ENTRY_MARK] === ENTRY_LINE.charCodeAt(ENTRY_MARK)) {
        const text = buffer.latin1Slice(start, end)
        if (text.startsWith(ENTRY_LINE)) return this.entry(text, number)
      }
      const value = parseJson(buffer.utf8Slice(start, end))
      const kind = Object.hasOwn(LINE_KINDS, value?.kind) ? LINE_KINDS[value.kind] : undefined
      if (kind === undefined || (this.manifest === undefined) !== (value.kind === 'manifest')) throw new Malformed('行的种类未知或次序不对')
      kind.call(this, value, number)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.findings.add('line-malformed', `line ${number}`, error.message)
    }
  }

  /** Fixed form, so that a hundred million of them can be read: kind, seq, both leaf hashes, bytes. */
  entry(text, number) {
    if (this.manifest === undefined) throw new Malformed('存证在清单之前')
    const comma = text.indexOf(',', ENTRY_LINE.length)
    const seq = Number(text.slice(ENTRY_LINE.length, comma))
    const sha256At = comma + SHA256_KEY.length
    const sm3At = sha256At + HASH_BASE64 + SM3_KEY.length
    const bytesAt = sm3At + HASH_BASE64 + BYTES_KEY.length
    const wellFormed =
      text.startsWith(`${seq}${SHA256_KEY}`, ENTRY_LINE.length) && text.startsWith(SM3_KEY, sha256At + HASH_BASE64) && text.startsWith(BYTES_KEY, sm3At + HASH_BASE64) && text.endsWith('"}')
    if (!wellFormed || text.length - bytesAt > WORK_BYTES) throw new Malformed('存证行的格式不对')
    const stated = { sha256: text.slice(sha256At, sha256At + HASH_BASE64), sm3: text.slice(sm3At, sm3At + HASH_BASE64) }
    const place = `entry ${seq} (line ${number})`
    if (this.next === this.manifest.from) this.finishLeft()
    if (seq !== this.next) {
      this.findings.add(seq > this.next ? 'entry-missing' : 'entry-out-of-order', place, `此处应为第 ${this.next} 条`)
      this.next = seq
    }
    const encoded = text.slice(bytesAt, -2)
    const length = this.work.write(encoded, 1, 'base64')
    // Characters that are no base64 are passed over when decoding; the length tells.
    if (length !== (encoded.length / 4) * 3 - (encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0)) throw new Malformed('存证内容不是 base64')
    this.work[0] = 0
    const leafInput = this.work.subarray(0, length + 1)
    for (const log of this.only) {
      const leaf = digest(log, leafInput, 'base64')
      if (leaf !== stated[log]) this.findings.add('entry-leaf-differs', place, `${log} 叶哈希与存证内容不符，内容或哈希被改动`)
      this.trees[log].add(0, leaf)
    }
    if (this.form) this.entryForm(leafInput.subarray(1), seq, place)
    this.next = seq + 1
    if (this.roots.has(this.next)) this.compareRoots(this.next)
  }

  entryForm(bytes, seq, place) {
    if (!isUtf8(bytes)) return this.findings.add('entry-not-canonical', place, '内容不是 UTF-8')
    // Most entries need no second look: plain canonical form, version 1, no step of a case.
    const plain = new PlainScan(bytes).isPlain()
    if (plain && bytes.includes(LAST_FIELD, bytes.length - LAST_FIELD.length) && !bytes.includes(STEP_MARK)) return
    const text = bytes.utf8Slice()
    let entry
    try {
      entry = JSON.parse(text)
    } catch {
      return this.findings.add('entry-not-canonical', place, '内容不是 JSON')
    }
    if (!plain && !isCanonical(text, entry)) this.findings.add('entry-not-canonical', place, '内容不是规范 JSON（RFC 8785）')
    if (entry?.v !== 1 || typeof entry.id !== 'string' || typeof entry.object?.kind !== 'string') return this.findings.add('entry-malformed', place, '内容缺少存证的必备字段')
    if (entry.type === 'case-step' && entry.object.kind === 'case') this.step(entry, seq, place)
  }

  step({ object, bodyHash, pack }, seq, place) {
    const steps = this.steps.get(object.id) ?? new Map()
    this.steps.set(object.id, steps)
    if (steps.has(object.seq)) this.findings.add('case-step-duplicate', place, `事项 ${object.id} 第 ${object.seq} 号事件有两条存证`)
    steps.set(object.seq, { entry: seq, place, bodyHash, pack })
  }

  /** Complete subtrees left of the range stand at the levels of the bits of `from`, largest first. */
  left({ sha256, sm3 }) {
    const { from } = this.manifest
    if (this.next !== from || this.leftPlace >= from) throw new Malformed('多余的左侧节点')
    const level = subtreeLevel(this.leftPlace, from)
    this.trees.sha256.add(level, sha256)
    this.trees.sm3.add(level, sm3)
    this.leftPlace += 2 ** level
  }

  finishLeft() {
    if (this.leftPlace !== this.manifest.from) this.findings.add('bundle-incomplete', 'left', '缺少范围左侧的节点')
    this.leftPlace = this.manifest.from
    this.compareRoots(this.next)
  }

  right({ sha256, sm3 }) {
    const { to, size } = this.manifest
    this.rightPlace ??= to
    if (this.next !== to || this.rightPlace >= size) throw new Malformed('多余的右侧节点')
    const level = subtreeLevel(this.rightPlace, size)
    this.trees.sha256.add(level, sha256)
    this.trees.sm3.add(level, sm3)
    this.rightPlace += 2 ** level
  }

  /** Checkpoints kept from earlier count like those in the bundle; the keys are known when the first of these comes. */
  readKept() {
    for (const { log, note, place } of this.against.splice(0)) {
      try {
        this.expectRoot(log, checkNote(note, this.originOf(log), this.trusted), place)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        this.findings.add('checkpoint-invalid', place, error.message)
      }
    }
  }

  expectRoot(log, { size, root }, place) {
    this.roots.set(size, [...(this.roots.get(size) ?? []), { log, root, place }])
  }

  compareRoots(size) {
    for (const { log, root, place } of this.roots.get(size) ?? []) {
      if (this.only.includes(log) && this.trees[log].root() !== root) {
        this.findings.add('root-differs', place, `前 ${size} 条存证算出的 ${log} 根与签署的检查点不符：其中有被改动、插入、删除或调换的，或检查点来自另一份日志`)
      }
    }
    this.roots.delete(size)
  }

  originOf(log) {
    return log === 'sm3' ? `${this.manifest.origin}/sm3` : this.manifest.origin
  }

  finish({ last, lines, sha256 }) {
    if (this.manifest === undefined) return this.findings.add('bundle-malformed', 'line 1', '缺少清单')
    const { from, to, size } = this.manifest
    if (from === to) this.finishLeft()
    if (this.next !== to) this.findings.add('entry-missing', `entry ${this.next}`, `应到第 ${to - 1} 条为止，文件中止于第 ${this.next - 1} 条`)
    if ((this.rightPlace ?? to) !== size) this.findings.add('bundle-incomplete', 'right', '缺少范围右侧的节点')
    if (!this.signed?.has('sha256') || !this.signed.has('sm3')) this.findings.add('checkpoint-missing', 'checkpoint', `缺少长度为 ${size} 的两份有效检查点`)
    this.compareRoots(size)
    for (const [other, list] of this.roots) {
      for (const { place } of list) this.findings.add('checkpoint-beyond', place, `检查点的长度 ${other} 不在本文件范围内，不能核对`)
    }
    const end = parseJson(last.utf8Slice())
    if (end.kind !== 'end' || end.lines !== lines || end.sha256 !== sha256) this.findings.add('bundle-damaged', `line ${lines + 1}`, '行数或文件摘要与结尾行不符，文件在传递中被改动')
    checkCases(this)
    replayCases(this)
  }
}

const LINE_KINDS = {
  manifest(value) {
    const { v, origin, from, to, size, cases } = value
    const numbers = [from, to, size]
    if (v !== 1 || typeof origin !== 'string' || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0) || from > to || to > size) throw new Malformed('清单的字段不对')
    if (cases !== 'all' && !Array.isArray(cases)) throw new Malformed('清单未说明包含哪些事项')
    this.manifest = value
    this.next = from
  },
  key({ key }) {
    const read = readKey(String(key))
    if (this.pins.includes(digest('sha256', Buffer.from(read.line), 'hex'))) this.trusted.push(read)
  },
  checkpoint({ log, size, note }, number) {
    const place = `checkpoint ${log} ${size} (line ${number})`
    this.readKept()
    try {
      if (!LOGS.includes(log)) throw new Malformed('检查点的日志种类未知')
      const read = checkNote(String(note), this.originOf(log), this.trusted)
      if (read.size !== size) throw new Malformed(`检查点签署的长度是 ${read.size}`)
      if (size === this.manifest.size) (this.signed ??= new Set()).add(log)
      this.expectRoot(log, read, place)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.findings.add('checkpoint-invalid', place, error.message)
    }
  },
  left(value) {
    this.left(value)
  },
  right(value) {
    this.right(value)
  },
  'case-event'({ case: id, seq, bytes }, number) {
    const events = this.events.get(id) ?? []
    this.events.set(id, events)
    events.push({ seq, bytes: bytesOf(bytes), place: `case ${id} event ${seq} (line ${number})` })
  },
  pack({ id, version, digest: stated, bytes }, number) {
    const content = bytesOf(bytes)
    if (writtenDigest(stated, content) !== stated) this.findings.add('pack-differs', `pack ${id} ${version} (line ${number})`, '规则包的内容与其摘要不符')
    this.packs.set(`${id}@${version}`, { digest: stated, bytes: content })
  },
  notice({ id, digest: stated, bytes }, number) {
    const content = bytesOf(bytes)
    if (writtenDigest(stated, content) !== stated) this.findings.add('notice-differs', `notice ${id} (line ${number})`, '日历通知的内容与其摘要不符')
    this.notices.push({ id, bytes: content })
  },
}

// ---------------------------------------------------------------- cases: no step without its entry, no entry without its step

function checkCases({ findings, manifest, steps, events, packs }) {
  const claimed = manifest.cases === 'all' ? new Set([...steps.keys(), ...events.keys()]) : new Set(manifest.cases)
  for (const id of events.keys()) if (!claimed.has(id)) findings.add('case-unexpected', `case ${id}`, '清单没有列出此事项')
  for (const id of claimed) checkCase(findings, id, events.get(id) ?? [], steps.get(id) ?? new Map(), packs)
}

function checkCase(findings, id, events, steps, packs) {
  let lastEntry = -1
  events.forEach(({ seq, bytes, place }, at) => {
    if (at > 0 && seq !== events[at - 1].seq + 1) findings.add('case-event-gap', place, `前一事件是第 ${events[at - 1].seq} 号，序号不连续`)
    const step = steps.get(seq)
    if (step === undefined) return findings.add('case-event-without-entry', place, '事件没有对应的存证')
    if (step.bodyHash === undefined || writtenDigest(step.bodyHash, bytes) !== step.bodyHash) findings.add('case-event-differs', place, `事件内容与存证 ${step.place} 的摘要不符`)
    if (step.entry < lastEntry) findings.add('case-event-out-of-order', place, '事件的存证次序与事件序号相反')
    lastEntry = step.entry
  })
  const known = new Set(events.map(({ seq }) => seq))
  if (known.size !== events.length) findings.add('case-event-duplicate', `case ${id}`, '同一序号的事件出现两次')
  for (const [seq, { place, pack }] of steps) {
    if (!known.has(seq)) findings.add('case-event-missing', place, `存证所指事项 ${id} 第 ${seq} 号事件不在文件中`)
    const bundled = pack === undefined ? undefined : packs.get(`${pack.id}@${pack.version}`)
    if (bundled !== undefined && bundled.digest !== pack.digest) findings.add('pack-other', place, `存证所依规则包 ${pack.id} ${pack.version} 的摘要与文件中的不同`)
  }
}

// ---------------------------------------------------------------- replay of cases under the bundled packs

/** Place for the replay: `events` by case, `packs` by id@version and `notices` are at hand as parsed and checked bytes. */
function replayCases(_check) {
  // Not part of this version: hashes, proofs and signatures are checked, the law is not replayed.
}

// ---------------------------------------------------------------- the whole, and the command

/** Checks the bundle at `path`; @returns {{ findings: { code, place, text }[], entries: number }}. */
export function verifyBundle(path, { keys = [], pins = [], against = [], only, form } = {}) {
  const check = new Check({ trusted: keys.map(readKey), pins, against, only, form })
  try {
    check.finish(readLines(path, (buffer, start, end, number) => check.line(buffer, start, end, number)))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    check.findings.add('bundle-malformed', 'file', error.message)
  }
  return { findings: check.findings.list, entries: check.manifest === undefined ? 0 : check.next - check.manifest.from }
}

function readArguments(args) {
  const options = { keys: [], pins: [], against: [], bench: false }
  for (let at = 0; at < args.length; at += 1) {
    const value = () => args[(at += 1)] ?? fail(`${args[at - 1]} 之后缺少参数`)
    if (args[at] === '--keys') options.keys.push(...readFileSync(value(), 'utf8').split('\n').filter((line) => line !== ''))
    else if (args[at] === '--pin') options.pins.push(value().toLowerCase())
    else if (args[at] === '--against') options.against.push(readKept(value()))
    else if (args[at] === '--bench') options.bench = true
    else if (options.path === undefined && !args[at].startsWith('--')) options.path = args[at]
    else fail(`不认识的参数 ${args[at]}`)
  }
  if (options.path === undefined) fail('用法：node verify.mjs <bundle.jsonl> --keys <file> | --pin <sha256> [--against <note>] [--bench]')
  return options
}

function readKept(path) {
  const note = readFileSync(path, 'utf8')
  return { note, log: note.split('\n')[0].endsWith('/sm3') ? 'sm3' : 'sha256', place: `kept checkpoint ${path}` }
}

function fail(text) {
  throw new Malformed(text)
}

function bench(path, options) {
  for (const [label, mode] of [['SHA-256 tree', { only: ['sha256'], form: false }], ['SM3 tree', { only: ['sm3'], form: false }], ['both trees and canonical form', {}]]) {
    const began = process.hrtime.bigint()
    const { entries } = verifyBundle(path, { ...options, ...mode })
    const seconds = Number(process.hrtime.bigint() - began) / 1e9
    console.log(`bench ${label}: ${entries} entries in ${seconds.toFixed(2)} s, ${Math.round(entries / seconds)} entries/s on one core`)
  }
}

const FINDINGS_SHOWN = 100

function main() {
  try {
    const options = readArguments(process.argv.slice(2))
    const { findings, entries } = verifyBundle(options.path, options)
    for (const { code, place, text } of findings.slice(0, FINDINGS_SHOWN)) console.log(`${code} ${place}: ${text}`)
    if (findings.length > FINDINGS_SHOWN) console.log(`… 另有 ${findings.length - FINDINGS_SHOWN} 项`)
    if (options.bench) bench(options.path, options)
    const [first] = findings
    console.log(first === undefined ? 'verified' : `NOT verified: ${findings.length} findings in ${entries} entries, first ${first.code} at ${first.place}`)
    return first === undefined ? 0 : 1
  } catch (error) {
    console.log(`NOT verified: ${error.message}`)
    return 1
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main()
