import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { openCaseOffice } from '#adapters/cases/case-office.ts'
import type { Answer, CaseOffice } from '#adapters/cases/case-office.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import { addHolding, addOrganization, addPerson } from '#adapters/identity/register.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { keepEditions } from '#apps/api/editions.ts'
import { OFFERED } from '#apps/api/offered.ts'
import { officeHolders } from '#capabilities/governance/organizations/organizations.facts.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { CHENGDU_2020, opinion, story, supplied } from '#tests/support/chengdu-2020-story.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { silent } from '#tests/support/cluster.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { Story } from '#tests/support/story.ts'
import { entry, field, risk } from '#tests/support/supply-contents.ts'

const REGION = '510100'
const DECISION = { number: '成发改数据〔2026〕80号', date: '2026-06-22', reason: '旧制已提供的数据确需继续使用' }
const transition = (change: JsonObject = {}): JsonObject => ({ 'list-number': '2026-01号', ...DECISION, rows: [{ entry: 'buses', provider: 'transport-bureau', supply: 'GJ-1' }], ...change })

/** The city as it is after the change of rules: the data authority of today also has the files of its predecessor. */
const CAST_2020 = { ...CHENGDU_2020, holders: { ...CHENGDU_2020.holders, 'data-authority': 'development-commission' }, persons: { ...CHENGDU_2020.persons, governance: { organization: 'development-commission', offices: ['data-authority'] } } }
const HOLDERS: Record<string, string> = { ...CHENGDU.holders, ...CAST_2020.holders }
const PERSONS: Record<string, { organization: string; offices: readonly string[] }> = {
  ...CAST_2020.persons, authority: { organization: 'development-commission', offices: ['data-authority'] }, manager: { organization: 'operation-office', offices: ['public-data-manager'] }, drafter: { organization: 'big-data-centre', offices: ['implementing-agency'] },
}

describe('from the rules of 2020 to those of 2026, in the case office with both', () => {
  let directory: string
  let database: FreshDatabase
  let evidence: EvidenceLog
  let office: CaseOffice
  let today = legalDate('2026-01-12')
  let asked = 0

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'transition-'))
    database = await freshDatabase()
    const now = () => new Date()
    evidence = await openEvidenceLog({ connection: database.connections.gongshu_app, keys: await openSigningKeys(directory, 'city.example/evidence'), log: silent, now })
    const clock: LegalClock = { mode: 'demonstration', now, today: async () => today }
    const packs = new PackLibrary(workingCalendar(await readHolidayNotices('packs/national-holidays')), REGION)
    packs.load(new Map([...readPacks('packs')].filter(([id]) => id.startsWith('chengdu') || id.startsWith('national'))))
    const { db } = database.app
    await keepEditions({ db, packs, clock, evidence })
    let cases = 0
    office = openCaseOffice({ db, packs, offered: OFFERED, clock, committer: evidence, holders: officeHolders(clock), preview: false, failpoint: () => undefined, newCaseId: (procedure) => `${procedure}-${(cases += 1)}` })
    await enrol()
  })
  afterAll(async () => {
    await evidence.stop()
    await database.drop()
    rmSync(directory, { recursive: true })
  })

  async function enrol(): Promise<void> {
    const since = '2000-01-01'
    const act = { person: 'platform', organization: 'platform', today, now: new Date() }
    const organizations = [...new Set([...Object.values(PERSONS).map((one) => one.organization), ...Object.values(HOLDERS)])]
    await inTransaction(database.app.db, { as: 'system' }, async (tx) => {
      for (const [index, id] of organizations.entries()) {
        await addOrganization(tx, { id, name: id, credit_code: `91510100MA6TR${String(index).padStart(3, '0')}AB`.slice(0, 18).padEnd(18, 'X'), kind: 'government', legal_person: true, region: REGION, sector: undefined, demonstration: false })
        for (const role of new Set(Object.values(PERSONS).filter((one) => one.organization === id).flatMap((one) => one.offices))) {
          await addHolding(tx, { organization: id, office: role, region: REGION, decision_number: '无', decided_on: since, from: since, fixed: HOLDERS[role] === id }, act)
        }
      }
      for (const [id, { organization, offices }] of Object.entries(PERSONS)) await addPerson(tx, { id, organization, name: id, login: id, offices: [...offices], password_hash: '$argon2id$nobody', demonstration: false }, act)
    })
  }

  const as = (who: string, on: string) => {
    today = legalDate(on)
    const person = PERSONS[who]
    if (person === undefined) throw new Error(`nobody is called ${who}`)
    return { actor: { person: who, ...person }, actDate: today, idempotencyKey: `transition-${String((asked += 1)).padStart(6, '0')}` }
  }
  const opening = (pack: string, on: string, who: string, procedure: string, contents: Record<string, Json>) => office.open(pack, { type: 'open', procedure, links: {}, contents }, as(who, on))
  const acting = (id: string, on: string, who: string, task: string, outcome: string, contents: Record<string, Json> = {}) => office.act(id, { type: 'conclude', task, outcome, contents }, as(who, on))
  const taken = (answer: Answer) => {
    if (!answer.accepted) throw new Error(`${answer.refusal.code} ${answer.refusal.message}`)
    return answer
  }
  const refused = (answer: Answer) => (answer.accepted ? null : { code: answer.refusal.code, provision: answer.refusal.provision })
  const openTasks = async (id: string) => (await database.owner.db.selectFrom('task').select('task').where('case_id', '=', id).where('open', '=', true).execute()).map((row) => row.task).toSorted()

  test('cd20-21.1: what was opened before is read and finished under its own rules, nothing new is; its data go over by a recorded decision', async () => {
    const told = new Story(story().law, CAST_2020)
    const list = supplied(told)
    for (const { line, command, caseId } of told.turns) {
      const answer = command.type === 'open' ? await office.open('chengdu-2020', command, as(line.who, line.on)) : await office.act(caseId ?? '', command, line.who === 'platform' ? { ...as('authority', line.on), actor: told.input(line, command, null, {}).actor } : as(line.who, line.on))
      taken(answer)
    }
    expect(refused(await opening('chengdu-2020', '2026-06-08', 'operator', 'demand-list', { 'demand-list': { number: '2026-02号', 'has-new-economy': false, items: [] } }))).toEqual({ code: 'rules-must-be-in-force', provision: 'cd20-21.1' })
    expect(await openTasks(list.id)).toEqual(['opinion@providers=health-commission'])

    const start = () => opening('chengdu-2026', '2026-06-22', 'authority', 'transition-2020', { transition: transition() })
    expect(refused(await start())).toEqual({ code: 'old-case-must-be-concluded', provision: null })
    taken(await acting(list.id, '2026-06-15', 'health', 'opinion@providers=health-commission', 'given', { opinions: [opinion('visits', { decision: 'refuse', reason: '涉及个人隐私' })] }))
    expect(taken(await acting(list.id, '2026-06-16', 'governance', 'summarize@providers=health-commission', 'summarized', { 'summary-note': '卫健部门不同意授权' })).status).toBe('concluded')

    const moved = taken(await start())
    expect([moved.status, await openTasks(moved.caseId)]).toEqual(['opened', ['list-anew@transition-rows=buses']])
    const listAnew = () => acting(moved.caseId, '2026-06-29', 'transport', 'list-anew@transition-rows=buses', 'listed')
    expect(refused(await listAnew())).toEqual({ code: 'resource-must-be-listed-under-these-rules', provision: 'cd26-7.5' })
    const listed = taken(await opening('chengdu-2026', '2026-06-24', 'transport', 'catalog-entry', { 'catalog-entry': entry('buses', { fields: [field('line'), field('hour')] }), 'risk-statement': risk() }))
    taken(await acting(listed.caseId, '2026-06-25', 'manager', 'confirmation', 'confirm', { 'catalog-opinion': '符合目录规范' }))
    taken(await listAnew())
    expect(taken(await acting(moved.caseId, '2026-06-30', 'drafter', 'carry@transition-rows=buses', 'carried')).status).toBe('closed')
    const record = await database.owner.db.selectFrom('register_record').select(['record', 'case_id']).where('register', '=', 'carried-over').where('key', '=', 'buses').where('current', '=', true).executeTakeFirst()
    expect(record).toMatchObject({ case_id: moved.caseId, record: { 'list-number': '2026-01号', supply: 'GJ-1', decision: DECISION.number, provider: 'transport-bureau', 'carried-on': '2026-06-30' } })
  })
})

const law = await lawOf('chengdu-2026')

describe('the recorded decision', () => {
  const begin = (change: JsonObject = {}, status: string | null = 'concluded', on = '2026-06-22') => {
    const told = new Story(law, CHENGDU)
    const facts = { 'old-list': status === null ? [] : [{ id: 'old-1', status }], entries: { buses: { provider: 'transport-bureau' } } }
    return { told, line: { on, who: 'authority', procedure: 'transition-2020', contents: { transition: transition(change) }, facts } }
  }
  const refuses = (code: string, change?: JsonObject, status?: string | null, on?: string, provision: string | null = null) => {
    const { told, line } = begin(change, status, on)
    told.refusesOpening(line, code, provision)
  }

  test('names a list of the old rules that is concluded, is made before it is entered, and moves what its provider holds', () => {
    refuses('old-case-must-exist', {}, null)
    refuses('old-case-must-be-concluded', {}, 'asking')
    refuses('transition-must-have-been-decided', { date: '2026-06-23' })
    refuses('resource-must-be-the-providers', { rows: [{ entry: 'buses', provider: 'health-commission' }] })
    refuses('rules-must-be-in-force', {}, 'concluded', '2026-06-07', 'cd26-37.1')
    const { told, line } = begin()
    const open = told.open(line)
    expect([open.status, open.open, open.effects('notify')]).toMatchObject(['opened', ['list-anew@transition-rows=buses'], [{ to: ['public-data-manager', 'implementing-agency'], notice: '旧制事项资源结转' }]])
    open.refuses({ on: '2026-06-29', who: 'transport', task: 'list-anew', outcome: 'listed' }, 'resource-must-be-listed-under-these-rules', 'cd26-7.5')
    expect(open.act({ on: '2026-06-30', who: 'transport', task: 'list-anew', outcome: 'withdrawn', contents: { opinion: '不再使用该数据' } }).status).toBe('closed')
  })
})
