import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openCaseOffice } from '#adapters/cases/case-office.ts'
import type { CaseOffice } from '#adapters/cases/case-office.ts'
import type { Offered } from '#adapters/cases/capability-port.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { SigningKeys } from '#adapters/evidence/signing-keys.ts'
import { addHolding, addOrganization, addPerson } from '#adapters/identity/register.ts'
import type { RegisterAct } from '#adapters/identity/register.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { OrganizationKind } from '#adapters/postgres/tables/identity.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { keepEditions } from '#apps/api/editions.ts'
import { officeHolders } from '#capabilities/governance/organizations/organizations.facts.ts'
import { silent } from '#tests/support/cluster.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { holdingsOf } from '#tests/support/story-cast.ts'
import type { Story } from '#tests/support/story.ts'
import { runFolder } from './told-before.ts'

/** The platform in which one story is told again: its own database, evidence log, organisations and clock. */
export type Retelling = {
  office: CaseOffice
  database: FreshDatabase
  evidence: EvidenceLog
  keys: SigningKeys
  /** The legal day on which the platform believes itself to be. */
  clock: { today: LegalDate }
  /** How many cases there are; the next one is named after it, as the story names its cases. */
  cases: { count: number }
  /** Waits until every entry of what was done is in the evidence log. */
  settle(): Promise<void>
  close(): Promise<void>
  /** Stops it and keeps its database under a name for later stories. */
  keep(as: string): Promise<void>
}

/** A story's law as the only edition of a library; a story may be told in a preview of a draft. */
class StoryLibrary extends PackLibrary {
  readonly #law: CaseLaw
  constructor(law: CaseLaw) {
    super(law.calendar, law.pack.manifest.region)
    this.#law = law
  }

  override current(id: string): CaseLaw | undefined {
    return id === this.#law.ref.id ? this.#law : undefined
  }

  override lawOf(): CaseLaw {
    return this.#law
  }

  override get all(): readonly CaseLaw[] {
    return [this.#law]
  }
}

/**
 * Opens the parts of the platform that a story needs, over a database of its own; one that was kept after the same
 * beginning has its organisations and cases already. Call `close()` or `keep()` when it is told.
 */
export async function openRetelling(story: Story, offered: Offered, kept?: string): Promise<Retelling> {
  const database = await freshDatabase(kept)
  const keys = await signingKeys()
  const now = () => new Date()
  const evidence = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log: silent, now })
  const [clock, cases] = [{ today: legalDate(story.turns[0]?.line.on ?? story.law.pack.manifest.in_force) }, { count: 0 }]
  const legalClock: LegalClock = { mode: 'demonstration', now, today: async () => clock.today }
  const packs = new StoryLibrary(story.law)
  await keepEditions({ db: database.app.db, packs, clock: legalClock, evidence })
  const office = openCaseOffice({
    db: database.app.db, packs, offered, clock: legalClock, committer: inBatches(evidence), holders: officeHolders(legalClock), preview: true, failpoint: () => undefined,
    newCaseId: (procedure) => `${procedure}-${(cases.count += 1)}`,
  })
  if (kept === undefined) await enrol(story, database, clock.today)
  return {
    office, database, evidence, keys, clock, cases,
    settle: () => settle(evidence, database),
    close: async () => {
      await evidence.stop()
      await database.drop()
    },
    keep: async (as) => {
      await evidence.stop()
      await database.keep(as)
    },
  }
}

/** The evidence log as it is, but nobody waits for single entries: what many acts leave is entered in few batches, and all of it by `settle` or when the platform is closed. */
function inBatches(evidence: EvidenceLog): Committer {
  return { ...evidence, poke: () => undefined, waitFor: async (id) => ({ id, seq: 0 }) }
}

/** Waits until every entry of what was done is in the log. */
async function settle(evidence: EvidenceLog, { owner }: FreshDatabase): Promise<void> {
  for (;;) {
    evidence.poke()
    const pending = await owner.db.selectFrom('evidence_pending').select('entry_id').limit(1).execute()
    if (pending.length === 0) return
    await sleep(LOOK_MS)
  }
}

let madeKeys: Promise<SigningKeys> | undefined

/** One pair of keys for the whole run: a story may go on where another worker kept the platform. */
function signingKeys(): Promise<SigningKeys> {
  madeKeys ??= openOrWait(join(runFolder(), 'keys'))
  return madeKeys
}

/** How often, ms, and how many times a worker looks whether another one has finished making the keys. */
const LOOK_MS = 100
const LOOKS = 50

async function openOrWait(folder: string, looks = LOOKS): Promise<SigningKeys> {
  try {
    return await openSigningKeys(folder, 'conformance.example/evidence')
  } catch (error) {
    if (looks === 0) throw error
    await sleep(LOOK_MS)
    return openOrWait(folder, looks - 1)
  }
}

/** Before every story: its organisations hold their offices since then. */
const SINCE = '2000-01-01'
/** Nobody signs in here. */
const NO_PASSWORD = '$argon2id$nobody'

/** The cast as organisations, holders of offices and persons in the platform's own register. */
async function enrol({ cast, law, world, holders }: Story, database: FreshDatabase, today: LegalDate): Promise<void> {
  const { region } = law.pack.manifest
  const act: RegisterAct = { person: 'platform', organization: 'platform', today, now: new Date() }
  await inTransaction(database.app.db, { as: 'system' }, async (tx) => {
    for (const [id, organization] of Object.entries(world.organizations)) {
      const text = (name: string) => (typeof organization[name] === 'string' ? organization[name] : undefined)
      await addOrganization(tx, {
        id, name: text('name') ?? id, credit_code: text('credit-code'), kind: kindOf(text('kind')), legal_person: organization['legal-person'] === true,
        region: text('region') ?? region, sector: text('sector'), demonstration: false,
      })
      const fixed = holdingsOf(cast).filter((one) => one.organization === id && (one.region !== null || holders[one.office] === id))
      for (const { office, region: elsewhere } of fixed) await addHolding(tx, { ...held(id, office, elsewhere ?? region), fixed: true }, act)
      for (const office of Array.isArray(organization['offices']) ? organization['offices'] : []) {
        if (!fixed.some((one) => one.office === office)) await addHolding(tx, { ...held(id, String(office), text('region') ?? region), fixed: false }, act)
      }
    }
    for (const [id, { organization, offices }] of Object.entries(cast.persons)) {
      await addPerson(tx, { id, organization, name: id, login: id, offices: [...new Set(offices)], password_hash: NO_PASSWORD, demonstration: false }, act)
    }
  })
}

function held(organization: string, office: string, region: string) {
  return { organization, office, region, decision_number: '无', decided_on: SINCE, from: SINCE }
}

const KINDS: readonly OrganizationKind[] = ['government', 'public-institution', 'enterprise', 'partnership', 'other']

function kindOf(text: string | undefined): OrganizationKind {
  return KINDS.find((kind) => kind === text) ?? 'other'
}
