import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { decision } from '#tests/support/authorization-contents.ts'
import { writeCaseBundle } from '#tests/support/case-bundle.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { SAFE, ZHAOQING, planReviewed, zqCatalogue, zqPlan } from '#tests/support/zhaoqing-story.ts'

// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys: readonly string[] }): { findings: { code: string; place: string }[]; entries: number } } = await import(new URL('../../../apps/verifier/verify.mjs', import.meta.url).href)
const law = await lawOf('zhaoqing-2025')

test('zq25-27.1a: an approval of 2026-05-20 is drawn a year later with the rules, the opinions and the risk finding of that day', () => {
  const told = new Story(law, ZHAOQING)
  zqCatalogue(told)
  const plan = planReviewed(told).act({ on: '2026-05-20', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(zqPlan(), '2026-05-20') } })
  const before = structuredClone(plan.events)
  plan.time('2027-05-20')
  const own = plan.events.filter((event) => event.type === 'step-concluded' && event.by.person === 'mayor')
  expect(own.map((event) => event.type === 'step-concluded' && [event.step, event.outcome, event.act.date, event.basis])).toEqual([['deliberate', 'approve', '2026-05-20', { provision: 'zq25-11.1', says: expect.any(String) }]])
  const given = (step: string) => plan.events.find((event) => event.type === 'step-concluded' && event.step === step) as unknown as { contents: JsonObject; by: Json } // found just before
  expect(given('review-security').contents['security-review']).toEqual(SAFE)
  expect(given('review-fair-competition').contents['fair-competition-review']).toBeDefined()
  expect(plan.state.pack).toEqual({ id: 'zhaoqing-2025', version: law.pack.manifest.version, digest: law.ref.digest })
  expect(plan.events.slice(0, before.length)).toEqual(before)
})

test('zq25-25.2c: of 10,000 entries of 2026-07 one that was altered is named by the verification of 2026-08-03', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'evidence-'))
  try {
    const keys = await openSigningKeys(join(directory, 'keys'), 'zhaoqing.example')
    const path = join(directory, 'bundle.jsonl')
    const others = Array.from({ length: 10_000 }, (_, at): EvidenceDraft => ({ type: 'data-access', legalDate: '2026-07-15', actor: 'person-1', onBehalfOf: 'dinghu-software', office: 'developer', action: 'read', object: { kind: 'supply', id: `GJ-${at}` }, purpose: '健康出行服务', decision: 'allow', detail: { rows: at } }))
    await writeCaseBundle(path, { acts: [], laws: [law], notices: [], others }, keys)
    const options = { keys: keys.publicKeys }
    expect(verifier.verifyBundle(path, options)).toMatchObject({ findings: [], entries: 10_000 })
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').map((line): JsonObject => JSON.parse(line))
    const entry = lines.find((line) => line['kind'] === 'entry' && line['seq'] === 4711)
    if (!entry) throw new Error('the bundle has no entry 4711')
    entry['bytes'] = Buffer.from(Buffer.from(String(entry['bytes']), 'base64').toString().replace('dinghu-software', 'another-company')).toString('base64')
    const body = lines.slice(0, -1).map((line) => `${JSON.stringify(line)}\n`).join('')
    writeFileSync(path, `${body}${JSON.stringify({ kind: 'end', lines: lines.length - 1, sha256: createHash('sha256').update(body).digest('hex') })}\n`)
    expect(verifier.verifyBundle(path, options).findings[0]?.place).toContain('4711')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
