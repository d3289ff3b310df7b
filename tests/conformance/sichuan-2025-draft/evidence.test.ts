import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import { scores } from '#tests/support/authorization-contents.ts'
import { writeCaseBundle } from '#tests/support/case-bundle.ts'
import { inForce, planInForce, selectionScored, story } from '#tests/support/sichuan-story.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Verdict = { findings: { code: string }[]; entries: number; events: number }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys: readonly string[] }): Verdict } = await import(new URL('../../../apps/verifier/verify.mjs', import.meta.url).href)

describe('proof and interest', () => {
  test('sc25-18.1g: the evidence file of an incident of 2026-10-14 holds against an independent check, and with one changed line it does not', async () => {
    const told = story()
    told.open({ on: '2026-10-14', who: 'drafter', procedure: 'incident', links: { agreement: inForce(told) }, contents: { incident: { place: 'platform', occurred: '2026-10-14', facts: '越权访问' } } })
      .act({ on: '2026-10-15', who: 'operator', task: 'handle-operator', outcome: 'handled', contents: { 'incident-report': '已经封堵' } })
    const directory = mkdtempSync(join(tmpdir(), 'incident-'))
    try {
      const keys = await openSigningKeys(directory, 'province.example/evidence')
      const path = join(directory, 'incident.jsonl')
      await writeCaseBundle(path, { acts: told.told, laws: [told.law], notices: await readHolidayNotices('packs/national-holidays') }, keys)
      const whole = verifier.verifyBundle(path, { keys: keys.publicKeys })
      expect(whole.findings).toEqual([])
      expect(whole.events).toBeGreaterThan(0)
      const changed = readFileSync(path, 'utf8').split('\n').map((line) => {
        if (!line.includes('"kind":"case-event"')) return line
        const one: { bytes: string } = JSON.parse(line)
        return JSON.stringify({ ...one, bytes: Buffer.from(Buffer.from(one.bytes, 'base64').toString().replace('越权访问', '正常访问')).toString('base64') })
      })
      writeFileSync(path, changed.join('\n'))
      expect(verifier.verifyBundle(path, { keys: keys.publicKeys }).findings.length).toBeGreaterThan(0)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('sc25-28.1b: who declared a tie to a bidder on 2026-08-03 does not review its bid; another official does', () => {
    const told = story()
    const approved = planInForce(told)
    told.open({ on: '2026-08-03', who: 'scorer', procedure: 'interest-declaration', contents: { interest: { organization: 'other-data', tie: '亲属任职' } } })
    expect(() => selectionScored(told, approved)).toThrow('interested-person-must-not-review (sc25-28.1)')
    const waiting = [...told.cases.values()].findLast((one) => one.state.procedure === 'operator-selection')
    const review = (who: string) => ({ on: '2026-08-05', who, task: 'score', outcome: 'scored', contents: { scores: scores(['tianfu-data', 'other-data', 'third-data']) } })
    waiting?.refuses(review('scorer'), 'interested-person-must-not-review', 'sc25-28.1')
    expect(waiting?.act(review('reviewer')).open).toEqual(['award'])
    expect(told.world.registers['interests']?.['scorer']).toMatchObject({ organization: 'other-data' })
  })
})
