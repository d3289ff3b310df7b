#!/usr/bin/env node
// Offline verifier of Gongshu's evidence bundles. One file, no dependencies, no code shared with the server:
// who does not trust the platform reads these lines and runs them. Node.js 20 or later, no network, no database.
//
//   node verify.mjs <bundle.jsonl> --keys <file>          trusted key lines, one each, received from the log's owner
//   node verify.mjs <bundle.jsonl> --pin <sha256>         or: trust the bundle's keys whose line has this SHA-256
//     --against <note>   a checkpoint kept from earlier; the log must still give its root
//     --cases-only       replay the cases under their packs and leave hashes, tree and signatures aside
//     --bench            also print how many entries are rechecked and how many case events replayed each second
//
// It checks in two ways. The evidence: every hash, the two trees, the signatures. The law: every case is replayed under
// the rule pack that its entries name, and a step that the law did not allow is named, however well it was hashed and signed.
// One line for each finding, then `verified: …` (exit code 0) or `NOT verified: …` (exit code 1).

import { isUtf8 } from 'node:buffer'
import * as crypto from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

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
  /** Adds a complete subtree of the given level; its hash is base64. Those above it go from place to place as plain bytes. */
  add(level, hash) {
    let at = level
    let node = hash
    let encoding = 'base64'
    for (;;) {
      const buffer = (this.levels[at] ??= Buffer.alloc(1 + 2 * HASH_BYTES, 1))
      if (!this.waiting[at]) {
        buffer.write(node, 1, encoding)
        this.waiting[at] = true
        return
      }
      buffer.write(node, 1 + HASH_BYTES, encoding)
      this.waiting[at] = false
      encoding = 'latin1'
      node = digest(this.name, buffer, encoding)
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

/** How an entry of version 1 ends, and how those end that need a closer look: keys are in order, so the type stands before the version. */
const LAST_FIELD = Buffer.from(',"v":1}')
const CLOSER_LOOK = ['case-step', 'role-changed', 'delegation-made', 'delegation-ended'].map((type) => Buffer.from(`"type":"${type}","v":1}`))
const endsWith = (bytes, end) => bytes.length >= end.length && end.compare(bytes, bytes.length - end.length) === 0

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
      const step = bytes[start + at] - bytes[firstStart + at]
      if (step !== 0) return step > 0
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

const mod = (value, modulus = P) => {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}
const integerOf = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
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
  const [x, y] = [integerOf(key.subarray(1, 33)), integerOf(key.subarray(33))]
  if (x >= P || y >= P || mod(y * y) !== mod(x * x * x + A * x + B)) return false
  const [r, s] = [integerOf(signature.subarray(0, 32)), integerOf(signature.subarray(32))]
  if (r < 1n || r >= N || s < 1n || s >= N) return false
  const t = mod(r + s, N)
  if (t === 0n) return false
  const idBits = Buffer.of(0, DEFAULT_ID.length * 8)
  const z = digest('sm3', Buffer.concat([idBits, DEFAULT_ID, ...[A, B, G[0], G[1], x, y].map(bytes32)]), 'buffer')
  const e = integerOf(digest('sm3', Buffer.concat([z, message]), 'buffer'))
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
/** Characters of one group of base64. */
const GROUP = 4
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
  packs = new Map() // digest → { id, version, bytes }
  delegations = new Map() // id → who acts for whom, where, in which office and when
  roleChanges = [] // numbers of the entries by which offices changed hands
  notices = []
  leftLevels
  leftPlace = 0
  rightPlace
  constructor({ trusted = [], pins = [], against = [], only = LOGS, form = true, evidence = true, replay = true }) {
    Object.assign(this, { trusted, pins, against: [...against], only: evidence ? only : [], form, evidence, replay })
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
    // The last group may hold bits that decoding drops: they must be zero, or two texts would stand for one entry.
    const last = encoded.slice(-GROUP)
    if (last.endsWith('=') && Buffer.from(last, 'base64').toString('base64') !== last) throw new Malformed('存证内容不是规范的 base64')
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
    if (plain && endsWith(bytes, LAST_FIELD) && !CLOSER_LOOK.some((end) => endsWith(bytes, end))) return
    const text = bytes.utf8Slice()
    let entry
    try {
      entry = JSON.parse(text)
    } catch {
      return this.findings.add('entry-not-canonical', place, '内容不是 JSON')
    }
    if (!plain && !isCanonical(text, entry)) this.findings.add('entry-not-canonical', place, '内容不是规范 JSON（RFC 8785）')
    if (entry?.v !== 1 || typeof entry.id !== 'string' || typeof entry.object?.kind !== 'string') return this.findings.add('entry-malformed', place, '内容缺少存证的必备字段')
    if (entry.type === 'role-changed') this.roleChanges.push(seq)
    if (entry.type === 'delegation-made') this.delegations.set(entry.object.id, { entry: seq, organization: entry.onBehalfOf, office: entry.office, ...entry.detail })
    if (entry.type === 'delegation-ended' && this.delegations.has(entry.object.id)) this.delegations.get(entry.object.id).ended = entry.legalDate
    if (entry.type === 'case-step' && entry.object.kind === 'case') this.step(entry, seq, place)
  }

  step({ object, bodyHash, pack, action, actor, onBehalfOf, office, legalDate, provision, detail }, seq, place) {
    const steps = this.steps.get(object.id) ?? new Map()
    this.steps.set(object.id, steps)
    if (steps.has(object.seq)) this.findings.add('case-step-duplicate', place, `事项 ${object.id} 第 ${object.seq} 号事件有两条存证`)
    steps.set(object.seq, { entry: seq, place, bodyHash, pack, action, actor, onBehalfOf, office, legalDate, provision, recorded: detail?.recorded })
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
    if (this.only.some((log) => !this.signed?.has(log))) this.findings.add('checkpoint-missing', 'checkpoint', `缺少长度为 ${size} 的两份有效检查点`)
    this.compareRoots(size)
    for (const [other, list] of this.roots) {
      for (const { place } of list) this.findings.add('checkpoint-beyond', place, `检查点的长度 ${other} 不在本文件范围内，不能核对`)
    }
    const end = parseJson(last.utf8Slice())
    if (end.kind !== 'end' || end.lines !== lines || end.sha256 !== sha256) this.findings.add('bundle-damaged', `line ${lines + 1}`, '行数或文件摘要与结尾行不符，文件在传递中被改动')
    if (!this.form) return
    checkCases(this)
    if (this.replay) this.replayed = replayCases(this)
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
    if (!this.evidence) return
    this.readKept()
    if (LOGS.includes(log) && !this.only.includes(log)) return
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
    events.push({ seq, line: number, bytes: bytesOf(bytes), place: `case ${id} event ${seq} (line ${number})` })
  },
  pack({ id, version, digest: stated, bytes }, number) {
    const content = bytesOf(bytes)
    if (writtenDigest(stated, content) !== stated) this.findings.add('pack-differs', `pack ${id} ${version} (line ${number})`, '规则包的内容与其摘要不符')
    this.packs.set(stated, { id, version, bytes: content })
  },
  notice({ id, digest: stated, bytes }, number) {
    const content = bytesOf(bytes)
    if (writtenDigest(stated, content) !== stated) this.findings.add('notice-differs', `notice ${id} (line ${number})`, '日历通知的内容与其摘要不符')
    this.notices.push({ id, bytes: content })
  },
}

// ---------------------------------------------------------------- cases: no step without its entry, no entry without its step

function checkCases({ findings, manifest, steps, events, packs }) {
  const editions = new Map([...packs].map(([stated, { id, version }]) => [`${id}@${version}`, stated]))
  const claimed = manifest.cases === 'all' ? new Set([...steps.keys(), ...events.keys()]) : new Set(manifest.cases)
  for (const id of events.keys()) if (!claimed.has(id)) findings.add('case-unexpected', `case ${id}`, '清单没有列出此事项')
  for (const id of claimed) checkCase(findings, id, events.get(id) ?? [], steps.get(id) ?? new Map(), { packs, editions })
}

function checkCase(findings, id, events, steps, { packs, editions }) {
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
  const missing = new Set()
  if (known.size !== events.length) findings.add('case-event-duplicate', `case ${id}`, '同一序号的事件出现两次')
  for (const [seq, { place, pack }] of steps) {
    if (!known.has(seq)) findings.add('case-event-missing', place, `存证所指事项 ${id} 第 ${seq} 号事件不在文件中`)
    if (pack === undefined) findings.add('pack-not-named', place, `事项 ${id} 第 ${seq} 号事件的存证没有写明所依规则包`)
    else if (!packs.has(pack.digest)) {
      if (editions.has(`${pack.id}@${pack.version}`)) findings.add('pack-other', place, `存证所依规则包 ${pack.id} ${pack.version} 的摘要与文件中的不同`)
      else if (!missing.has(pack.digest)) findings.add('pack-missing', place, `存证所依规则包 ${pack.id} ${pack.version}（${pack.digest}）不在文件中`)
      missing.add(pack.digest)
    }
  }
}

// ---------------------------------------------------------------- replay: what is said where the law did not allow it

/** A stored event that the law did not allow; `at` is the rule's title and basis. */
class Unlawful extends Error {
  constructor(code, text, at, stored) {
    super(text)
    Object.assign(this, { code, at, stored })
  }
}

/** The bundle lacks what a judgement needs, or its pack says something that this program does not know. */
class CannotJudge extends Error {
  constructor(code, text) {
    super(text)
    this.code = code
  }
}

/** The bundle ends in the middle of what one act brought about: earlier than the case, but not against the law. */
class CutShort extends Error {}

const provisionOf = (basis) => basis?.provision ?? basis?.interpretation
const OTHER_BASES = { 'platform-default': '平台默认规则', order: '依命令或者决定', agreement: '依协议' }

function citation(basis, pack) {
  const provision = provisionOf(basis)
  if (provision === undefined) return OTHER_BASES[Object.keys(basis ?? {})[0]] ?? '未注明依据'
  const heading = own(pack?.provisions, provision)?.heading
  return heading ? `${provision}，${heading}` : provision
}

const shown = (value) => {
  if (value === undefined || value === null || value === '') return '（空）'
  if (Array.isArray(value)) return value.map(shown).join('、')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

// ---------------------------------------------------------------- replay: plain values

const isGroup = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const own = (object, key) => (isGroup(object) && Object.hasOwn(object, key) ? object[key] : undefined)
const listOf = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])
const sha256Hex = (value) => digest('sha256', Buffer.from(canonical(value)), 'hex')

function same(a, b) {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, at) => same(one, b[at]))
  if (!isGroup(a) || !isGroup(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

/** Lists read out of the members of an object have no order of their own. */
function sameInAnyOrder(a, b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return same(a, b)
  return same(a.map(canonical).sort(), b.map(canonical).sort())
}

function isPresent(value) {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.trim() !== ''
  return typeof value === 'object' ? Object.keys(value).length > 0 : true
}

const bySize = (test) => (a, b) => typeof a === typeof b && (typeof a === 'number' || typeof a === 'string') && test(a, b)
const among = (one, list) => list.some((other) => same(one, other))
const COMPARISONS = {
  equal: same,
  'not-equal': (a, b) => !same(a, b),
  'at-most': bySize((a, b) => a <= b),
  'at-least': bySize((a, b) => a >= b),
  'less-than': bySize((a, b) => a < b),
  'more-than': bySize((a, b) => a > b),
  'one-of': (a, b) => among(a, listOf(b)),
  'subset-of': (a, b) => listOf(a).every((one) => among(one, listOf(b))),
  'not-subset-of': (a, b) => !listOf(a).every((one) => among(one, listOf(b))),
  'disjoint-from': (a, b) => !listOf(a).some((one) => among(one, listOf(b))),
  includes: (a, b) => listOf(b).every((one) => among(one, listOf(a))),
}

/** What nobody gave makes every comparison false but `absent`. */
function compares(left, is, right) {
  if (is === 'present') return isPresent(left)
  if (is === 'absent') return !isPresent(left)
  const test = own(COMPARISONS, is)
  if (test === undefined) throw new CannotJudge('pack-not-understood', `规则包使用了本程序不认识的比较“${is}”`)
  if (left === undefined || left === null || right === undefined || right === null) return false
  return test(left, right)
}

// ---------------------------------------------------------------- replay: days, working days, due dates

const DAY_MS = 86_400_000
const [SUNDAY, SATURDAY, DAYS_OF_WEEK, THURSDAY] = [0, 6, 7, 4]
const MONTHS_OF_YEAR = 12
const dayOf = (date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS
const dateOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
const isDate = (text) => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dayOf(text)) && dateOf(dayOf(text)) === text

/** The corresponding day of a later month, or its last day where it has no such day (Civil Code article 202). */
function monthsAfter(day, months) {
  const [year, month, date] = dateOf(day).split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return first.getTime() / DAY_MS + Math.min(date, last) - 1
}

/** Working days by the State Council's notices; beyond the last one by weekday and the days that the law fixes. */
class WorkingDays {
  named = new Map() // day → whether it is worked
  constructor(notices, statutory) {
    const years = notices.filter(({ amends }) => !amends).map(({ year }) => year).sort((a, b) => a - b)
    if (years.length === 0) this.fault = '文件中没有放假安排通知'
    for (let at = 1; at < years.length; at += 1) if (years[at] !== years[at - 1] + 1) this.fault = `${years[at - 1]} 年之后的放假安排通知缺失或者重复`
    this.first = dayOf(`${years[0]}-01-01`)
    const until = dayOf(`${years.at(-1)}-12-31`)
    const inOrder = [...notices].sort((a, b) => a.year - b.year || Number(a.amends ?? false) - Number(b.amends ?? false) || ((a.published ?? '') < (b.published ?? '') ? -1 : 1))
    for (const { daysOff, makeUpDays } of inOrder) {
      for (const { from, to } of daysOff) for (let day = dayOf(from); day <= dayOf(to); day += 1) this.named.set(day, false)
      for (const { date } of makeUpDays) this.named.set(dayOf(date), true)
    }
    for (const { date } of statutory) if (dayOf(date) > until) this.named.set(dayOf(date), false)
  }
  isWorked(day) {
    const weekday = (((day + THURSDAY) % DAYS_OF_WEEK) + DAYS_OF_WEEK) % DAYS_OF_WEEK
    return this.named.get(day) ?? (weekday !== SATURDAY && weekday !== SUNDAY)
  }
  mustCover(day) {
    if (this.fault !== undefined) throw new CannotJudge('calendar-incomplete', this.fault)
    if (day < this.first) throw new CannotJudge('calendar-incomplete', `${dateOf(day)} 早于文件中的放假安排通知`)
  }
  /** The n-th working day after a day, which is itself not counted. */
  after(day, n) {
    if (n > 0) this.mustCover(day)
    let at = day
    for (let left = n; left > 0; ) if (this.isWorked((at += 1))) left -= 1
    return at
  }
  /** Working days after `from` up to and including `to`. */
  between(from, to) {
    if (to > from) this.mustCover(from)
    let count = 0
    for (let day = from + 1; day <= to; day += 1) if (this.isWorked(day)) count += 1
    return count
  }
}

/** The n-th day after `start` that counts and on which the clock runs; null where an open suspension comes before it. */
function nthDay(start, n, pauses, counts) {
  let day = start
  for (let left = n; left > 0; ) {
    day += 1
    const here = pauses.filter(({ from, until }) => from <= day && (until === null || day <= until))
    if (here.some(({ until }) => until === null)) return null
    if (here.length === 0 && counts(day)) left -= 1
  }
  return day
}

function pausesOf(history) {
  const pauses = []
  for (const entry of history) {
    if (entry.kind === 'suspended') pauses.push({ from: dayOf(entry.from), until: null, by: entry.by })
    const open = entry.kind === 'resumed' ? pauses.findLast(({ by, until }) => by === entry.by && until === null) : undefined
    if (open !== undefined) open.until = dayOf(entry.on)
  }
  return pauses
}

const runOf = ({ history }) => history.findLastIndex(({ kind }) => kind === 'started' || kind === 'restarted')
const extensionsOf = (clock) => clock.history.slice(runOf(clock)).filter(({ kind }) => kind === 'extended')

/** The last day in time, from the clock's history; null while a suspension leaves it open. */
function dueOf(clock, calendar) {
  const start = dayOf(clock.history[runOf(clock)].on)
  const pauses = pausesOf(clock.history)
  const counted = (from, n, unit) => {
    if (unit === 'working-day' && n > 0) calendar.mustCover(from)
    return pauses.length === 0 && unit !== 'working-day' ? from + n : nthDay(from, n, pauses, unit === 'working-day' ? (day) => calendar.isWorked(day) : () => true)
  }
  const settled = (day) => (day === null || clock.onRestDay !== 'next-working-day' || calendar.isWorked(day) ? day : calendar.after(day, 1))
  const lengths = {
    'working-day': () => counted(start, clock.amount, 'working-day'),
    'calendar-day': () => counted(start, clock.amount, 'calendar-day'),
    month: () => counted(start, monthsAfter(start, clock.amount) - start, 'calendar-day'),
    year: () => counted(start, monthsAfter(start, clock.amount * MONTHS_OF_YEAR) - start, 'calendar-day'),
    date: () => counted(start, dayOf(clock.date) - start, 'calendar-day'),
  }
  const length = own(lengths, clock.unit)
  if (length === undefined) throw new CannotJudge('pack-not-understood', `不认识的期限单位“${clock.unit}”`)
  let due = settled(length())
  for (const { days, unit = clock.unit === 'working-day' ? 'working-day' : 'calendar-day' } of extensionsOf(clock)) if (due !== null) due = counted(due, days, unit)
  due = settled(due)
  return due === null ? null : dateOf(due)
}

/** Why an extension may not be asked for or granted, or undefined: asked in time, and within the cap. */
function extensionFault(clock, { days, on }, cap, calendar) {
  if (!(Number.isSafeInteger(days) && days >= 1)) return ['extension-not-a-whole-number-of-days', `延长天数${shown(days)}不是不小于 1 的整数`]
  const start = clock.history[runOf(clock)].on
  if (on < start) return ['clock-entry-before-start', `申请日${on}早于期限起算日${start}`]
  const due = dueOf(clock, calendar)
  if (due !== null && on > due) return ['extension-must-be-asked-before-due', `期限已于${due}届满，${on}才申请延长`]
  const granted = extensionsOf(clock).reduce((sum, one) => sum + one.days, 0)
  return granted + days > cap ? ['extension-cap-exceeded', `延长累计不得超过${cap}日，已延长${granted}日，又延长${days}日`] : undefined
}

// ---------------------------------------------------------------- replay: operands

const PATHS = new Map()

/** `a.b[].c` → a, b, [], c. */
function pathOf(operand) {
  let path = PATHS.get(operand)
  if (path === undefined) {
    path = operand.split('.').flatMap((part) => (part.endsWith('[]') && part.length > '[]'.length ? [part.slice(0, -'[]'.length), '[]'] : [part]))
    PATHS.set(operand, path)
  }
  return path
}

/** The value that an operand of the pack names in the sight of an act; undefined where nobody gave one. */
function valueOf(operand, scope) {
  if (isGroup(operand)) return operand.value
  if (typeof operand !== 'string') return operand
  const [root, ...path] = pathOf(operand)
  const read = own(ROOTS, root)
  if (read === undefined) throw new CannotJudge('pack-not-understood', `规则包使用了本程序不认识的取值“${operand}”`)
  return read(scope, ...path)
}

const ROOTS = {
  content: (scope, key, ...rest) => along(own(scope.given, key) ?? recordedContent(scope.state, key, scope.branch)?.value, rest, scope),
  link: (scope, name, field, ...rest) => {
    const linked = scope.linked(name)
    return linked === undefined ? undefined : linkedValue(linked, field, rest, scope)
  },
  figure: (scope, id) => figureFor(scope, id).value,
  fact: (scope, name, ...rest) => along(own(scope.facts, name) ?? own(scope.state?.facts, name), rest, scope),
  party: (scope, role) => partyOf(role, scope),
  branch: (scope, collection, field, ...rest) => {
    const part = scope.branch.findLast((one) => one.collection === collection)
    if (part === undefined || field === undefined || field === 'key') return part?.key
    return field === 'rows' ? along(part.rows, rest, scope) : along(part.rows[0], [field, ...rest], scope)
  },
  hash: (scope, key) => hashIn(key, scope),
  step: (scope, step, field, ...rest) => {
    if (field !== 'content') return own(lastConclusion(scope.state, step, scope.branch), field)
    const [key, ...path] = rest
    const found = recordedContent(scope.state, key, scope.branch)
    const given = found?.step === step ? found : found?.beside.find((one) => one.step === step)
    return along(given?.value, path, scope)
  },
  seats: (scope, group) => seatOutcomes(scope, group),
  act: (scope, field) => own({ ...scope.act, person: scope.actor.person, organization: scope.actor.organization }, field),
  row: (scope, ...path) => along(scope.row, path, scope),
  case: ({ state, act, actor }, field) => {
    if (state === null) return own({ opened: act.date, opener: actor.organization }, field)
    return own({ id: state.id, number: state.number, opened: state.opened, status: state.status, opener: state.opened_by.organization }, field)
  },
  task: ({ task, act, calendar }, field) => {
    if (field === 'opened') return task?.opened_on ?? act.date
    if (field === 'due') return task?.clock ? (dueOf(task.clock, calendar) ?? undefined) : undefined
    return task?.id
  },
}

function linkedValue(linked, field, [name, ...rest], scope) {
  if (['id', 'status', 'procedure', 'number'].includes(field)) return linked[field]
  if (field === 'party') return own(linked.parties, name)
  if (field === 'link') return own(linked.links, name)
  if (field === 'fact') return along(own(linked.facts, name), rest, scope)
  if (field === 'hash') return recordedContent(linked, name, [])?.hash
  if (field === 'step') return own(lastConclusion(linked, name, []), rest[0])
  return field === 'content' ? along(recordedContent(linked, name, [])?.value, rest, scope) : undefined
}

/** Follows a path: `[]` runs over a list or over the members of an object, `@…` looks up by the value of another operand. */
function along(value, path, scope) {
  if (path.length === 0 || value === undefined) return value
  const [head, ...rest] = path
  if (head === '[]') {
    const members = isGroup(value) ? Object.values(value) : value
    return Array.isArray(members) ? members.flatMap((one) => listOf(along(one, rest, scope))) : undefined
  }
  if (!head.startsWith('@')) return along(own(value, head), rest, scope)
  const [column, wanted] = head.includes('=') ? head.slice(1).split('=') : [undefined, head.slice(1)]
  const key = valueOf(wanted.replaceAll(':', '.'), scope)
  if (column === undefined) return typeof key === 'string' ? along(own(value, key), rest, scope) : undefined
  return along(key === undefined ? undefined : listOf(value).find((row) => own(row, column) === key), rest, scope)
}

/** The organisation in a role: the case's party, or whom the procedure's operand names. */
function partyOf(role, scope) {
  const bound = own(scope.parties, role)
  if (bound !== undefined) return bound
  const named = own(scope.procedure.parties, role)
  const value = named === undefined ? undefined : valueOf(named.from, scope)
  return typeof value === 'string' ? value : undefined
}

function hashIn(key, scope) {
  const given = own(scope.given, key)
  return given === undefined ? recordedContent(scope.state, key, scope.branch)?.hash : sha256Hex(given)
}

function figureOf(pack, id) {
  const figure = own(pack.figures, id)
  if (figure === undefined) throw new CannotJudge('pack-not-understood', `规则包中没有数值“${id}”`)
  return figure
}

/** A figure for an act: the first of its variants whose days and condition fit, else the figure itself. */
function figureFor(scope, id, on = scope.act.date) {
  const figure = figureOf(scope.pack, id)
  const other = (figure.variants ?? []).find(({ from = on, until = on, when }) => from <= on && on <= until && holdsWhen(when, scope))
  return other === undefined ? figure : { ...figure, ...other, unit: other.unit ?? figure.unit }
}

/** The day that lies a figure's length after a day; with `sign` −1, the last day that lies it ahead. */
function shiftedBy({ unit, value }, day, calendar, sign = 1) {
  if (unit === 'calendar-day') return day + sign * value
  if (unit === 'month') return monthsAfter(day, sign * value)
  if (unit === 'year') return monthsAfter(day, sign * value * MONTHS_OF_YEAR)
  if (unit !== 'working-day') throw new CannotJudge('pack-not-understood', `单位“${unit}”不是时间长度`)
  if (sign > 0) return calendar.after(day, value)
  // the latest day whose n-th working day comes in time
  let at = day
  while (calendar.after(at, value) > day) at -= 1
  return at
}

const branchName = (branch) => branch.map(({ collection, key }) => `${collection}=${key}`).join('/')
const contentKey = (key, branch) => (branch.length === 0 ? key : `${key}@${branchName(branch)}`)

/** A content as a branch sees it: its own first, then those around it. */
function recordedContent(state, key, branch) {
  for (let depth = state === null ? -1 : branch.length; depth >= 0; depth -= 1) {
    const found = state.contents.get(contentKey(key, branch.slice(0, depth)))
    if (found !== undefined) return found
  }
  return undefined
}

/** The last valid outcome of each seat of a group, of each branch where a seat is in branches. */
function seatOutcomes({ procedure, state }, group) {
  const last = new Map()
  for (const one of state?.conclusions ?? []) {
    if (!one.voided && own(procedure.steps, one.step)?.seats === group) last.set(JSON.stringify([one.step, one.branch]), one.outcome)
  }
  return [...last.values()]
}

function lastConclusion(state, step, branch) {
  for (let depth = state === null ? -1 : branch.length; depth >= 0; depth -= 1) {
    const place = branchName(branch.slice(0, depth))
    const found = state.conclusions.findLast((one) => one.step === step && one.branch === place && !one.voided)
    if (found !== undefined) return found
  }
  return undefined
}

const holdsWhen = (when, scope) => when === undefined || compares(valueOf(when.left, scope), when.is, when.right === undefined ? undefined : valueOf(when.right, scope))
const fitsColumns = (row, where) => Object.entries(where ?? {}).every(([column, wanted]) => compares(own(row, column), Array.isArray(wanted) ? 'one-of' : 'equal', wanted))

/** The rows, or groups of rows, for which a branch runs. */
function branchesOf(id, scope) {
  const collection = own(scope.procedure.collections, id)
  if (collection === undefined) throw new CannotJudge('pack-not-understood', `程序中没有名为“${id}”的集合`)
  const rows = valueOf(collection.rows_of, scope)
  const groups = new Map()
  for (const one of Array.isArray(rows) ? rows : []) {
    const row = isGroup(one) ? one : { [collection.key]: one }
    if (!fitsColumns(row, collection.where) || !holdsWhen(collection.when, { ...scope, row })) continue
    const key = collection.group_by === undefined ? own(row, collection.key) : valueOf(collection.group_by, { ...scope, row })
    if (typeof key !== 'string') throw new CannotJudge('pack-not-understood', `集合“${id}”的一行没有键`)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups].map(([key, members]) => ({ collection: id, key, rows: members }))
}

// ---------------------------------------------------------------- replay: contents

/** What is wrong with a value under the pack's declaration, as [code, text, basis], or undefined. Bodies are closed. */
function contentFault(content, value, place = '') {
  const where = `${place}${content.no ?? ''}${content.title}`
  const fault = (code, text) => [code, `“${where}”${text}`, content.basis]
  if (value === undefined || value === null || value === '') return content.optional ? undefined : fault('content-must-be-present', '缺少')
  const check = own(CONTENT_KINDS, content.type)
  if (check === undefined) throw new CannotJudge('pack-not-understood', `不认识的内容种类“${content.type}”`)
  const wrong = check(value, content)
  if (wrong !== undefined) return fault('content-must-be-typed', wrong)
  if (content.type === 'group') return itemsFault(content.items, value, where, content.basis)
  return content.type === 'table' ? rowsFault(content, value, where, fault) : undefined
}

function itemsFault(items, group, where, basis) {
  const stray = Object.keys(group).find((key) => !Object.hasOwn(items, key))
  if (stray !== undefined) return ['content-must-be-declared', `“${where}”含有没有规定的内容“${stray}”`, basis]
  for (const [key, item] of Object.entries(items)) {
    const found = contentFault(item, own(group, key), `${where}／`)
    if (found !== undefined) return [found[0], found[1], found[2] ?? basis]
  }
  return undefined
}

function rowsFault(content, rows, where, fault) {
  const least = content.min_rows ?? 1
  if (rows.length < least) return fault('content-must-be-present', `至少应有${least}行`)
  const keys = new Set()
  for (const [at, row] of rows.entries()) {
    if (!isGroup(row)) return fault('content-must-be-typed', `第${at + 1}行不是一行数据`)
    const found = itemsFault(content.columns, row, `${where}第${at + 1}行`, content.basis)
    if (found !== undefined) return found
    const key = content.key === undefined ? undefined : own(row, content.key)
    if (typeof key === 'string' && keys.size === keys.add(key).size) return fault('rows-must-not-repeat', `第${at + 1}行重复`)
  }
  return undefined
}

const HEX_DIGEST = /^[0-9a-f]{64}$/
const expectText = (value) => (typeof value === 'string' ? undefined : '应为一项')
const CONTENT_KINDS = {
  text: (value, { min = 1, max = Infinity }) => {
    const length = typeof value === 'string' ? [...value.trim()].length : -1
    return length >= min && length <= max ? undefined : '不是所要求长度的文字'
  },
  number: (value, { min = -Infinity, max = Infinity, integer = false }) =>
    typeof value === 'number' && value >= min && value <= max && (!integer || Number.isSafeInteger(value)) ? undefined : '不是所要求范围内的数字',
  date: (value) => (isDate(value) ? undefined : '不是日期'),
  flag: (value) => (typeof value === 'boolean' ? undefined : '不是“是”或者“否”'),
  choice: (value, content) => (typeof value === 'string' && Object.hasOwn(content.of, value) ? undefined : '不在所列选项之中'),
  file: (value) => (closedGroup(value, ['sha256', 'sm3', 'name', 'size', 'media_type']) && HEX_DIGEST.test(value.sha256) && isPresent(value.name) && typeof value.size === 'number' ? undefined : '不是文件'),
  figure: (value) =>
    closedGroup(value, ['value', 'source', 'method', 'year']) && Number.isFinite(value.value) && typeof value.source === 'string' && isPresent(value.source) && ['undefined', 'string'].includes(typeof value.method) ? undefined : '不是注明来源的数值',
  reference: expectText,
  organization: expectText,
  person: expectText,
  'text-hash': (value) => (typeof value === 'string' && HEX_DIGEST.test(value) ? undefined : '不是文本的哈希值'),
  references: listFault,
  texts: listFault,
  group: (value) => (isGroup(value) ? undefined : '不是逐项内容'),
  table: (value) => (Array.isArray(value) ? undefined : '不是表格'),
}

function listFault(value, { min = 1 }) {
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '') && new Set(value).size === value.length
  return isList && value.length >= min ? undefined : '不是所要求的清单'
}

const closedGroup = (value, keys) => isGroup(value) && Object.keys(value).every((key) => keys.includes(key))

// ---------------------------------------------------------------- replay: checks of the pack

const PERCENT = 100
const CHECKS = {
  compare: (check, scope) => {
    const [found, wanted] = [valueOf(check.left, scope), check.right === undefined ? undefined : valueOf(check.right, scope)]
    if (compares(found, check.is, wanted)) return undefined
    return { found, wanted, missing: listOf(found).filter((one) => !among(one, listOf(wanted))) }
  },
  each: (check, scope) => {
    for (const [at, row] of listOf(valueOf(check.rows, scope)).entries()) {
      const inRow = { ...scope, row }
      if (!isGroup(row) || !fitsColumns(row, check.where) || !holdsWhen(check.when, inRow)) continue
      const broken = CHECKS.compare(check, inRow)
      if (broken !== undefined) return { ...broken, row: at + 1, name: row.name ?? row.title ?? row.entry }
    }
    return undefined
  },
  sum: (check, scope) => countFault(check, listOf(valueOf(check.of, scope)).reduce((sum, one) => sum + (typeof one === 'number' ? one : NaN), 0), scope),
  count: (check, scope) => countFault(check, listOf(valueOf(check.of, scope)).length, scope),
  portion: (check, scope) => {
    const whole = valueOf(check.whole, scope)
    for (const [at, row] of listOf(valueOf(check.rows, scope)).entries()) {
      if (!isGroup(row)) continue
      const [part, share] = [valueOf(check.part, { ...scope, row }), valueOf(check.share, { ...scope, row })]
      const isRight = [whole, part, share].every((one) => typeof one === 'number') && Math.round(part * PERCENT) === Math.round(whole * share)
      if (!isRight) return { row: at + 1, name: row.name ?? row.title ?? row.entry, found: part, wanted: (whole * share) / PERCENT }
    }
    return undefined
  },
  'decision-carried': (check, scope) => {
    const decision = valueOf(check.decision, scope)
    const reason = decisionFault(decision, hashIn(check.text, scope), figureFor(scope, check.quorum).value, figureFor(scope, check.majority).value)
    return reason === undefined ? undefined : { reason }
  },
  'notice-ahead': (check, scope) => {
    const date = valueOf(check.date, scope)
    const earliest = dateOf(shiftedBy(figureFor(scope, check.figure), dayOf(scope.act.date), scope.calendar))
    return isDate(date) && date >= earliest ? undefined : { found: date, earliest, reason: '日期过早或者没有填写' }
  },
  'window-before': (check, scope) => {
    const end = valueOf(check.end, scope)
    const today = dayOf(scope.act.date)
    const isIn = isDate(end) && today <= dayOf(end) && today >= shiftedBy(figureFor(scope, check.figure), dayOf(end), scope.calendar, -1)
    return isIn ? undefined : { end, found: scope.act.date, reason: '不在届满前的期间内' }
  },
  'term-within': (check, scope) => {
    const [start, end] = [valueOf(check.start, scope), valueOf(check.end, scope)]
    if (!isDate(start) || !isDate(end) || end <= start) return { found: end, start, reason: '起止日期不全或者次序不对' }
    const length = figureFor(scope, check.figure)
    const corresponding = shiftedBy(length, dayOf(start), scope.calendar)
    const isClamped = length.unit !== 'calendar-day' && dateOf(corresponding).slice(-2) !== start.slice(-2)
    const latest = dateOf(isClamped ? corresponding : corresponding - 1)
    return end <= latest ? undefined : { found: end, latest }
  },
  'date-within': (check, scope) => {
    if (check.rows === undefined) return lateBy(check, scope)
    for (const [at, row] of listOf(valueOf(check.rows, scope)).entries()) {
      const inRow = { ...scope, row }
      if (!isGroup(row) || !fitsColumns(row, check.where) || !holdsWhen(check.when, inRow)) continue
      const late = lateBy(check, inRow)
      if (late !== undefined) return { ...late, row: at + 1, name: row.name ?? row.title ?? row.entry }
    }
    return undefined
  },
  'at-most-times': (check, scope) => {
    const [step, outcome] = check.outcome.split('.')
    const times = (scope.state?.conclusions ?? []).filter((one) => one.step === step && one.outcome === outcome).length
    const most = figureFor(scope, check.figure).value
    return times < most ? undefined : { found: times, most }
  },
  'different-person': (check, { state, actor }) => {
    if (state === null) return undefined
    const persons = check.from.flatMap((step) => (step === 'open' ? behind(state.opened_by) : state.conclusions.filter((one) => one.step === step && !one.voided).flatMap(behind)))
    return behind(actor).some((one) => persons.includes(one)) ? { found: actor.person } : undefined
  },
}

function lateBy(check, scope) {
  const [from, date] = [valueOf(check.from, scope), valueOf(check.date, scope)]
  if (!isDate(from) || !isDate(date)) return { reason: '日期不全' }
  const latest = dateOf(shiftedBy(figureFor(scope, check.figure, from), dayOf(from), scope.calendar))
  return date <= latest ? undefined : { found: date, latest }
}

function countFault(check, found, scope) {
  const wanted = valueOf(check.right, scope)
  return compares(found, check.is, wanted) ? undefined : { found, wanted }
}

/** A collective decision carries with quorum, votes that add up, majority of those present, on exactly this text. */
function decisionFault(decision, textHash, quorum, majority) {
  const number = (key) => (typeof own(decision, key) === 'number' ? decision[key] : NaN)
  const [members, present, votes] = [number('members'), number('present'), number('votes-for')]
  const cast = votes + number('votes-against') + number('abstentions')
  if (!(present <= members && present * PERCENT >= members * quorum)) return `到会${present}人，应到${members}人，未达${quorum}%`
  if (cast !== present) return `表决票共${cast}票，与到会${present}人不符`
  if (!(votes * PERCENT > present * majority)) return `赞成${votes}票，未超过到会${present}人的${majority}%`
  return textHash !== undefined && own(decision, 'text-hash') === textHash ? undefined : '审议的文本与现文本不一致'
}

/** The first check that an act breaks, as an error with the check's own code; undefined when all hold. */
function firstBroken(checks, scope, at) {
  for (const check of checks) {
    const test = own(CHECKS, check.check)
    if (test === undefined) throw new CannotJudge('pack-not-understood', `规则包使用了本程序不认识的核对“${check.check}”`)
    if (check.check !== 'each' && check.rows === undefined && !holdsWhen(check.when, scope)) continue
    const broken = test(check, scope)
    if (broken !== undefined) return new Unlawful(check.code, check.message.replaceAll(/\{(\w+)\}/g, (_, name) => shown(broken[name])), { ...at, basis: check.basis })
  }
  return undefined
}

// ---------------------------------------------------------------- replay: the state of a case from its stored events

function openedState(event) {
  const { case: id, number, procedure, pack, status, act, by, parties, links, facts, preview = false } = event
  const state = { id, number, procedure, pack, preview, status, opened: act.date, opened_by: by, parties, links, facts, contents: new Map(), tasks: [], tokens: [], conclusions: [], recused: new Set(), effects: new Map() }
  record(state, event, [])
  return state
}

function record(state, { contents, hashes, step = 'open', seats }, branch) {
  for (const [key, value] of Object.entries(contents)) {
    const place = contentKey(key, branch)
    const before = state.contents.get(place)
    // seats of one group keep what each of them gave
    const others = seats !== undefined && before?.seats === seats ? [before, ...before.beside].filter((one) => one.step !== step) : []
    state.contents.set(place, { value, hash: own(hashes, key), step, seats, beside: others })
  }
}

const onTask = (state, id, change) => {
  const task = state.tasks.find((one) => one.id === id)
  if (task !== undefined) change(task)
}

/** What each kind of event does to the state, whether the law allowed it or not. */
const APPLY = {
  'step-concluded': (state, event) => {
    const { task, step, branch, outcome, by, act, overdue_days } = event
    state.tasks = state.tasks.filter((one) => one.id !== task)
    state.facts = { ...state.facts, ...event.facts }
    state.conclusions.push({ task, step, branch: branchName(branch), outcome, ...by, ...act, overdue_days, voided: false })
    record(state, event, branch)
  },
  'status-changed': (state, { status }) => (state.status = status),
  'task-opened': (state, { task: id, step, branch, office, organization, on, clock }) =>
    state.tasks.push({ id, step, branch, office, organization, opened_on: on, clock: clock && { ...clock, history: [...clock.history] }, asked: null, overdueTold: false, reminded: [], assignee: null }),
  'task-closed': (state, { task }) => (state.tasks = state.tasks.filter((one) => one.id !== task)),
  'token-laid': (state, { target, step, branch }) => state.tokens.push({ target, step, branch }),
  'tokens-used': (state, { target, branch }) => {
    const around = branchName(branch)
    state.tokens = state.tokens.filter((token) => token.target !== target || !`${branchName(token.branch)}/`.startsWith(around === '' ? '' : `${around}/`))
  },
  'conclusion-voided': (state, { step, branch }) => {
    for (const one of state.conclusions) if (one.step === step && one.branch === branch) one.voided = true
    state.tokens = state.tokens.filter((token) => token.step !== step || branchName(token.branch) !== branch)
  },
  'extension-asked': (state, { task, asked }) => onTask(state, task, (one) => (one.asked = asked)),
  'extension-refused': (state, { task }) => onTask(state, task, (one) => (one.asked = null)),
  'clock-changed': (state, { task, entry }) =>
    onTask(state, task, (one) => {
      one.asked = null
      one.clock?.history.push(entry)
    }),
  'task-overdue': (state, { task }) => onTask(state, task, (one) => (one.overdueTold = true)),
  'task-reminded': (state, { task, ahead, due }) => onTask(state, task, (one) => one.reminded.push({ ahead, due })),
  'task-handed-over': (state, { task, to }) => onTask(state, task, (one) => (one.assignee = to)),
  'person-recused': (state, { task, person, to }) => {
    state.recused.add(person)
    for (const one of state.tasks) if (one.assignee === person) one.assignee = null
    onTask(state, task, (one) => (one.assignee = to))
  },
  'case-withdrawn': (state, { status }) => Object.assign(state, { status, tasks: [], tokens: [] }),
  'effect-intended': (state, { handle }) => state.effects.set(handle, 'intended'),
  'effect-done': (state, { handle }) => state.effects.set(handle, 'done'),
}

// ---------------------------------------------------------------- replay: expected and stored events

/** Wording of the platform's own, which the law does not fix: any text will do. */
const WORDING = Symbol('wording')

/** A list whose order does not matter. */
class AnyOrder {
  list
  constructor(list) {
    this.list = list
  }
}

/** The first place where a stored value is not the expected one: { path, expected, stored }, or undefined. */
function difference(expected, stored, path = '') {
  const differs = { path, expected: expected instanceof AnyOrder ? expected.list : expected, stored }
  if (expected === WORDING) return isPresent(stored) && typeof stored === 'string' ? undefined : { ...differs, expected: '文字' }
  if (expected instanceof AnyOrder) return sameInAnyOrder(expected.list, stored) ? undefined : differs
  if (Array.isArray(expected)) {
    if (!Array.isArray(stored) || stored.length !== expected.length) return differs
    return firstOf(expected.keys(), (at) => difference(expected[at], stored[at], `${path}[${at}]`))
  }
  if (!isGroup(expected)) return expected === stored ? undefined : differs
  if (!isGroup(stored)) return differs
  const keys = new Set([...Object.keys(expected), ...Object.keys(stored)])
  return firstOf(keys, (key) => difference(expected[key], own(stored, key), path === '' ? key : `${path}.${key}`))
}

function firstOf(items, find) {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** An actor as events name it: who, where, in which office, and for whom. */
const byOf = ({ person, organization, office, acting_for: principal }) => ({ person, organization, office, ...(principal === undefined ? {} : { acting_for: principal }) })

/** The group of seats as events name it; those stored before it was named do not. */
const seatsOf = (step, event) => (event?.seats === undefined ? {} : { seats: step.seats })

/** Who is behind an act: the person, and for whom the person acted. */
const behind = ({ person, acting_for: principal }) => (principal === undefined ? [person] : [person, principal.person])

const PLATFORM = { person: 'platform', organization: 'platform', office: 'platform' }
const isPlatform = ({ person, organization, office }) => person === 'platform' && organization === 'platform' && office === 'platform'

/** What an entry of the evidence log calls an event. */
function actionOf(event) {
  const detail = { 'case-opened': [event.procedure], 'step-concluded': [event.step, event.outcome], 'task-opened': [event.step], 'effect-intended': [event.effect] }
  return [event.type, ...(own(detail, event.type) ?? [])].join('/')
}

const LEADERS = new Set(['conclusion-voided', 'step-concluded', 'extension-asked', 'extension-refused', 'clock-changed', 'task-overdue', 'task-reminded', 'task-handed-over', 'person-recused', 'case-withdrawn', 'effect-done'])

/** Findings of one case after which it is not followed any further. */
const CASE_FINDINGS = 20

// ---------------------------------------------------------------- replay: one case, act by act

/**
 * One case, rebuilt from its stored events. Each act (the first event of a run) is judged by the pack; what the pack
 * lets follow is worked out and must be exactly what is stored. After a finding the stored events count as they are.
 */
class CaseReplay {
  state = null
  at = 0
  acts = 0
  faults = 0
  recorded = ''
  constructor(court, id, events, law) {
    Object.assign(this, { court, id, events, law, pack: law.pack })
  }

  get procedure() {
    const id = this.events[0].event.procedure
    const found = own(this.pack.procedures, id)
    if (found === undefined) throw this.unlawful('procedure-must-be-in-pack', `规则包《${this.pack.manifest.title}》${this.pack.manifest.version} 版中没有程序“${id}”`)
    return found
  }

  stepOf(id) {
    const step = own(this.procedure.steps, id)
    if (step === undefined) throw this.unlawful('step-must-be-in-procedure', `程序中没有环节“${id}”`)
    return step
  }

  unlawful(code, text, at = this.acting, stored = this.events[this.at]) {
    return new Unlawful(code, text, at, stored)
  }

  /** Judges the next act with all that follows it, and steps over it. */
  next() {
    const start = this.at
    const found = this.tryFrom(start, this.court.calendar())
    if (found !== undefined) {
      // What was decided before a later notice was published was rightly decided by the earlier calendar.
      const earlier = this.court.calendar(this.events[start].entry?.recorded)
      const again = earlier === this.court.calendar() ? found : this.tryFrom(start, earlier)
      if (again !== undefined) this.stepOver(start, again === found ? found : this.tryFrom(start, this.court.calendar()))
    }
    this.acts += 1
    this.before = this.acting
    this.court.causesIn(this, start, this.at)
  }

  /** The finding, or undefined; after a finding the state is unusable until it is rebuilt. */
  tryFrom(start, calendar) {
    Object.assign(this, { calendar, start })
    if (this.at !== start || this.spoilt) this.rebuild(start)
    const { event } = this.events[start]
    this.acting = own(JUDGES, event.type) === undefined ? this.before : undefined
    try {
      if ((start === 0) !== (event.type === 'case-opened')) throw this.unlawful('case-must-begin-with-its-opening', '事项应自发起开始，且只能发起一次')
      const judge = own(JUDGES, event.type)
      if (judge === undefined) throw this.unlawful('event-without-cause', `之后${this.describe(event)}，没有任何办理为据`)
      judge.call(this, event)
      return undefined
    } catch (error) {
      this.spoilt = true
      return error
    }
  }

  rebuild(to) {
    this.spoilt = false
    this.state = null
    this.at = 0
    while (this.at < to) this.takeAsStored()
  }

  takeAsStored() {
    this.apply(this.events[this.at].event)
    this.at += 1
  }

  apply(event) {
    if (event.type === 'case-opened') this.state = openedState(event)
    else own(APPLY, event.type)?.(this.state, event)
  }

  /** Reports a finding and takes the stored events as they are, up to the next act. */
  stepOver(start, error) {
    this.report(error, start)
    this.rebuild(start)
    do this.takeAsStored()
    while (this.at < this.events.length && !this.isActAt(this.at))
    if (this.faults >= CASE_FINDINGS) this.at = this.events.length
  }

  isActAt(at) {
    const { event } = this.events[at]
    if (!LEADERS.has(event.type)) return false
    const outcome = event.type === 'step-concluded' ? own(own(this.procedure.steps, event.step)?.outcomes, event.outcome) : undefined
    return outcome === undefined || (this.events[at - 1].event.type !== 'conclusion-voided' && !(outcome.fires === 'at-once' && isPlatform(event.by)))
  }

  report(error, start) {
    if (error instanceof CutShort) return this.court.notes.push(`事项 ${this.events[0].event.number} 在文件末尾中断，最后一次办理没有核对完`)
    const stored = error.stored ?? this.events[start]
    const number = this.events[0].event.number ?? this.id
    const place = `case ${number} event ${stored.seq} (line ${stored.line})`
    this.faults += 1
    const { title, basis } = error.at ?? this.acting ?? { title: own(this.pack.procedures, this.events[0].event.procedure)?.title ?? '事项' }
    if (error instanceof Unlawful) this.court.findings.add(error.code, place, `“${title}”（${citation(basis, this.pack)}）${error.message}`)
    else if (error instanceof CannotJudge) this.court.findings.add(error.code, place, `“${title}”无法核对：${error.message}`)
    else this.court.findings.add('case-event-malformed', place, `“${title}”的事件不成形状，无法核对（${error.message}）`)
  }

  describe(event) {
    const steps = this.procedure.steps
    const title = (id) => `“${own(steps, String(id).replace(/[@#].*$/s, ''))?.title ?? id}”`
    const words = {
      'case-opened': () => '发起事项',
      'step-concluded': () => `办结${title(event.step)}（${own(own(steps, event.step)?.outcomes, event.outcome)?.title ?? event.outcome}）`,
      'status-changed': () => `状态改为“${own(this.procedure.statuses, event.status) ?? event.status}”`,
      'task-opened': () => `开启环节${title(event.step)}`,
      'task-closed': () => `关闭环节${title(event.task)}`,
      'token-laid': () => `由${title(event.step)}到达${title(event.target)}之前等候`,
      'tokens-used': () => `${title(event.target)}之前的各环节到齐`,
      'conclusion-voided': () => `文本变更使${title(event.step)}失效`,
      'effect-intended': () => `执行“${event.effect}”`,
      'task-reminded': () => `${title(event.task)}到期提醒`,
      'task-overdue': () => `${title(event.task)}逾期提示`,
      'clock-changed': () => `变更${title(event.task)}的期限`,
    }
    return own(words, event.type)?.() ?? `“${event.type}”事件`
  }

  /** The next stored event must be exactly this one; it then takes effect. */
  must(expected) {
    const stored = this.events[this.at]
    if (stored === undefined) {
      const last = this.events[this.at - 1]
      if (last.entry?.entry === this.court.end - 1) throw new CutShort()
      throw this.unlawful('what-follows-must-be-complete', `之后应${this.describe(expected)}，却没有这一事件`, this.acting, last)
    }
    if (stored.event.type !== expected.type) {
      throw this.unlawful('what-follows-must-be-the-packs', `此处应${this.describe(expected)}，存储的却是${this.describe(stored.event)}`)
    }
    const wrong = difference(expected, stored.event)
    if (wrong !== undefined) {
      const step = expected.type === 'task-opened' ? this.stepOf(expected.step) : undefined
      const at = step === undefined ? this.acting : { title: step.title, basis: step.basis }
      throw this.unlawful(`${expected.type}-differs`, `${this.describe(expected)}：${wrong.path} 应为${shown(wrong.expected)}，存储的却是${shown(wrong.stored)}`, at)
    }
    this.checkEntry(stored)
    this.checkDelegation(stored)
    this.apply(stored.event)
    this.at += 1
  }

  /** The entry beside an event says of it what it says itself. */
  checkEntry({ event, entry }) {
    if (entry === undefined) return // found where events and entries are compared
    const { id, version, digest: hash } = this.state?.pack ?? event.pack
    const stated = {
      pack: { id, version: String(version), digest: `sha256:${hash}` },
      action: actionOf(event), provision: provisionOf(event.basis), office: event.by?.office ?? entry.office,
      actor: this.actor.person, onBehalfOf: this.actor.organization, legalDate: this.act.date, recorded: this.act.recorded,
    }
    const { pack, action, provision, office, actor, onBehalfOf, legalDate, recorded } = entry
    const wrong = difference(stated, { pack, action, ...(provision === undefined ? {} : { provision }), office, actor, onBehalfOf, legalDate, recorded })
    if (wrong !== undefined) throw this.unlawful('case-entry-differs', `${entry.place} 的 ${wrong.path} 应为${shown(wrong.expected)}，存证写的却是${shown(wrong.stored)}`)
    if (recorded < this.recorded) throw this.unlawful('recording-must-not-go-back', `录入日期${recorded}早于前一事件的录入日期${this.recorded}`)
    this.recorded = recorded
  }

  /** Who acts for another does so under a delegation on record, in its office and within its days. */
  checkDelegation({ event: { by, act }, entry }) {
    if (by?.acting_for === undefined) return
    const { person, delegation: id } = by.acting_for
    const known = this.court.delegations.get(id)
    if (known === undefined && !this.court.isWhole) return // made before the range of this bundle
    const covers = known !== undefined && known.deputy === by.person && known.principal === person && known.organization === by.organization && known.office === by.office
      && known.from <= act.date && act.date <= known.until && !(known.ended < act.date) && (entry === undefined || known.entry < entry.entry)
    if (!covers) throw this.unlawful('delegation-must-be-on-record', `${by.person} 代 ${person} 办理，却没有当日有效的代理存证`)
  }

  scope(parts) {
    const { pack, procedure, state, calendar, act, actor } = this
    const linked = (name) => this.court.stateOf(own(state.links, name), () => this.unlawful('linked-case-missing', `关联的事项“${name}”不在文件中，无法核对`))
    return { pack, procedure, state, calendar, act, actor, parties: state.parties, linked, given: {}, facts: {}, branch: parts.task?.branch ?? [], task: null, ...parts }
  }

  rule(checks, scope) {
    const broken = firstBroken(checks, scope, this.acting)
    if (broken !== undefined) throw broken
  }

  /** What an act gives: all that is required, nothing that is not provided for, each typed; the facts that were asked for. */
  contents(rule, { contents, facts }) {
    const allowed = [...rule.requires, ...rule.optional]
    const stray = Object.keys(contents).find((key) => !allowed.includes(key))
    if (stray !== undefined) throw this.unlawful('content-must-be-declared', `收取了没有规定的内容“${stray}”`)
    for (const key of allowed) {
      const content = own(this.pack.contents, key)
      if (content === undefined) throw new CannotJudge('pack-not-understood', `规则包中没有内容“${key}”`)
      if (!Object.hasOwn(contents, key) && !rule.requires.includes(key)) continue
      const fault = contentFault(content, own(contents, key))
      if (fault !== undefined) throw this.unlawful(fault[0], fault[1], { ...this.acting, basis: fault[2] ?? this.acting.basis })
    }
    const [asked, read] = [Object.keys(rule.facts).sort(), Object.keys(facts).sort()]
    if (!same(asked, read)) throw this.unlawful('facts-must-be-those-asked-for', `应读取的事实为${shown(asked)}，存储的却是${shown(read)}`)
  }

  /** Values that the decision says it read are those that stood there then. */
  readIn(read, scope) {
    for (const [operand, value] of Object.entries(read)) {
      if (!/^(link|fact)\./.test(operand)) throw this.unlawful('read-must-be-from-outside', `记载读取了“${operand}”`)
      if (operand.includes('@')) continue // looked up row by row
      const found = valueOf(operand, scope)
      if (!sameInAnyOrder(found, value)) throw this.unlawful('read-differs', `记载读取的 ${operand} 为${shown(value)}，当时实为${shown(found)}`)
    }
    return read
  }

  officeTitle(office) {
    return own(this.pack.offices, office)?.title ?? office
  }

  due(task) {
    return task.clock === null ? null : dueOf(task.clock, this.calendar)
  }

  // -------- what follows an act

  /** Effects, what falls away, the status, the next steps, joins: in this order. */
  afterwards(task, { effects, cancels, status, then }, basis, scope) {
    this.effects(effects, task.id, basis, scope)
    this.cancel(cancels)
    this.status(status)
    this.follow(then, task.step, scope)
    this.settleJoins(scope)
  }

  effects(effects, place, basis, scope) {
    for (const [at, effect] of effects.entries()) {
      const branches = effect.for_each === undefined ? [scope.branch] : branchesOf(effect.for_each, scope).map((part) => [...scope.branch, part])
      for (const [row, branch] of branches.entries()) {
        const seen = { ...scope, branch }
        if (!holdsWhen(effect.when, seen)) continue
        const args = {}
        for (const [name, operand] of Object.entries(effect.with)) {
          const value = valueOf(operand, seen)
          if (value !== undefined) args[name] = Array.isArray(value) && typeof operand === 'string' && operand.includes('[]') ? new AnyOrder(value) : value
        }
        const handle = `${place}/${at + 1}${effect.for_each === undefined ? '' : `.${row + 1}`}`
        this.must({ type: 'effect-intended', handle, effect: effect.effect, args, basis: effect.basis ?? basis })
      }
    }
  }

  cancel(steps = []) {
    for (const task of this.state.tasks.filter((one) => steps.includes(one.step))) this.must({ type: 'task-closed', task: task.id, because: 'cancelled' })
    for (const target of new Set(this.state.tokens.map((token) => token.target))) {
      if (steps.includes(target)) this.must({ type: 'tokens-used', target, branch: [] })
    }
  }

  status(status) {
    if (status !== undefined && status !== this.state.status) this.must({ type: 'status-changed', status, date: this.act.date, because: WORDING })
  }

  follow(targets, from, scope) {
    for (const target of targets) {
      const { step: id, for_each: each, when } = typeof target === 'string' ? { step: target } : target
      if (!holdsWhen(when, scope)) continue
      const branches = each === undefined ? [scope.branch] : branchesOf(each, scope).map((part) => [...scope.branch, part])
      for (const branch of branches) {
        const step = this.stepOf(id)
        if (step.join === undefined) this.must(this.openedTask(id, step, { ...scope, branch, task: null }))
        else this.must({ type: 'token-laid', target: id, step: from, branch })
      }
    }
  }

  /** Opens every step whose companions have all arrived; where several are complete the stored order is taken. */
  settleJoins(scope) {
    for (;;) {
      const complete = [...new Set(this.state.tokens.map((token) => token.target))].flatMap((id) => {
        const branch = this.completeAt(id, this.stepOf(id).join)
        return branch === undefined ? [] : [{ id, branch }]
      })
      if (complete.length === 0) return
      const next = this.events[this.at]?.event
      const { id, branch } = complete.find((one) => one.id === next?.target) ?? complete[0]
      this.must({ type: 'tokens-used', target: id, branch })
      this.must(this.openedTask(id, this.stepOf(id), { ...scope, branch, task: null }))
    }
  }

  completeAt(target, join) {
    const { tasks, tokens } = this.state
    const waiting = tokens.filter((token) => token.target === target)
    if (join === 'branches') return tasks.some((task) => task.branch.length > 0) ? undefined : []
    const at = waiting.find(({ branch }) => {
      const here = new Set(waiting.filter((one) => branchName(one.branch) === branchName(branch)).map(({ step }) => step))
      return join.all.every((step) => here.has(step))
    })
    return at?.branch
  }

  openedTask(id, step, scope) {
    const place = branchName(scope.branch)
    const { conclusions, tasks } = this.state
    const rounds = conclusions.filter((one) => one.step === id && one.branch === place).length + tasks.filter((one) => one.step === id && branchName(one.branch) === place).length
    const task = `${id}${place === '' ? '' : `@${place}`}${rounds === 0 ? '' : `#${rounds + 1}`}`
    const at = { title: step.title, basis: step.basis }
    const organization = step.by === 'platform' ? 'platform' : step.organization === undefined ? partyOf(step.by, scope) : valueOf(step.organization, scope)
    if (typeof organization !== 'string') throw this.unlawful('office-must-have-a-holder', '没有承担本环节的单位，不能开启', at)
    return { type: 'task-opened', task, step: id, branch: scope.branch, office: step.by, organization, on: this.act.date, clock: this.startedClock(task, step.due, scope, at) }
  }

  startedClock(id, due, scope, at) {
    if (due === undefined) return null
    const started = (on) => [{ kind: 'started', on, trigger: WORDING }]
    const dated = (operand) => {
      const date = valueOf(operand, scope)
      return isDate(date) ? date : undefined
    }
    if (due.on !== undefined) {
      const date = dated(due.on)
      if (date === undefined) throw this.unlawful('due-date-must-be-set', '期限没有确定的日期', at)
      return { id, unit: 'date', date, basis: clockBasis(due.basis), history: started(this.act.date) }
    }
    const onDate = (day, basis) => ({ id, unit: 'date', date: dateOf(day), basis: clockBasis(basis), history: started(this.act.date) })
    if (due.ahead !== undefined) {
      const end = dated(due.of)
      if (end === undefined) throw this.unlawful('due-date-must-be-set', '期限没有确定的日期', at)
      const figure = figureFor(scope, due.ahead)
      return onDate(shiftedBy(figure, dayOf(end), this.calendar, -1), figure.basis)
    }
    const from = due.from === undefined || due.from === 'task.opened' ? this.act.date : dated(due.from)
    if (from === undefined) throw this.unlawful('due-date-must-be-set', '期限没有起算日', at)
    if (due.month_day !== undefined) {
      const year = Number(from.slice(0, 'YYYY'.length))
      const inYear = `${year}-${due.month_day}`
      return onDate(dayOf(inYear >= from ? inYear : `${year + 1}-${due.month_day}`), due.basis)
    }
    const { unit, value, basis } = figureFor(scope, due.within, from)
    const [amount, special] = due.unless === undefined ? [] : [valueOf(due.unless.amount, scope), valueOf(due.unless.provision, scope)]
    if (Number.isSafeInteger(amount) && amount >= 1 && typeof special === 'string') return { id, unit, amount, basis: { kind: 'order', says: special }, history: started(from) }
    return { id, unit, amount: value, basis: clockBasis(basis), history: started(from) }
  }

  /** Outcomes that fire by themselves, until none is left; then the status of a case whose last task has closed, where no outcome named one. */
  settle(facts = {}, hadTasks = true) {
    for (;;) {
      const [ready] = this.state.tasks.map((task) => ({ task, outcomes: this.firing(task, facts) })).filter(({ outcomes }) => outcomes.length > 0)
      if (ready === undefined) break
      const next = this.events[this.at]?.event
      this.fire(ready.task, ready.outcomes.find((id) => id === next?.outcome) ?? ready.outcomes[0], facts)
    }
    const isNamed = this.events.slice(this.start, this.at).some(({ event }) => event.type === 'status-changed')
    if (hadTasks && this.state.tasks.length === 0 && !isNamed) this.status(this.procedure.over)
  }

  firing(task, facts) {
    const scope = this.scope({ task, facts, actor: PLATFORM })
    const outcomes = Object.entries(this.stepOf(task.step).outcomes)
    return outcomes.filter(([, one]) => one.fires === 'at-once' && firstBroken(one.checks, scope) === undefined).map(([id]) => id)
  }

  /** The platform concludes a task with an outcome of its own. */
  fire(task, id, facts = {}) {
    const step = this.stepOf(task.step)
    const outcome = step.outcomes[id]
    const basis = outcome.basis ?? step.basis
    this.acting = { title: step.title, basis }
    const scope = this.scope({ task, facts, actor: PLATFORM })
    const read = this.readIn(own(this.events[this.at]?.event, 'read') ?? {}, scope)
    this.must({ type: 'step-concluded', task: task.id, step: task.step, ...seatsOf(step, this.events[this.at]?.event), branch: task.branch, outcome: id, by: PLATFORM, act: this.act, contents: {}, hashes: {}, facts: {}, read, overdue_days: 0, basis })
    this.afterwards(task, outcome, basis, scope)
  }

  // -------- what time does

  /** What the passing of time does on a day, for every open task whose last day has ended, in one act. */
  timePassed(lead, act) {
    Object.assign(this, { act, actor: PLATFORM })
    const task = this.state.tasks.find(({ id }) => id === lead)
    const step = this.stepOf(task?.step ?? lead.replace(/[@#].*$/s, ''))
    this.acting = { title: step.title, basis: step.basis }
    if (task === undefined) throw this.unlawful('step-must-be-open', '没有这一待办，平台不能办理')
    const due = this.due(task)
    const isReminder = this.events[this.at].event.type === 'task-reminded'
    if (!isReminder && (due === null || act.date <= due)) throw this.unlawful('period-must-have-ended', `期限${due === null ? '没有确定' : `至${due}`}，${act.date}尚未届满，平台不能办理`)
    const start = this.at
    const openBefore = this.state.tasks.slice() // tasks that open now are not yet due
    for (const one of openBefore) {
      const last = this.state.tasks.includes(one) ? this.due(one) : null
      if (last === null) continue
      if (act.date <= last) {
        this.remind(one, last)
        continue
      }
      const elapsing = Object.entries(this.stepOf(one.step).outcomes).filter(([, outcome]) => outcome.fires === 'elapsed').map(([id]) => id)
      const next = this.events[this.at]?.event
      if (elapsing.length > 0) this.fire(one, elapsing.find((id) => id === next?.outcome) ?? elapsing[0])
      else this.overdue(one, last)
    }
    if (this.at === start && isReminder) throw this.unlawful('reminder-must-be-due', '到期提醒重复，或者尚未到提醒之日')
    if (this.at === start) throw this.unlawful('overdue-must-be-told-once', '逾期提示重复，或者期限届满后尚无工作日')
    this.settle()
  }

  /** On its day a task is recalled, once for each due date and distance; of several whose day has come, the nearest. */
  remind(task, due) {
    const step = this.stepOf(task.step)
    const dated = (step.reminders ?? []).map((rule) => ({ rule, on: dateOf(shiftedBy(figureOnDay(this.pack, rule.ahead, due), dayOf(due), this.calendar, -1)) }))
    const told = dated.filter(({ rule }) => task.reminded.some((one) => one.ahead === rule.ahead && one.due === due)).map(({ on }) => on)
    const open = dated.filter(({ on }) => on > task.opened_on && on <= this.act.date && told.every((one) => on > one)).sort((a, b) => (a.on < b.on ? -1 : 1))
    const nearest = open.at(-1)
    if (nearest === undefined) return
    const { ahead, tell, basis } = nearest.rule
    this.acting = { title: step.title, basis }
    this.must({ type: 'task-reminded', task: task.id, on: this.act.date, ahead, due, told: tell, basis })
    this.must({ type: 'effect-intended', handle: `${task.id}/reminder-${ahead}-${due}`, effect: 'notify', args: { to: tell, notice: WORDING, task: task.id, text: WORDING }, basis })
  }

  overdue(task, due) {
    if (task.overdueTold) return
    const { date } = this.act
    const days = task.clock.unit === 'working-day' ? this.calendar.between(dayOf(due), dayOf(date)) : dayOf(date) - dayOf(due)
    if (days === 0) return
    const step = this.stepOf(task.step)
    const { escalation } = this.pack.manifest
    const rule = step.overdue
    const to = rule?.tell ?? escalation?.to ?? []
    const basis = rule?.basis ?? escalation?.basis ?? step.basis
    this.acting = { title: step.title, basis }
    this.must({ type: 'task-overdue', task: task.id, on: date, overdue_days: days, told: to, basis })
    this.must({ type: 'effect-intended', handle: `${task.id}/overdue`, effect: 'notify', args: { to, notice: WORDING, task: task.id, text: WORDING }, basis })
    if (rule === undefined) return
    if (rule.closes) this.must({ type: 'task-closed', task: task.id, because: 'overdue' })
    this.cancel(rule.cancels)
    this.status(rule.status)
    const scope = { ...this.scope({ task }), task: null }
    this.follow(rule.then, task.step, scope)
    this.settleJoins(scope)
  }
}

function clockBasis(basis) {
  const provision = provisionOf(basis)
  const [kind] = ['provision', 'interpretation', 'platform-default', 'order', 'agreement'].filter((key) => Object.hasOwn(basis, key))
  return { kind, says: basis.says ?? Object.values(basis).join(''), ...(provision === undefined ? {} : { provision }) }
}

// ---------------------------------------------------------------- replay: who may do what, and when

/** What may begin an act, each judged by the law before it takes effect. `this` is the case. */
const JUDGES = {
  'case-opened': judgeOpening,
  'step-concluded': judgeConclusion,
  'conclusion-voided': judgeConclusion,
  'task-reminded'({ task, on }) {
    this.timePassed(task, { date: on, recorded: this.events[this.at].entry?.recorded ?? on })
  },
  'task-overdue'({ task, on }) {
    this.timePassed(task, { date: on, recorded: this.events[this.at].entry?.recorded ?? on })
  },
  'extension-asked': judgeAskedExtension,
  'extension-refused': judgeAnsweredExtension,
  'clock-changed': judgeClock,
  'task-handed-over': judgeHandOver,
  'person-recused': judgeRecusal,
  'case-withdrawn': judgeWithdrawal,
  'status-changed': judgeStatusFromCase,
  'effect-done': judgeEffectDone,
}

function judgeOpening(event) {
  const { by, act, parties } = event
  const { manifest } = this.pack
  Object.assign(this, { act, actor: by })
  const { procedure } = this
  const rule = procedure.open
  const basis = rule.basis ?? procedure.basis
  this.acting = { title: rule.title, basis }
  if (event.case !== this.id) throw this.unlawful('case-must-bear-its-id', `事项编号写作“${shown(event.case)}”`)
  if (by.person === 'platform' ? !(rule.by_platform && isPlatform(by)) : ![rule.by, ...(rule.also_by ?? [])].includes(by.office)) throw this.unlawful('actor-must-hold-office', `应由“${this.officeTitle(rule.by)}”发起，存储的是“${this.officeTitle(by.office)}”`)
  const isPreview = event.preview === true
  if (manifest.status === 'draft' && !isPreview) throw this.unlawful('draft-rules-must-not-govern', `《${manifest.title}》为征求意见稿，不能据以办理`)
  // what the platform opens as the consequence of a running case goes on after the last day of the rules
  const isRepealed = manifest.status === 'repealed' && manifest.last_day === undefined
  const over = by.person !== 'platform' && (isRepealed || act.date > (manifest.last_day ?? act.date))
  if (!isPreview && (act.date < manifest.in_force || over)) throw this.unlawful('rules-must-be-in-force', `《${manifest.title}》在${act.date}不在有效期内`)
  if (!isPreview) judgeLateRecording.call(this, by, act)
  const linked = (name) => this.court.stateOf(own(event.links, name), () => this.unlawful('linked-case-missing', `关联的事项“${name}”不在文件中，无法核对`))
  const strange = Object.keys(event.links).map(linked).find((one) => one !== undefined && one.preview !== isPreview)
  if (strange !== undefined) throw this.unlawful('preview-must-stay-apart', `与 ${strange.number} 关联，二者一为预演、一为正式`)
  const scope = { pack: this.pack, procedure, state: null, calendar: this.calendar, act, actor: by, parties, linked, given: event.contents, facts: event.facts, branch: [], task: null }
  judgeLinks.call(this, linked, parties)
  judgeParties.call(this, event, scope)
  this.contents(rule, event)
  this.rule(rule.checks, scope)
  const cause = by.person === 'platform' ? this.court.causeOfOpening(this, event) : undefined
  if (cause instanceof Unlawful) throw cause
  const read = this.readIn(event.read, scope)
  const { contents, facts, links } = event
  this.must({
    type: 'case-opened', case: this.id, number: WORDING, procedure: event.procedure, pack: this.law.ref, ...(isPreview ? { preview: true } : {}), by: byOf(by),
    act: { date: act.date, recorded: act.recorded }, parties, links, contents, hashes: hashesOf(contents), facts, read, status: rule.status ?? 'opened', basis,
  })
  if (!this.court.isNewNumber(this)) throw this.unlawful('number-must-be-used-once', `事项编号“${event.number}”重复`, this.acting, this.events[0])
  const later = { ...scope, state: this.state }
  this.effects(rule.effects, 'open', basis, later)
  this.follow(rule.then, 'open', later)
  this.settleJoins(later)
  this.settle(facts)
}

/** What was done by the last day of the rules may be entered after it only as long as they say. */
function judgeLateRecording(by, { recorded }) {
  const { last_day: lastDay, late_recording: rule, title } = this.pack.manifest
  if (by.person === 'platform' || lastDay === undefined || recorded <= lastDay) return
  const until = rule === undefined ? lastDay : dateOf(shiftedBy(figureOnDay(this.pack, rule.within, lastDay), dayOf(lastDay), this.calendar))
  if (recorded > until) throw this.unlawful('act-must-be-recorded-in-force', `《${title}》有效期至${lastDay}，届满后${until === lastDay ? '不得补录' : `应于${until}前补录`}，存储的录入日期为${recorded}`)
}

const hashesOf = (contents) => Object.fromEntries(Object.entries(contents).map(([key, value]) => [key, sha256Hex(value)]))

function judgeLinks(linked, parties) {
  const given = this.events[0].event.links
  for (const [name, rule] of Object.entries(this.procedure.links)) {
    const at = { ...this.acting, basis: rule.basis }
    if (!Object.hasOwn(given, name)) {
      if (rule.optional) continue
      throw this.unlawful(rule.code, rule.message, at)
    }
    const other = linked(name)
    if (other.procedure !== rule.procedure || !rule.status.includes(other.status)) throw this.unlawful(rule.code, `${rule.message}（关联事项 ${other.number} 当时的状态为“${other.status}”）`, at)
    const role = rule.same_party.find((one) => own(other.parties, one) !== undefined && own(other.parties, one) !== own(parties, one))
    if (role !== undefined) throw this.unlawful('party-must-be-the-same', `关联的${rule.title}与本事项的“${this.pack.offices[role]?.title ?? role}”不是同一单位`, at)
  }
}

/** The opener in its role, what links and operands bring along, and the holders of offices with one fixed holder. */
function judgeParties({ by, parties, links }, scope) {
  const differs = (role, wanted) => this.unlawful('party-must-be-the-laws', `“${this.officeTitle(role)}”应为${shown(wanted)}，存储的是${shown(own(parties, role))}`)
  const bound = new Map()
  for (const [name, rule] of Object.entries(this.procedure.links)) {
    const other = Object.hasOwn(links, name) ? scope.linked(name) : undefined
    for (const role of rule.same_party) if (own(other?.parties, role) !== undefined) bound.set(role, other.parties[role])
  }
  const brought = new Set(bound.keys())
  if (by.person !== 'platform') bound.set(by.office, by.organization)
  for (const [role, wanted] of bound) if (own(parties, role) !== wanted) throw differs(role, wanted)
  for (const role of Object.keys(parties)) {
    const isFixed = own(this.pack.offices, role)?.holder === 'fixed'
    const declared = own(this.procedure.parties, role)
    if (isFixed && !brought.has(role)) {
      const holder = this.court.holderOf(this, role)
      if (holder !== parties[role]) throw this.unlawful('office-holder-differs', `“${this.officeTitle(role)}”此前由 ${holder} 承担，其间没有变更的存证，本事项却写作 ${parties[role]}`)
    } else if (!bound.has(role)) {
      const { [role]: _, ...others } = parties
      const wanted = declared === undefined ? undefined : valueOf(declared.from, { ...scope, parties: others })
      if (parties[role] !== wanted) throw differs(role, wanted)
    }
  }
  for (const [role, { from }] of Object.entries(this.procedure.parties)) {
    const wanted = Object.hasOwn(parties, role) ? undefined : valueOf(from, scope)
    if (typeof wanted === 'string') throw differs(role, wanted)
  }
}

function judgeConclusion() {
  let lead = this.at
  while (this.events[lead]?.event.type === 'conclusion-voided') lead += 1
  const event = this.events[lead]?.event
  if (event?.type !== 'step-concluded') throw this.unlawful('event-without-cause', `${this.describe(this.events[this.at].event)}，没有任何办理为据`)
  const step = this.stepOf(event.step)
  this.acting = { title: step.title, basis: step.basis }
  const outcome = own(step.outcomes, event.outcome)
  if (outcome === undefined) throw this.unlawful('outcome-must-be-provided', `没有“${event.outcome}”这一处理结果`)
  const basis = outcome.basis ?? step.basis
  this.acting = { title: step.title, basis }
  const task = this.state.tasks.find(({ id }) => id === event.task)
  if (task === undefined || task.step !== event.step || !same(task.branch, event.branch)) throw this.unlawful('step-must-be-open', '办理时本环节没有待办', this.acting, this.events[lead])
  const isEmpty = Object.keys(event.contents).length + Object.keys(event.facts).length === 0
  if (outcome.fires === 'elapsed' && isPlatform(event.by) && isEmpty) return this.timePassed(event.task, event.act)
  const { by, act, contents, facts } = event
  Object.assign(this, { act, actor: by })
  const scope = this.scope({ task, given: contents, facts })
  if (outcome.fires !== undefined && by.person !== 'platform') throw this.unlawful('act-must-be-the-platforms', `“${outcome.title}”由平台在条件具备时办理，任何人不能代为办理`)
  judgeActor.call(this, task, step, outcome, scope)
  judgeSeats.call(this, step, event.step)
  const due = this.due(task)
  if (outcome.fires === 'elapsed' && task.clock !== null && (due === null || act.date <= due)) throw this.unlawful('period-must-have-ended', `期限至${shown(due)}届满，${act.date}尚未届满`)
  const bar = barOf.call(this, outcome.by ?? step.by)
  this.contents(bar === undefined ? outcome : { ...outcome, facts: { ...outcome.facts, [DECLARED]: bar } }, event)
  if (bar !== undefined) judgeInterests.call(this, bar, facts, scope)
  this.rule(outcome.checks, scope)
  const read = this.readIn(event.read, scope)
  judgeVoided.call(this, contents, task, lead)
  this.must({
    type: 'step-concluded', task: task.id, step: task.step, ...seatsOf(step, event), branch: task.branch, outcome: event.outcome, by: byOf(by),
    act: { date: act.date, recorded: act.recorded }, contents, hashes: hashesOf(contents), facts, read,
    overdue_days: due === null ? 0 : this.calendar.between(dayOf(due), dayOf(act.date)), basis,
  })
  this.afterwards(task, outcome, basis, scope)
  this.settle(facts)
}

/** The office of the outcome, the organisation concerned, the officer in charge; not before the task, not ahead of today. */
function judgeActor(task, step, outcome, scope) {
  const { actor: by, act } = this
  const office = outcome.by ?? step.by
  if (by.office !== office || (office === 'platform') !== (by.person === 'platform')) throw this.unlawful('actor-must-hold-office', `应由“${this.officeTitle(office)}”办理，存储的是“${this.officeTitle(by.office)}”`)
  const concerned = office === step.by ? task.organization : partyOf(office, scope)
  if (by.organization !== concerned) throw this.unlawful('actor-must-be-concerned-organization', `应由本事项所涉的 ${shown(concerned)} 办理，存储的是 ${by.organization}`)
  if (behind(by).some((one) => this.state.recused.has(one))) throw this.unlawful('person-must-not-be-recused', `${shown(behind(by))} 已在本事项中回避`)
  if (task.assignee !== null && !behind(by).includes(task.assignee)) throw this.unlawful('task-must-be-yours', `已交由 ${task.assignee} 办理，存储的办理人是 ${by.person}`)
  if (!isDate(act.date) || act.date > act.recorded) throw this.unlawful('act-must-not-lie-ahead', `办理日期${act.date}晚于录入日期${act.recorded}`)
  if (act.date < task.opened_on) throw this.unlawful('act-must-not-precede-task', `办理日期${act.date}早于本环节开始之日${task.opened_on}`)
}

const DECLARED = 'declared-interests'

/** The rule that bars persons with a declared interest from the steps of this office; none for the parties' own and the platform's. */
function barOf(office) {
  const rule = this.pack.manifest.recusal?.interests
  return rule === undefined || this.actor.person === 'platform' || rule.parties.includes(office) ? undefined : rule
}

/** What was declared is what the register says, and nobody acts who declared an interest in a party. */
function judgeInterests({ register, person, organization, until, parties }, facts, scope) {
  const written = listOf(facts[DECLARED])
  const records = [...(this.court.registers.get(register) ?? [])].filter(([, { value }]) => behind(this.actor).includes(value[person]))
  const isHidden = records.some(([id]) => !written.some((one) => one.id === id))
  if (isHidden) throw this.unlawful('declared-interest-must-be-read', `${this.actor.person} 申报的利害关系没有读入`)
  const concerned = parties.map((role) => partyOf(role, scope)).filter((one) => one !== undefined)
  const found = written.find((one) => !(typeof one[until] === 'string' && one[until] < this.act.date) && concerned.includes(one[organization]))
  if (found !== undefined) throw this.unlawful('reviewer-must-have-no-declared-interest', `${this.actor.person} 已申报与 ${found[organization]} 有利害关系`)
}

function judgeSeats(step, id) {
  if (step.seats === undefined) return
  const taken = this.state.conclusions.find((one) => !one.voided && one.step !== id && behind(one).some((person) => behind(this.actor).includes(person)) && own(this.procedure.steps, one.step)?.seats === step.seats)
  if (taken !== undefined) throw this.unlawful('seats-must-be-taken-by-different-persons', `${this.actor.person} 已在“${this.stepOf(taken.step).title}”中办理，不能再代另一方办理`)
}

/** A changed text voids the decisions and signatures bound to the old one, and nothing else does. */
function judgeVoided(contents, task, lead) {
  const changed = Object.entries(contents).filter(([key, value]) => {
    const old = recordedContent(this.state, key, task.branch)
    return old !== undefined && old.hash !== sha256Hex(value)
  })
  const bound = ([key]) => this.state.conclusions.filter((one) => !one.voided && own(this.procedure.steps, one.step)?.bound_to === key).map(({ step, branch }) => ({ type: 'conclusion-voided', step, branch, content: key }))
  const expected = changed.flatMap(bound)
  while (expected.length > 0) {
    const next = this.events[this.at]?.event
    const at = expected.findIndex((one) => same(one, next))
    this.must(expected.splice(Math.max(at, 0), 1)[0])
  }
  if (this.at < lead) throw this.unlawful('event-without-cause', `${this.describe(this.events[this.at].event)}，文本却没有变更`)
}

function judgeAskedExtension({ by, act, asked, task: id }) {
  const { task, step, extension } = extensible.call(this, id, act, by)
  if (by.office !== task.office || by.organization !== task.organization) throw this.unlawful('actor-must-be-concerned-organization', `延长期限应由所涉的 ${task.organization} 申请`)
  if (task.asked !== null) throw this.unlawful('extension-must-not-be-pending', '已有一次延期申请待答复')
  if (!isPresent(asked.reason)) throw this.unlawful('content-must-be-present', '没有延长期限的理由')
  judgeCap.call(this, task, { days: asked.days, on: act.date }, extension)
  this.must({ type: 'extension-asked', task: id, asked: { days: asked.days, reason: asked.reason, on: act.date, by: by.person }, by: { ...by }, act: { ...act }, basis: extension.basis })
  this.acting = { title: step.title, basis: extension.basis }
  this.settle()
}

function judgeAnsweredExtension(event) {
  const { by, act, task: id } = event
  const { task, extension } = extensible.call(this, id, act, by)
  const office = extension.granted_by
  const granter = partyOf(office, this.scope({ task }))
  if (by.office !== office || by.organization !== granter) throw this.unlawful('actor-must-hold-office', `延期应报“${this.officeTitle(office)}”（${shown(granter)}）同意`)
  const { asked } = task
  if (asked === null) throw this.unlawful('extension-must-be-asked', '没有待答复的延期申请')
  const common = { task: id, by: { ...by }, act: { ...act }, basis: extension.basis }
  if (event.type === 'extension-refused') {
    if (!isPresent(event.reason)) throw this.unlawful('content-must-be-present', '没有不同意延期的理由')
    this.must({ type: event.type, reason: event.reason, ...common })
  } else {
    judgeCap.call(this, task, asked, extension)
    if (act.date < asked.on) throw this.unlawful('extension-granted-before-asked', `同意日${act.date}早于申请日${asked.on}`)
    const handle = `${id}/extension-${task.clock.history.length}`
    this.must({ type: event.type, entry: { kind: 'extended', days: asked.days, askedOn: asked.on, grantedOn: act.date, by: office }, ...common })
    this.must({ type: 'effect-intended', handle, effect: 'notify', args: { to: extension.tell, notice: WORDING, task: id, text: WORDING }, basis: extension.basis })
  }
  this.settle()
}

function extensible(id, act, by) {
  Object.assign(this, { act, actor: by })
  const task = openTaskOf.call(this, id)
  const step = this.stepOf(task.step)
  const { extension } = step
  if (extension === undefined || task.clock === null) throw this.unlawful('extension-must-be-provided-for', '没有可以延长期限的规定')
  this.acting = { title: step.title, basis: extension.basis }
  return { task, step, extension }
}

function judgeCap(task, asked, extension) {
  const cap = figureFor(this.scope({ task }), extension.cap, task.clock.history[runOf(task.clock)].on)
  const fault = extensionFault(task.clock, asked, cap.value, this.calendar)
  if (fault !== undefined) throw this.unlawful(...fault)
}

function openTaskOf(id) {
  const task = this.state.tasks.find((one) => one.id === id)
  const step = this.stepOf(task?.step ?? String(id).replace(/[@#].*$/s, ''))
  this.acting = { title: step.title, basis: step.basis }
  if (task === undefined) throw this.unlawful('step-must-be-open', '办理时本环节没有待办')
  return task
}

function judgeHandOver({ by, act, task: id, to, reason }) {
  Object.assign(this, { act, actor: by })
  const task = openTaskOf.call(this, id)
  if (by.office !== task.office || by.organization !== task.organization) throw this.unlawful('actor-must-be-concerned-organization', `只有承办单位 ${task.organization} 可以转办`)
  if (this.state.recused.has(to)) throw this.unlawful('person-must-not-be-recused', `${to} 已在本事项中回避`)
  if (!isPresent(reason)) throw this.unlawful('content-must-be-present', '没有转办原因')
  this.must({ type: 'task-handed-over', task: id, to, by: { ...by }, act: { ...act }, reason })
  this.settle()
}

function judgeRecusal({ by, act, task: id, person, to, reason }) {
  Object.assign(this, { act, actor: by })
  const task = openTaskOf.call(this, id)
  const basis = this.pack.manifest.recusal?.basis ?? this.acting.basis
  if (by.office !== task.office || by.organization !== task.organization) throw this.unlawful('actor-must-be-concerned-organization', `只有承办单位 ${task.organization} 可以办理回避`)
  if (!isPresent(reason)) throw this.unlawful('content-must-be-present', '没有回避理由')
  if (to === person || this.state.recused.has(to)) throw this.unlawful('task-must-go-to-another', `${to} 已经回避，不能承办`)
  if (this.state.recused.has(person)) throw this.unlawful('recusal-must-be-new', `${person} 已经回避`)
  this.must({ type: 'person-recused', task: id, person, to, reason, by: { ...by }, act: { ...act }, basis })
  this.settle()
}

function judgeWithdrawal({ by, act, reason }) {
  Object.assign(this, { act, actor: by })
  const { withdrawal: rule, title, basis } = this.procedure
  this.acting = { title: `撤回${title}`, basis: rule?.basis ?? basis }
  const { opened_by: opener, tasks } = this.state
  if (by.office !== opener.office || by.organization !== opener.organization) throw this.unlawful('actor-must-be-concerned-organization', `只有发起单位 ${opener.organization} 可以撤回`)
  const isEarly = rule !== undefined && tasks.length > 0 && tasks.every(({ step }) => rule.during.includes(step))
  if (!isEarly) throw this.unlawful('withdrawal-must-be-early', '事项已进入后续环节或者办结，不能撤回')
  if (!isPresent(reason)) throw this.unlawful('content-must-be-present', '没有撤回原因')
  this.must({ type: 'case-withdrawn', by: { ...by }, act: { ...act }, reason, status: rule.status, basis: rule.basis })
}

/** A clock moves by a granted extension, or because a case (this one or another) suspends or resumes it. */
function judgeClock(event) {
  if (!isPlatform(event.by)) return judgeAnsweredExtension.call(this, event)
  const { entry, act } = event
  Object.assign(this, { act, actor: PLATFORM })
  openTaskOf.call(this, event.task)
  const [effect, day] = entry.kind === 'suspended' ? ['clock.suspend', entry.from] : ['clock.resume', entry.on]
  const cause = this.court.takeCause(effect, this, ({ args, by, dates }) => args.case === this.id && by[0] === entry.by && (args.from ?? args.on ?? dates[0]) === day && dates.includes(act.date))
  if (cause === undefined) throw this.unlawful('clock-must-have-cause', `${this.describe(event)}，既不是经同意的延期，也不是其他事项的效果`)
  for (const task of clocksOf(this.state, effect, cause.args, entry.by)) {
    const written = effect === 'clock.suspend' ? { kind: 'suspended', from: day, by: entry.by, because: WORDING } : { kind: 'resumed', on: day, by: entry.by }
    this.must({ type: 'clock-changed', task: task.id, entry: written, by: PLATFORM, act: { ...act }, basis: cause.basis })
  }
  this.settle()
}

/** The open tasks whose clocks an effect of a case suspends or resumes. */
function clocksOf({ tasks }, effect, { step }, by) {
  const isOpen = ({ clock }) => pausesOf(clock.history).some((one) => one.by === by && one.until === null)
  return tasks.filter((task) => task.clock && (step === undefined || task.step === step) && isOpen(task) === (effect === 'clock.resume'))
}

/** A status may come from an effect of another case, and from nowhere else. */
function judgeStatusFromCase({ status, date, because }) {
  Object.assign(this, { act: { date, recorded: this.events[this.at].entry?.recorded ?? date }, actor: PLATFORM })
  const { title, basis } = this.procedure
  this.acting = { title, basis }
  const hadTasks = this.state.tasks.length > 0
  if (!this.court.takeCause('case.status', this, ({ args, by, dates }) => args.case === this.id && args.status === status && by.includes(because) && dates.includes(date))) {
    throw this.unlawful('status-must-have-cause', `${this.describe({ type: 'status-changed', status })}，既不是本事项的办理结果，也不是其他事项的效果`)
  }
  this.must({ type: 'status-changed', status, date, because })
  this.settle({}, hadTasks)
}

function judgeEffectDone({ handle, result, on }) {
  Object.assign(this, { act: { date: on, recorded: this.events[this.at].entry?.recorded ?? on }, actor: PLATFORM })
  if (this.state.effects.get(handle) !== 'intended') throw this.unlawful('effect-must-be-intended', `完成的“${handle}”没有办理结果为据，或者已经完成`)
  const hadTasks = this.state.tasks.length > 0
  this.must({ type: 'effect-done', handle, result, on })
  this.settle({}, hadTasks)
}

// ---------------------------------------------------------------- replay: all cases in the order of the evidence

/** What cases see of each other: their states at a time, effects of one that cause events of another, holders of offices. */
class Court {
  cases = new Map()
  causes = []
  holders = new Map()
  numbers = new Map()
  periods = new Map() // pack, duty, row and period → the case opened for it
  registers = new Map() // register → Map of key → its record as effects have left it
  notes = []
  calendars = new Map()
  constructor({ findings, manifest, notices, roleChanges, delegations }) {
    Object.assign(this, { findings, end: manifest?.to ?? Infinity, isWhole: manifest?.from === 0, roleChanges, delegations, ...readNotices(notices, findings) })
  }

  /** The calendar of all notices, or of those published until a day. */
  calendar(until = '9999') {
    const known = this.notices.filter(({ published }) => (published ?? '') <= until)
    let calendar = this.calendars.get(known.length)
    if (calendar === undefined) this.calendars.set(known.length, (calendar = new WorkingDays(known, this.statutory)))
    return calendar
  }

  stateOf(id, missing) {
    if (id === undefined) return undefined
    const state = this.cases.get(id)?.state
    if (!state) throw missing()
    return state
  }

  /** Effects that reach other cases, kept until the other case shows them. */
  causesIn(replay, start, end) {
    for (const { event, seq, line } of replay.events.slice(start, end)) {
      if (event.type !== 'effect-intended') continue
      if (!replay.state.preview) this.writeRecord(event, replay.act?.date)
      if (!['case.open', 'case.status', 'clock.suspend', 'clock.resume'].includes(event.effect)) continue
      const { id, number } = replay.state
      const { act } = replay
      for (const args of this.argsOf(event, id)) this.causes.push({ effect: event.effect, args, by: [id, number], dates: [act?.date, act?.recorded], replay, seq, line, last: replay.events[end - 1].entry?.entry, basis: event.basis, taken: undefined })
    }
  }

  /** The arguments of an effect, one for each case that it touches; clocks that stay as they are need no event. */
  argsOf({ effect, args }, by) {
    if (!effect.startsWith('clock.')) return [args]
    return listOf(args.case).map((id) => ({ ...args, case: id })).filter((one) => {
      const state = this.cases.get(one.case)?.state
      return !state || clocksOf(state, effect, one, by).length > 0
    })
  }

  writeRecord({ effect, args: { register, key, ...fields } }, date) {
    if (effect !== 'register.put' && effect !== 'register.end') return
    const records = this.registers.get(register) ?? new Map()
    this.registers.set(register, records)
    if (effect === 'register.end') records.delete(key)
    else records.set(key, { value: { ...records.get(key)?.value, from: date, ...fields } })
  }

  takeCause(effect, replay, fits) {
    const taker = `${replay.id} ${replay.at}`
    const cause = this.causes.find((one) => one.effect === effect && (one.taken === undefined || one.taken === taker) && fits(one))
    if (cause !== undefined) cause.taken = taker
    return cause
  }

  /** The platform opens a case where an effect of another case says so, or a duty of the calendar. */
  causeOfOpening(replay, { procedure, links, contents, act }) {
    const isSame = ({ args, dates, replay: cause }) => cause.state.preview === (replay.events[0].event.preview === true) && args.procedure === procedure && dates.includes(act.date) && same(argsUnder(args, 'link.'), links) && same(nested(argsUnder(args, 'content.')), contents)
    if (this.takeCause('case.open', replay, isSame)) return undefined
    const warning = expiryDuty(replay.pack.manifest)
    const duties = [...Object.values(replay.pack.duties), ...(warning === undefined ? [] : [warning])].filter(({ opens }) => opens === procedure)
    if (duties.some((duty) => this.rowsOf(replay, duty, { links, contents }).some((row) => this.isDue(replay, duty, row, { links, contents, act })))) return undefined
    return replay.unlawful('opening-must-have-cause', '平台发起的事项，没有其他事项的效果或者到期的定期职责为据')
  }

  /** For whom a duty may have been opened: nobody in particular, or what the bundle knows of such rows at this time. */
  rowsOf(replay, { for_each: each, with: given = {} }, { links, contents }) {
    if (each === undefined) return [undefined]
    if (each.cases_of !== undefined) {
      const states = [...this.cases.values()].flatMap(({ state }) => (state && !state.preview && state.procedure === each.cases_of && each.status.includes(state.status) ? [state] : []))
      return states.map((state) => ({ id: state.id, value: rowOfState(state) }))
    }
    if (each.records_of !== undefined) {
      const records = [...(this.registers.get(each.records_of) ?? [])].filter(([, { value }]) => fitsColumns(value, each.where))
      return records.map(([id, { value }]) => ({ id, value }))
    }
    // who holds an office is not in the bundle: the organisation that the case itself names
    const [place] = Object.keys(given).filter((name) => given[name] === 'each.id')
    const id = place === undefined ? undefined : place.startsWith('link.') ? own(links, place.slice('link.'.length)) : place.slice('content.'.length).split('.').reduce(own, contents)
    return typeof id === 'string' ? [{ id, value: {} }] : []
  }

  /** Whether a duty opens this very case: what it gives of its row, a period that has come, and none opened for it before. */
  isDue(replay, { duty, every, with: given = {} }, row, { links, contents, act: { date } }) {
    const { pack, in_force: inForce, last_day: lastDay = '9999-12-31' } = replay.pack.manifest
    const [from, to] = [contents['period-from'], contents['period-to']]
    const values = Object.entries(given).map(([name, operand]) => [name, ofRow(operand, row)]).filter(([, value]) => value !== undefined)
    const flat = Object.fromEntries(values)
    const isGiven = same(argsUnder(flat, 'link.'), links) && same({ 'period-from': from, 'period-to': to, ...nested(argsUnder(flat, 'content.')) }, contents)
    if (!isGiven || !isDate(from) || !isDate(to)) return false
    const rhythm = own(RHYTHMS, every.unit) ?? RHYTHMS.calendar
    const opensOn = rhythm({ every, row, from, to, inForce, pack: replay.pack, calendar: replay.calendar, date })
    if (opensOn === undefined || date < opensOn || opensOn > lastDay) return false
    const key = [pack, duty, row?.id, every.unit === 'before' ? `${from} ${to}` : to].join(' ')
    if ((this.periods.get(key) ?? replay.id) !== replay.id) return false
    this.periods.set(key, replay.id)
    return true
  }

  /** The holder of an office with one fixed holder, as earlier cases have it; a change is an entry of its own. */
  holderOf(replay, role) {
    const organization = replay.events[0].event.parties[role]
    const key = `${replay.law.ref.id} ${role}`
    const known = this.holders.get(key)
    const entry = replay.events[0].entry?.entry ?? 0
    if (known !== undefined && known.organization !== organization && !this.roleChanges.some((seq) => seq > known.entry && seq < entry)) return known.organization
    this.holders.set(key, { organization, entry })
    return organization
  }

  isNewNumber({ id, state: { number } }) {
    const holder = this.numbers.get(number) ?? id
    this.numbers.set(number, holder)
    return holder === id
  }

  /** An effect on another case that the other case does not show was not carried out. */
  finish() {
    for (const { effect, args, replay, seq, line, basis, last, taken } of this.causes) {
      if (taken !== undefined || last === this.end - 1) continue
      const place = `case ${replay.state.number} event ${seq} (line ${line})`
      const clocks = { 'clock.suspend': `中止事项 ${args.case} 的期限`, 'clock.resume': `恢复事项 ${args.case} 的期限` }
      const what = own(clocks, effect) ?? (effect === 'case.open' ? `发起“${own(replay.pack.procedures, args.procedure)?.title ?? args.procedure}”` : `把事项 ${args.case} 的状态改为“${args.status}”`)
      this.findings.add('effect-must-be-carried-out', place, `“${replay.procedure.title}”（${citation(basis, replay.pack)}）应${what}，却没有这样做`)
    }
  }
}

const argsUnder = (args, prefix) => Object.fromEntries(Object.entries(args).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])))

/** The warning before the last day of a pack is a duty like any other. */
function expiryDuty({ at_expiry: rule, last_day: lastDay }) {
  if (rule?.warn_before === undefined || rule.opens === undefined || lastDay === undefined) return undefined
  return { duty: 'at-expiry', opens: rule.opens, every: { unit: 'before', date: { value: lastDay }, ahead: rule.warn_before } }
}

const rowOfState = ({ number, status, opened, opened_by: { organization }, parties, contents }) => ({
  number, status, opened, opener: organization, party: parties, content: Object.fromEntries([...contents].flatMap(([key, { value }]) => (key.includes('@') ? [] : [[key, value]]))),
})

function ofRow(operand, row) {
  if (isGroup(operand)) return operand.value
  const [, ...path] = operand.split('.')
  return path.join('.') === 'id' ? row?.id : path.reduce(own, row?.value)
}

/** A figure outside of any case, as it is on a day. */
function figureOnDay(pack, id, day) {
  const figure = figureOf(pack, id)
  const other = (figure.variants ?? []).find(({ from = day, until = day, when }) => when === undefined && from <= day && day <= until)
  return other === undefined ? figure : { ...figure, ...other, unit: other.unit ?? figure.unit }
}

/** How often a duty comes: the day on which the case for a period may be opened; undefined where it is no period of the duty. */
const RHYTHMS = {
  calendar: ({ every, from, to, inForce, calendar }) => {
    const months = { year: 12, 'half-year': 6, quarter: 3, month: 1 }[every.unit]
    if (months === undefined) return undefined
    const [year, month] = from.split('-').map(Number)
    const number = Math.floor((month - 1) / months)
    const monthFrom = (count) => new Date(Date.UTC(year, count, 1)).toISOString().slice(0, 'YYYY-MM-DD'.length)
    const [begin, next] = [monthFrom(number * months), monthFrom((number + 1) * months)]
    // The first period may be counted whole or from the day on which the rules came into force.
    const begins = inForce > begin && inForce < next ? [inForce, begin] : [begin]
    if (next <= inForce || !begins.includes(from) || to !== dateOf(dayOf(next) - 1)) return undefined
    const opens = every.unit === 'year' ? `${year + 1}-${every.month_day}` : next
    return every.on_working_day && !calendar.isWorked(dayOf(opens)) ? dateOf(calendar.after(dayOf(opens), 1)) : opens
  },
  interval: ({ every, row, from, to, pack, calendar, date }) => {
    const start = ofRow(every.from, row)
    const id = typeof every.length === 'string' ? every.length : own(every.length.of, ofRow(every.length.by, row))
    if (!isDate(start) || id === undefined) return undefined
    const figure = figureOnDay(pack, id, date)
    const end = (count) => dateOf(shiftedBy({ ...figure, value: figure.value * count }, dayOf(start), calendar))
    let count = 1
    while (figure.value > 0 && end(count) < to) count += 1
    if (end(count) !== to || end(count - 1) !== from) return undefined
    return every.ahead === undefined ? to : dateOf(shiftedBy(figureOnDay(pack, every.ahead, date), dayOf(to), calendar, -1))
  },
  once: ({ every, row, from, to, inForce, pack, calendar, date }) => {
    const start = every.from === undefined ? inForce : ofRow(every.from, row)
    const end = isDate(start) ? dateOf(shiftedBy(figureOnDay(pack, every.after, date), dayOf(start), calendar)) : undefined
    return from === start && to === end ? to : undefined
  },
  before: ({ every, row, from, to, pack, calendar, date }) => {
    const isWarned = every.ahead.some((id) => dateOf(shiftedBy(figureOnDay(pack, id, date), dayOf(to), calendar, -1)) === from)
    return ofRow(every.date, row) === to && isWarned && date <= to ? from : undefined
  },
}

/** `{ 'subject.kind': x }` → `{ subject: { kind: x } }`. */
function nested(flat) {
  const whole = {}
  for (const [path, value] of Object.entries(flat)) {
    const keys = path.split('.')
    let group = whole
    for (const key of keys.slice(0, -1)) group = group[key] = isGroup(group[key]) ? group[key] : {}
    group[keys.at(-1)] = value
  }
  return whole
}

/** Notices come one by one, as the file of a year, or as the file of the days that the law itself fixes. */
function readNotices(lines, findings) {
  const [notices, statutory] = [[], []]
  for (const { id, bytes } of lines) {
    try {
      const value = parseJson(bytes.toString())
      if (Array.isArray(value?.days)) statutory.push(...value.days)
      else {
        const read = Array.isArray(value) ? value : (value?.notices ?? [value])
        if (!read.every((one) => Number.isInteger(one?.year) && [...one.daysOff.flatMap(({ from, to }) => [from, to]), ...one.makeUpDays.map(({ date }) => date)].every(isDate))) throw new Malformed('日期有误')
        notices.push(...read)
      }
    } catch (error) {
      findings.add('notice-malformed', `notice ${id}`, `不是放假安排通知，不能据以计算工作日（${error.message}）`)
    }
  }
  return { notices, statutory }
}

/** Replays every case of the bundle under its own pack, in the order in which the evidence has their events. */
function replayCases(check) {
  const court = new Court(check)
  const order = []
  for (const [id, events] of check.events) {
    const replay = casePrepared(check, court, id, events)
    if (replay === undefined) continue
    court.cases.set(id, replay)
    let last = -1
    for (const [at, { entry }] of replay.events.entries()) order.push({ replay, at, entry: (last = entry?.entry ?? last) })
  }
  order.sort((a, b) => a.entry - b.entry || a.at - b.at)
  for (const { replay, at } of order) if (at >= replay.at) replay.next()
  if (check.manifest.cases === 'all') court.finish()
  const replays = [...court.cases.values()]
  return { cases: replays.length, acts: replays.reduce((sum, { acts }) => sum + acts, 0), events: order.length, notes: court.notes }
}

function casePrepared({ findings, steps, packs }, court, id, stored) {
  const entries = steps.get(id) ?? new Map()
  try {
    const events = stored.map(({ seq, bytes, line }) => ({ seq, line, entry: entries.get(seq), event: parseJson(bytes.toString()) }))
    const { event, seq } = events[0]
    if (seq !== 1 || event?.type !== 'case-opened' || !isGroup(event.pack)) throw new Malformed('事项没有发起的事件，不能重演')
    const law = packs.get(`sha256:${event.pack.digest}`)
    if (law === undefined) return void findings.add('pack-missing', `case ${event.number ?? id}`, `所依规则包 ${event.pack.id} ${event.pack.version} 版（${event.pack.digest}）不在文件中，不能重演`)
    law.pack ??= parseJson(law.bytes.toString())
    return new CaseReplay(court, id, events, { pack: law.pack, ref: { id: law.pack.manifest.pack, version: law.pack.manifest.version, digest: event.pack.digest } })
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof TypeError)) throw error
    findings.add('case-malformed', `case ${id}`, error.message)
    return undefined
  }
}

// ---------------------------------------------------------------- the whole, and the command

/**
 * Checks the bundle at `path`. With `evidence: false` the cases are replayed only; with `replay: false` they are not.
 * @returns {{ findings: { code, place, text }[], entries: number, cases: number, acts: number, events: number, notes: string[] }}
 */
export function verifyBundle(path, { keys = [], ...options } = {}) {
  const check = new Check({ ...options, trusted: keys.map(readKey) })
  try {
    check.finish(readLines(path, (buffer, start, end, number) => check.line(buffer, start, end, number)))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    check.findings.add('bundle-malformed', 'file', error.message)
  }
  const entries = check.manifest === undefined ? 0 : check.next - check.manifest.from
  return { findings: check.findings.list, entries, ...(check.replayed ?? { cases: 0, acts: 0, events: 0, notes: [] }) }
}

/** unit: bytes; a bundle of this size is worth a second thread, which takes some hundredths of a second to begin */
const TWO_THREADS_FROM = 16_777_216

/**
 * Checks a bundle like `verifyBundle`, a long one in two threads over the same file: each builds one of the trees, which
 * is most of the work. Where one of them finds anything, the whole is read again in one pass, which tells all in its order.
 */
export async function verifyInTwoThreads(path, options = {}) {
  const other = new Worker(new URL(import.meta.url), { workerData: { verifies: path, options: { ...options, only: ['sm3'], form: false } } })
  const answered = once(other, 'message')
  const here = verifyBundle(path, { ...options, only: ['sha256'] })
  const [there] = await answered
  const nothingFound = here.findings.length === 0 && there.findings.length === 0 && here.entries === there.entries
  return nothingFound ? here : verifyBundle(path, options)
}

function readArguments(args) {
  const options = { keys: [], pins: [], against: [], bench: false }
  for (let at = 0; at < args.length; at += 1) {
    const value = () => args[(at += 1)] ?? fail(`${args[at - 1]} 之后缺少参数`)
    if (args[at] === '--keys') options.keys.push(...readFileSync(value(), 'utf8').split('\n').filter((line) => line !== ''))
    else if (args[at] === '--pin') options.pins.push(value().toLowerCase())
    else if (args[at] === '--against') options.against.push(readKept(value()))
    else if (args[at] === '--bench') options.bench = true
    else if (args[at] === '--cases-only') options.evidence = false
    else if (options.path === undefined && !args[at].startsWith('--')) options.path = args[at]
    else fail(`不认识的参数 ${args[at]}`)
  }
  if (options.path === undefined) fail('用法：node verify.mjs <bundle.jsonl> --keys <file> | --pin <sha256> [--against <note>] [--cases-only] [--bench]')
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
    const [seconds, { entries }] = timed(() => verifyBundle(path, { ...options, ...mode, replay: false }))
    console.log(`bench ${label}: ${entries} entries in ${seconds.toFixed(2)} s, ${Math.round(entries / seconds)} entries/s on one core`)
  }
  const [without] = timed(() => verifyBundle(path, { ...options, evidence: false, replay: false }))
  const [seconds, { events }] = timed(() => verifyBundle(path, { ...options, evidence: false }))
  const replaying = Math.max(seconds - without, Number.EPSILON)
  console.log(`bench replay of cases: ${events} events in ${replaying.toFixed(2)} s, ${Math.round(events / replaying)} events/s on one core`)
}

function timed(work) {
  const began = process.hrtime.bigint()
  const result = work()
  return [Number(process.hrtime.bigint() - began) / 1e9, result]
}

const FINDINGS_SHOWN = 100

async function main() {
  try {
    const options = readArguments(process.argv.slice(2))
    const inTwo = options.evidence !== false && statSync(options.path).size >= TWO_THREADS_FROM
    const { findings, entries, cases, acts, events, notes } = inTwo ? await verifyInTwoThreads(options.path, options) : verifyBundle(options.path, options)
    for (const { code, place, text } of findings.slice(0, FINDINGS_SHOWN)) console.log(`${code} ${place}: ${text}`)
    if (findings.length > FINDINGS_SHOWN) console.log(`… 另有 ${findings.length - FINDINGS_SHOWN} 项`)
    for (const note of notes) console.log(`note: ${note}`)
    if (options.bench) bench(options.path, options)
    const [first] = findings
    const counts = `${cases} cases, ${acts} steps (${events} events), ${entries} entries`
    const verdict = options.evidence === false ? 'cases replayed, hashes and signatures NOT checked' : 'verified'
    console.log(first === undefined ? `${verdict}: ${counts}` : `NOT verified: ${findings.length} findings in ${counts}, first ${first.code} at ${first.place}`)
    return first === undefined ? 0 : 1
  } catch (error) {
    console.log(`NOT verified: ${error.message}`)
    return 1
  }
}

if (!isMainThread && workerData?.verifies !== undefined) parentPort.postMessage(verifyBundle(workerData.verifies, workerData.options), [])
else if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main()
