import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { SigningKeys } from '#adapters/evidence/signing-keys.ts'
import { holidayNotices } from '#core/calendar/holiday-notice.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { agreementInForce } from '#tests/support/authorization-story.ts'
import { writeCaseBundle } from '#tests/support/case-bundle.ts'
import type { BundleOf, ToldAct } from '#tests/support/case-bundle.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { FORGERIES, namedByProcedure, stepTitle } from '#tests/support/forgeries.ts'
import type { World } from '#tests/support/forgeries.ts'
import { Story } from '#tests/support/story.ts'
import { delayed, disclosed, rectified, released, replanned, terminated } from '#tests/support/supervised-story.ts'
import { SUPPLY_CAST } from '#tests/support/supply-story.ts'

type Finding = { code: string; place: string; text: string }
type Verdict = { findings: Finding[]; entries: number; cases: number; acts: number; events: number; notes: string[] }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys?: readonly string[]; evidence?: boolean; replay?: boolean }): Verdict } = await import(new URL('./verify.mjs', import.meta.url).href)

const law = await lawOf('chengdu-2026')
const notices = await readHolidayNotices('packs/national-holidays')
const WORLDS: Record<World, (story: Story) => unknown> = { agreementInForce, delayed, disclosed, rectified, released, replanned, terminated }

/** An entry after all others, so that no case stands at the end of the log. */
const LOGIN: EvidenceDraft = {
  type: 'login', legalDate: '2026-12-01', actor: 'drafter', onBehalfOf: 'big-data-centre', office: 'implementing-agency', action: 'login',
  object: { kind: 'session', id: 'session-1' }, decision: 'allow', detail: {},
}

let directory: string
let keys: SigningKeys
let written = 0
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'replay-'))
  keys = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
})
afterAll(() => rmSync(directory, { recursive: true }))

/** What a story told, as acts that may be changed. */
function told(world: World, rules: CaseLaw = law): ToldAct[] {
  const story = new Story(rules, SUPPLY_CAST)
  WORLDS[world](story)
  return namedByProcedure(story.told)
}

async function verdictOn(acts: readonly ToldAct[], more: Partial<BundleOf> = {}): Promise<Verdict> {
  const path = join(directory, `${(written += 1)}.jsonl`)
  await writeCaseBundle(path, { acts, laws: [law], notices, others: [LOGIN], ...more }, keys)
  return verifier.verifyBundle(path, { keys: keys.publicKeys })
}

describe('histories that the engine decided', () => {
  test.each<World>(['agreementInForce', 'replanned', 'disclosed', 'delayed', 'rectified', 'released', 'terminated'])('%s verifies, every case of it', async (world) => {
    const acts = told(world)
    const events = acts.flatMap((act) => act.events)
    const cases = events.filter(({ type }) => type === 'case-opened').length
    expect(await verdictOn(acts)).toEqual({ findings: [], entries: events.length + 1, cases, acts: acts.length, events: events.length, notes: [] })
  })

  test('verify under the notices that were out then: a later notice moves no decided date, an earlier one does', async () => {
    const rainy = (published: string) => [...notices, ...holidayNotices({ year: 2026, notices: [{ number: '国办发明电〔2026〕99号', title: '关于调整放假安排的通知', published, year: 2026, amends: true, daysOff: [{ name: '调休', from: '2026-10-12', to: '2026-10-13' }], makeUpDays: [] }] })]
    expect((await verdictOn(told('delayed'), { notices: rainy('2026-10-21') })).findings).toEqual([])
    const [first] = (await verdictOn(told('delayed'), { notices: rainy('2026-09-01') })).findings
    expect(first?.text).toMatch(/^“数据需求审核”/)
  })

  test('of which the last act was cut off by the end of the log are noted, not condemned', async () => {
    const acts = told('agreementInForce')
    const last = acts.at(-1)
    if (last === undefined) throw new Error('the story told nothing')
    const { findings, notes } = await verdictOn([...acts.slice(0, -1), { ...last, events: last.events.slice(0, -1) }], { others: [] })
    expect(findings).toEqual([])
    expect(notes).toEqual([`事项 ${last.caseId} 在文件末尾中断，最后一次办理没有核对完`])
    const cut = await verdictOn([...acts.slice(0, -1), { ...last, events: last.events.slice(0, -1) }])
    expect(cut.findings.map(({ code }) => code)).toEqual(['what-follows-must-be-complete'])
  })
})

describe('a forger who has the signing keys and recomputes every hash', () => {
  test('the catalogue is long enough', () => expect(FORGERIES.length).toBeGreaterThanOrEqual(25))

  test.each(FORGERIES.map((forgery) => [forgery.name, forgery] as const))('is found out: %s', async (_, { world, forge, found }) => {
    const acts = told(world)
    forge(acts)
    const { findings } = await verdictOn(acts)
    const [first] = findings
    const title = stepTitle(law, acts, found)
    expect(first).toMatchObject({ code: found.code })
    expect(first?.place).toMatch(new RegExp(`^case ${found.case} event \\d+ \\(line \\d+\\)$`))
    expect(first?.text).toMatch(new RegExp(`^“${title}”（.+）`))
    expect(first?.text).not.toContain('\n')
  })

  test('is found out where no step is to blame: an edition of the pack is left out', async () => {
    const next = await lawOf('chengdu-2026', (pack) => void (pack.manifest.version += 1))
    const pack = { id: law.ref.id, version: String(law.ref.version), digest: `sha256:${law.ref.digest}` }
    const { findings } = await verdictOn(told('replanned'), { laws: [next], entryChange: () => ({ pack }) })
    expect(findings.map(({ code }) => code)).toEqual(['pack-missing', 'pack-missing'])
    expect(findings[1]?.place).toBe('case implementation-plan-1')
  })

  test('is found out where the rules of a case are a draft', async () => {
    const draft = await lawOf('chengdu-2026', (pack) => void (pack.manifest.status = 'draft'))
    const story = new Story({ ...draft, pack: { ...draft.pack, manifest: { ...draft.pack.manifest, status: 'in-force' } } }, SUPPLY_CAST)
    replanned(story)
    const { findings } = await verdictOn(story.told, { laws: [draft] })
    expect(findings[0]).toMatchObject({ code: 'draft-rules-must-not-govern' })
  })

  test('is found out where the entry names another person or another date than the event', async () => {
    const acts = told('replanned')
    for (const change of [{ actor: 'somebody' }, { legalDate: '2026-06-16' }, { detail: { recorded: '2026-06-16' } }, { action: 'step-concluded/deliberate/approve' }, { provision: 'cd26-1.1' }]) {
      const { findings } = await verdictOn(acts, { entryChange: ({ object }) => (object.id === 'implementation-plan-1' && object.seq === 3 ? change : {}) })
      expect(findings[0]).toMatchObject({ code: 'case-entry-differs', place: expect.stringMatching(/^case implementation-plan-1 event 3 /) })
    }
  })
})

describe('the speed of the replay', () => {
  test('10,000 case events are replayed in seconds', async () => {
    const one = JSON.stringify(told('replanned'))
    const acts: ToldAct[] = []
    let events = 0
    for (let copy = 1; events < 10_000; copy += 1) {
      const next: ToldAct[] = JSON.parse(one.replaceAll('implementation-plan-1', `implementation-plan-${copy}`))
      events += next.flatMap((act) => act.events).length
      acts.push(...next)
    }
    const path = join(directory, 'many.jsonl')
    await writeCaseBundle(path, { acts, laws: [law], notices }, keys)
    const began = performance.now()
    const verdict = verifier.verifyBundle(path, { evidence: false })
    const seconds = (performance.now() - began) / 1_000
    console.info(`${verdict.events} case events of ${verdict.cases} cases read and replayed in ${seconds.toFixed(2)} s`)
    expect(verdict).toMatchObject({ findings: [], events })
    expect(seconds).toBeLessThan(20) // about 2 s on an idle core; the machine of the tests is shared
  })
})
