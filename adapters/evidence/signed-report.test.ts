import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signReport, verifyReport } from './signed-report.ts'
import { openSigningKeys } from './signing-keys.ts'
import type { SigningKeys } from './signing-keys.ts'

let directory: string
let keys: SigningKeys
let strangers: SigningKeys
const report = { verdict: 'pass', sections: [{ b: 1, a: '行' }], shares: [0.1, 12] }

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'signed-report-'))
  keys = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
  strangers = await openSigningKeys(join(directory, 'strangers'), 'data.example/evidence')
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a report is signed by both keys and verified whatever the order of its keys', async () => {
  const note = await signReport(keys, 'job-1', report)
  expect(note.match(/^— /gm)).toHaveLength(2)
  expect(verifyReport(note, 'job-1', { sections: [{ a: '行', b: 1 }], shares: [0.1, 12], verdict: 'pass' }, keys.publicKeys)).toBe('valid')
  expect(verifyReport(note, 'job-1', report, [keys.publicKeys[0] ?? ''])).toBe('valid')
})

test('another report, another job, another key and a broken signature are told apart', async () => {
  const note = await signReport(keys, 'job-1', report)
  expect(verifyReport(note, 'job-1', { ...report, verdict: 'block' }, keys.publicKeys)).toBe('report-changed')
  expect(verifyReport(note, 'job-2', report, keys.publicKeys)).toBe('report-changed')
  expect(verifyReport(note, 'job-1', report, strangers.publicKeys)).toBe('no-known-key')
  const [text = '', signatures = ''] = note.split('\n\n')
  const [, other = ''] = (await signReport(keys, 'job-1', { ...report, verdict: 'block' })).split('\n\n')
  expect(verifyReport(`${text}\n\n${other}`, 'job-1', report, keys.publicKeys)).toBe('signature-invalid')
  expect(verifyReport(`${text}\n\n${signatures}`, 'job-1', report, keys.publicKeys)).toBe('valid')
})
