import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkpointText, readCheckpointText, sm3Origin } from '#core/evidence/checkpoint.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { verifyConsistency, verifyInclusion } from '#core/evidence/merkle-proof.ts'
import { readNote, signatureBy, signNote } from '#core/evidence/signed-note.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { openEvidenceLog } from './evidence-log.ts'
import type { EvidenceLog } from './evidence-log.ts'
import { rootsAt } from './log-reader.ts'
import { LOG_NAMES, logHashes } from './node-hashes.ts'
import { openSigningKeys } from './signing-keys.ts'
import type { SigningKeys } from './signing-keys.ts'
import { sm2Verify } from './sm2.ts'

const silent = { info: () => undefined, warn: () => undefined, error: console.error }
const draft: EvidenceDraft = {
  type: 'decision', legalDate: '2026-11-21', actor: 'person-1', onBehalfOf: 'organisation-1', office: 'operator',
  action: 'call', object: { kind: 'product', id: 'p' }, decision: 'deny', detail: {},
}

let directory: string
let database: FreshDatabase
let keys: SigningKeys
const logs: EvidenceLog[] = []
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'evidence-log-'))
  database = await freshDatabase()
  keys = await openSigningKeys(directory, 'data.example/evidence')
})
afterEach(async () => {
  for (const log of logs.splice(0)) await log.stop()
  await database.drop()
  rmSync(directory, { recursive: true })
})

async function start(checkpointMs = 600_000): Promise<EvidenceLog> {
  const log = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log: silent, now: () => new Date(), checkpointMs })
  logs.push(log)
  return log
}
const add = (log: EvidenceLog, count: number) => Promise.all(Array.from({ length: count }, () => log.append(draft)))

describe('proofs out of the stored log', () => {
  test('hold in both trees for entries and sizes on both sides of a stored subtree', async () => {
    const log = await start()
    await add(log, 700)
    for (const [seq, size] of [[0, 1], [0, 700], [255, 256], [255, 257], [256, 257], [511, 700], [512, 700], [699, 700], [3, 300]] as const) {
      const { leaf, proof } = await log.inclusionProof(seq, size)
      const roots = await rootsAt(log.pool, size)
      for (const name of LOG_NAMES) expect(verifyInclusion(logHashes[name], { index: seq, size, leaf: leaf[name], root: roots[name] }, proof[name])).toBe(true)
    }
    for (const [oldSize, newSize] of [[1, 700], [255, 256], [256, 700], [257, 699], [512, 700], [700, 700]] as const) {
      const proof = await log.consistencyProof(oldSize, newSize)
      const [oldRoots, newRoots] = [await rootsAt(log.pool, oldSize), await rootsAt(log.pool, newSize)]
      for (const name of LOG_NAMES) expect(verifyConsistency(logHashes[name], { oldSize, newSize, oldRoot: oldRoots[name], newRoot: newRoots[name] }, proof[name])).toBe(true)
    }
  })

  test('are refused for a place or a size that the log does not have', async () => {
    const log = await start()
    await add(log, 2)
    await expect(log.inclusionProof(2, 2)).rejects.toThrow(RangeError)
    await expect(log.inclusionProof(2, 3)).rejects.toThrow(expect.objectContaining({ code: 'evidence-log-inconsistent' }))
    await expect(log.consistencyProof(0, 2)).rejects.toThrow(RangeError)
  })
})

describe('checkpoints', () => {
  test('state size and root of both logs, signed with Ed25519 and SM2, one for each size', async () => {
    const log = await start()
    await add(log, 3)
    const { size, notes } = await log.checkpoint()
    expect(size).toBe(3)
    const roots = await rootsAt(log.pool, 3)
    for (const name of LOG_NAMES) {
      const note = readNote(notes[name])
      expect(readCheckpointText(note.text)).toEqual({ origin: name === 'sm3' ? sm3Origin(keys.origin) : keys.origin, size: 3, root: Uint8Array.from(roots[name]) })
      const message = Buffer.from(note.text)
      const [ed25519, sm2] = keys.signers[name].map(({ key }) => ({ key, signature: signatureBy(note, key) ?? new Uint8Array(0) }))
      if (ed25519 === undefined || sm2 === undefined) throw new Error('two signers were expected')
      const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), ed25519.key.publicKey])
      expect(verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), ed25519.signature)).toBe(true)
      expect(sm2Verify(message, sm2.signature, sm2.key.publicKey)).toBe(true)
    }
    expect(await log.checkpoint()).toEqual({ size, notes })
  })

  test('are made by themselves while there are new entries, and the last one at the stop', async () => {
    const log = await start(50)
    await add(log, 1)
    const sizes = async () => (await database.owner.pool.query<{ size: number }>('select size from evidence_checkpoint order by size')).rows.map(({ size }) => size)
    await expect.poll(sizes).toContain(1)
    await add(log, 4)
    await logs.pop()?.stop()
    expect((await sizes()).at(-1)).toBe(5)
  })
})

describe('the start', () => {
  test('goes on where the log stands', async () => {
    await add(await start(), 5)
    await logs.pop()?.stop()
    const again = await start()
    expect((await again.append(draft)).seq).toBe(5)
    expect(again.selfTest.passed).toBeGreaterThan(0)
  })

  test.each([
    { what: 'shorter than', size: 6, root: new Uint8Array(32) },
    { what: 'other than', size: 2, root: new Uint8Array(32) },
  ])('is refused over a log that is $what what was signed', async ({ size, root }) => {
    const log = await start()
    await add(log, 5)
    // A stop would sign size 5; here the checkpoint of another history is the last one.
    const [note256, note3] = await Promise.all([
      signNote(checkpointText({ origin: keys.origin, size, root }), keys.signers.sha256),
      signNote(checkpointText({ origin: sm3Origin(keys.origin), size, root }), keys.signers.sm3),
    ])
    await log.pool.query('insert into evidence_checkpoint (size, note_sha256, note_sm3) values ($1, $2, $3)', [size, note256, note3])
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: 'evidence-log-inconsistent' }))
  })
})
