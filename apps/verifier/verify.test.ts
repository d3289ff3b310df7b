import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportBundle } from '#adapters/evidence/bundle.ts'
import type { BundleParts } from '#adapters/evidence/bundle.ts'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { SigningKeys } from '#adapters/evidence/signing-keys.ts'
import { makeCheckpoint } from '#adapters/evidence/checkpoint-log.ts'
import { checkpointText } from '#core/evidence/checkpoint.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { signNote } from '#core/evidence/signed-note.ts'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import { recordedEvents } from '#tests/support/case-bundle.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { Story } from '#tests/support/story.ts'

type Verdict = { findings: { code: string; place: string; text: string }[]; entries: number; cases: number; events: number }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys: readonly string[] }): Verdict; verifyInTwoThreads(path: string, options: { keys: readonly string[] }): Promise<Verdict>; verifySm2(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean } = await import(new URL('./verify.mjs', import.meta.url).href)

const PROGRAM = fileURLToPath(new URL('./verify.mjs', import.meta.url))
const silent = { info: () => undefined, warn: () => undefined, error: console.error }
const text = (value: unknown) => Buffer.from(JSON.stringify(value))
const sha256Of = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A case of four events: opened with its first task, handed over, withdrawn. */
const law = await lawOf('chengdu-2026')
const story = new Story(law, CHENGDU)
story.open({ on: '2026-06-15', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
  .command({ on: '2026-06-16', who: 'drafter' }, { type: 'hand-over', task: 'draft', to: 'reviewer', reason: '分工调整' })
  .command({ on: '2026-06-17', who: 'drafter' }, { type: 'withdraw', reason: '另行编制' })
const CASE = 'implementation-plan-1'
const events = recordedEvents(story.told, [law])
const pack = canonicalBytes(JSON.parse(JSON.stringify(law.pack)))
const notices = (await readHolidayNotices('packs/national-holidays')).filter(({ year }) => year === 2026)
const draft = (change: Partial<EvidenceDraft>): EvidenceDraft => ({
  type: 'data-access', legalDate: '2026-11-21', actor: 'person-1', onBehalfOf: 'organisation-1', office: 'operator',
  action: 'call', object: { kind: 'product', id: 'p' }, purpose: '信用核验', decision: 'allow', detail: { rows: 1 }, ...change,
})

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
const parts = (): BundleParts => ({ cases: 'all', caseEvents: each(events), packs: each([{ id: law.ref.id, version: String(law.ref.version), digest: sha256Of(pack), bytes: pack }]), notices: each([{ id: '2026', bytes: text(notices) }]) })

let directory: string
let database: FreshDatabase
let keys: SigningKeys
let log: EvidenceLog
let good: string
let keyFile: string
let early: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'evidence-verify-'))
  database = await freshDatabase()
  keys = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
  log = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log: silent, now: () => new Date(), checkpointMs: 600_000 })
  const add = (count: number) => Promise.all(Array.from({ length: count }, (_, at) => log.append(draft({ object: { kind: 'product', id: `p-${at}` } }))))
  await add(300)
  early = (await log.checkpoint()).notes.sha256
  for (const one of events) await log.append(one.draft)
  await add(97)
  const { size } = await log.checkpoint()
  good = join(directory, 'good.jsonl')
  keyFile = join(directory, 'trusted')
  writeFileSync(keyFile, keys.publicKeys.join('\n'))
  writeFileSync(join(directory, 'early.note'), early)
  await exportBundle(log.pool, keys, { from: 0, to: size, size }, parts(), good)
})
afterAll(async () => {
  await log.stop()
  await database.drop()
  rmSync(directory, { recursive: true })
})

const VERIFIED = 'verified: 1 cases, 3 steps (4 events), 401 entries'

async function run(path: string, ...args: string[]): Promise<{ lines: string[]; code: number }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, path, ...(args.length > 0 ? args : ['--keys', keyFile])], { cwd: directory })
    return { lines: stdout.trimEnd().split('\n'), code: 0 }
  } catch (error) {
    const { stdout, code } = error as { stdout: string; code: number } // what execFile throws for an exit code other than 0
    return { lines: stdout.trimEnd().split('\n'), code }
  }
}

/** A copy of the good bundle with its lines changed and its end line put right again, as a forger would. */
function forged(change: (lines: string[]) => void, bundle = good): string {
  const lines = readFileSync(bundle, 'utf8').trimEnd().split('\n').slice(0, -1)
  change(lines)
  const body = lines.map((line) => `${line}\n`).join('')
  const path = join(directory, 'forged.jsonl')
  writeFileSync(path, `${body}${JSON.stringify({ kind: 'end', lines: lines.length, sha256: createHash('sha256').update(body).digest('hex') })}\n`)
  return path
}
const lineOf = (lines: readonly string[], seq: number) => lines.findIndex((line) => line.startsWith(`{"kind":"entry","seq":${seq},`))

/** An entry's line with other content, its stated leaf hashes made to fit. */
function rewritten(line: string, change: (entry: Record<string, unknown>) => void): string {
  const value: { kind: string; seq: number; bytes: string } = JSON.parse(line)
  const entry: Record<string, unknown> = JSON.parse(Buffer.from(value.bytes, 'base64').toString())
  change(entry)
  const bytes = text(entry)
  const leaf = (name: string) => createHash(name).update(Buffer.of(0)).update(bytes).digest('base64')
  return JSON.stringify({ kind: 'entry', seq: value.seq, sha256: leaf('sha256'), sm3: leaf('sm3'), bytes: bytes.toString('base64') })
}

describe('the verifier and a good bundle', () => {
  test('says verified, with the keys given or pinned, and with a checkpoint kept from earlier', async () => {
    expect(await run(good)).toEqual({ lines: [VERIFIED], code: 0 })
    const pins = keys.publicKeys.flatMap((line) => ['--pin', createHash('sha256').update(line).digest('hex')])
    expect(await run(good, ...pins, '--against', 'early.note')).toEqual({ lines: [VERIFIED], code: 0 })
  })

  test('verifies any part of the log under the same checkpoint', async () => {
    const size = 401
    for (const [from, to] of [[0, 401], [1, 2], [256, 401], [77, 300], [400, 401], [13, 13]] as const) {
      const path = join(directory, `part-${from}-${to}.jsonl`)
      await exportBundle(log.pool, keys, { from, to, size }, { cases: [] }, path)
      expect(verifier.verifyBundle(path, { keys: keys.publicKeys })).toMatchObject({ findings: [], entries: to - from })
    }
  })

  test('prints its speed with --bench and still its verdict last', async () => {
    const { lines, code } = await run(good, '--keys', keyFile, '--bench')
    expect(lines.filter((line) => line.startsWith('bench '))).toHaveLength(4)
    expect(lines.at(-1)).toBe(VERIFIED)
    expect(code).toBe(0)
  })

  test('sees with two threads what it sees with one, whichever tree, note or form was tampered with', async () => {
    const options = { keys: keys.publicKeys }
    const both = async (path: string) => {
      const [one, two] = [verifier.verifyBundle(path, options), await verifier.verifyInTwoThreads(path, options)]
      expect(two).toEqual(one)
      return one.findings.map(({ code }) => code)
    }
    expect(await both(good)).toEqual([])
    const anotherCharacter = (line: string, at: number) => `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`
    const tampered = (found: (line: string) => boolean, mark: string) => forged((lines) => {
      const at = lines.findIndex(found)
      const line = lines[at] ?? ''
      lines[at] = anotherCharacter(line, line.indexOf(mark) + mark.length + 4)
    })
    for (const tree of ['sha256', 'sm3']) {
      expect(await both(tampered((line) => line.startsWith('{"kind":"entry","seq":7,'), `"${tree}":"`))).toEqual(['entry-leaf-differs'])
      expect(await both(tampered((line) => line.startsWith('{"kind":"checkpoint"') && line.includes(`"log":"${tree}"`), '=\\n\\n— '))).toEqual(['checkpoint-invalid'])
    }
    expect([...new Set(await both(forged((lines) => lines.splice(lineOf(lines, 5), 1))))]).toEqual(['entry-missing', 'root-differs'])
  })

  test('needs no file but itself', () => {
    const alone = join(directory, 'alone.mjs')
    cpSync(PROGRAM, alone)
    expect(readFileSync(alone, 'utf8').match(/^import .* from '(?!node:).*'$/m)).toBeNull()
    return expect(promisify(execFile)(process.execPath, [alone, good, '--keys', keyFile], { cwd: directory })).resolves.toMatchObject({ stdout: `${VERIFIED}\n` })
  })
})

describe('the verifier asked for the cases only', () => {
  test('says that it looked at nothing else, and leaves the signatures aside', async () => {
    expect(await run(good, '--cases-only')).toEqual({ lines: ['cases replayed, hashes and signatures NOT checked: 1 cases, 3 steps (4 events), 401 entries'], code: 0 })
    const path = forged((lines) => lines.splice(lines.findIndex((line) => line.includes('"kind":"case-event"') && line.includes('"seq":2,')), 1))
    const { lines, code } = await run(path, '--cases-only')
    expect(lines.at(-1)).toMatch(/^NOT verified: /)
    expect(code).toBe(1)
  })
})

describe('the verifier and a bundle that was tampered with', () => {
  const cases: [string, string, (lines: string[]) => void][] = [
    ['a changed byte of an entry', 'entry-leaf-differs entry 17 ', (lines) => {
      const at = lineOf(lines, 17)
      lines[at] = (lines[at] ?? '').replace(/"bytes":"(.{40})./, '"bytes":"$1Z')
    }],
    ['a rewritten entry with fitting leaf hashes', 'root-differs checkpoint sha256 300 ', (lines) => {
      const at = lineOf(lines, 17)
      lines[at] = rewritten(lines[at] ?? '', (entry) => Object.assign(entry, { decision: 'deny' }))
    }],
    ['a rewritten entry after the first checkpoint', 'root-differs checkpoint sha256 401 ', (lines) => {
      const at = lineOf(lines, 350)
      lines[at] = rewritten(lines[at] ?? '', (entry) => Object.assign(entry, { decision: 'deny' }))
    }],
    ['a deleted entry', 'entry-missing entry 201 ', (lines) => lines.splice(lineOf(lines, 200), 1)],
    ['the last entry cut off', 'entry-missing entry 400', (lines) => lines.splice(lineOf(lines, 400), 1)],
    ['two entries in each other\'s place', 'entry-missing entry 41 ', (lines) => {
      const at = lineOf(lines, 40)
      lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
    }],
    ['two entries in each other\'s place, renumbered', 'root-differs checkpoint sha256 300 ', (lines) => {
      const at = lineOf(lines, 40)
      lines.splice(at, 2, (lines[at + 1] ?? '').replace('"seq":41', '"seq":40'), (lines[at] ?? '').replace('"seq":40', '"seq":41'))
    }],
    ['an entry entered twice', 'entry-out-of-order entry 40 ', (lines) => lines.splice(lineOf(lines, 41), 0, lines[lineOf(lines, 40)] ?? '')],
    ['signatures of two notes exchanged', 'checkpoint-invalid checkpoint sha256 300 ', (lines) => {
      const notes = lines.map((line, at) => ({ at, value: JSON.parse(line) })).filter(({ value }) => value.kind === 'checkpoint' && value.log === 'sha256')
      const [a, b] = notes
      if (a === undefined || b === undefined) throw new Error('two checkpoints were expected')
      const [textA, signatureA] = a.value.note.split('\n\n')
      const [textB, signatureB] = b.value.note.split('\n\n')
      lines[a.at] = JSON.stringify({ ...a.value, note: `${textA}\n\n${signatureB}` })
      lines[b.at] = JSON.stringify({ ...b.value, note: `${textB}\n\n${signatureA}` })
    }],
    ['the SM2 signature left out', 'checkpoint-invalid checkpoint sm3 401 ', (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"kind":"checkpoint","log":"sm3","size":401'))
      const value = JSON.parse(lines[at] ?? '')
      lines[at] = JSON.stringify({ ...value, note: `${value.note.split('\n').slice(0, -2).join('\n')}\n` })
    }],
    ['a checkpoint left out', 'checkpoint-missing checkpoint', (lines) => lines.splice(lines.findIndex((line) => line.startsWith('{"kind":"checkpoint","log":"sm3","size":401')), 1)],
    ['a changed case event', 'case-event-differs case implementation-plan-1 event 2 ', (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"kind":"case-event","case":"implementation-plan-1","seq":2,'))
      lines[at] = JSON.stringify({ kind: 'case-event', case: CASE, seq: 2, bytes: text({ type: 'nothing' }).toString('base64') })
    }],
    ['a missing case event', 'case-event-gap case implementation-plan-1 event 4 ', (lines) => lines.splice(lines.findIndex((line) => line.includes('"seq":3,"bytes"') && line.includes('case-event')), 1)],
    ['a case event nobody entered', 'case-event-without-entry case implementation-plan-1 event 5 ', (lines) => lines.push(JSON.stringify({ kind: 'case-event', case: CASE, seq: 5, bytes: text({}).toString('base64') }))],
    ['another pack under the same name', 'pack-other entry 300 ', (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"kind":"pack"'))
      const other = text({ manifest: { pack: 'other' } })
      lines[at] = JSON.stringify({ kind: 'pack', id: law.ref.id, version: String(law.ref.version), digest: sha256Of(other), bytes: other.toString('base64') })
    }],
  ]

  test.each(cases)('finds %s: %s', async (_, expected, change) => {
    const { lines, code } = await run(forged(change))
    expect(code).toBe(1)
    expect(lines.at(-1)).toMatch(/^NOT verified: /)
    expect(lines.some((line) => line.startsWith(expected))).toBe(true)
  })

  test('finds damage on the way that no other rule would see', async () => {
    const path = join(directory, 'damaged.jsonl')
    writeFileSync(path, readFileSync(good, 'utf8').replace('"kind":"notice","id":"2026"', '"kind":"notice","id":"2027"'))
    expect((await run(path)).lines[0]).toMatch(/^bundle-damaged /)
    writeFileSync(path, readFileSync(good).subarray(0, -1))
    expect((await run(path)).lines.at(-1)).toMatch(/^NOT verified: 1 findings .* bundle-malformed/)
  })

  test('trusts nobody by itself, and not a key of another owner', async () => {
    const strangers = await openSigningKeys(join(directory, 'strangers'), 'data.example/evidence')
    const path = join(directory, 'strangers-keys')
    writeFileSync(path, strangers.publicKeys.join('\n'))
    for (const args of [['--pin', '00'], ['--keys', path]]) expect((await run(good, ...args)).lines[0]).toMatch(/^checkpoint-invalid /)
  })

  test('finds a fork: a second history, signed with the right keys, against a checkpoint kept from the first', async () => {
    const other = await freshDatabase()
    const fork = await openEvidenceLog({ connection: other.connections.gongshu_app, keys, log: silent, now: () => new Date(), checkpointMs: 600_000 })
    await Promise.all(Array.from({ length: 400 }, () => fork.append(draft({ decision: 'deny' }))))
    const { size } = await makeCheckpoint(fork.pool, keys)
    const path = join(directory, 'fork.jsonl')
    await exportBundle(fork.pool, keys, { from: 0, to: size, size }, { cases: 'all' }, path)
    await fork.stop()
    await other.drop()
    expect((await run(path)).lines).toEqual(['verified: 0 cases, 0 steps (0 events), 400 entries'])
    const { lines, code } = await run(path, '--keys', keyFile, '--against', 'early.note')
    expect(lines[0]).toMatch(/^root-differs kept checkpoint early\.note/)
    expect(code).toBe(1)
  })

  test('finds a forked checkpoint inside the bundle: another root at a smaller size, signed with the right keys', async () => {
    const note = await signNote(checkpointText({ origin: keys.origin, size: 300, root: new Uint8Array(32) }), keys.signers.sha256)
    const path = forged((lines) => lines.splice(lines.findIndex((line) => line.includes('"kind":"checkpoint"')), 0, JSON.stringify({ kind: 'checkpoint', log: 'sha256', size: 300, note })))
    expect((await run(path)).lines[0]).toMatch(/^root-differs checkpoint sha256 300/)
  })

  test('finds every single flipped bit, and names the line where it hit an entry', () => {
    const bytes = readFileSync(good)
    const path = join(directory, 'flipped.jsonl')
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const at = Math.floor(bit / 8)
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8))
        writeFileSync(path, flipped)
        const { findings } = verifier.verifyBundle(path, { keys: keys.publicKeys })
        expect(findings).not.toEqual([])
        const line = bytes.subarray(0, at).toString('latin1').split('\n').length
        const start = bytes.lastIndexOf('\n', at - 1) + 1
        if (bytes.subarray(start, start + 15).toString() === '{"kind":"entry"') expect(findings.map(({ place }) => place).join(' ')).toMatch(new RegExp(`line ${line}\\b`))
      }),
      { numRuns: 200 },
    )
  })
})

describe('the SM2 of the verifier', () => {
  const key = Buffer.from('0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13', 'hex')
  const signature = Buffer.from('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa', 'hex')

  test('verifies the example of GB/T 32918.5 appendix A and nothing beside it', () => {
    const message = Buffer.from('message digest')
    expect(verifier.verifySm2(message, signature, key)).toBe(true)
    expect(verifier.verifySm2(Buffer.from('message digesu'), signature, key)).toBe(false)
    for (let byte = 0; byte < 64; byte += 7) expect(verifier.verifySm2(message, Buffer.from(signature.map((value, at) => (at === byte ? value ^ 1 : value))), key)).toBe(false)
    expect(verifier.verifySm2(message, signature, Buffer.from(key.map((value, at) => (at === 64 ? value ^ 1 : value))))).toBe(false)
    expect(verifier.verifySm2(message, Buffer.alloc(64), key)).toBe(false)
  })
})
