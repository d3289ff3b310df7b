import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Act, Actor, CaseState } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import type { CaseCommand, Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { partyOf } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Offered } from './capability-port.ts'
import { nextCaseNumber } from './case-number.ts'
import { loadCase } from './case-store.ts'
import type { Tx } from './case-store.ts'
import { recallCommand, rememberCommand } from './command-keys.ts'
import { enterDenial } from './denials.ts'
import { readFacts } from './needed-facts.ts'
import { recordDecision } from './record-decision.ts'

/** What an accepted command answers: the case as it stands, and the evidence entries that prove the step. */
export type Accepted = { accepted: true; caseId: string; number: string; seq: number; status: string; entries: string[] }
export type Answer = Accepted | { accepted: false; refusal: Refusal }

export type Request = {
  actor: Actor
  /** Date of the act; the recording is today. */
  actDate?: LegalDate
  idempotencyKey: string
  /** What the actor saw last; a later change by others is refused instead of overwritten. */
  expectedSeq?: number
}

/** Who holds each office of a pack with one fixed holder, as the organisations' register says today. */
export type OfficeHolders = (tx: Tx, law: CaseLaw) => Promise<Record<string, string>>

export type CaseOffice = {
  open(packId: string, command: Extract<CaseCommand, { type: 'open' }>, request: Request): Promise<Answer>
  act(caseId: string, command: Exclude<CaseCommand, { type: 'open' }>, request: Request): Promise<Answer>
  /** The platform's own act in a transaction of its own. */
  actAsPlatform(caseId: string, command: Exclude<CaseCommand, { type: 'open' }>, key: string): Promise<Answer>
  openAsPlatform(packId: string, procedure: string, contents: Record<string, Json>, key: string): Promise<Answer>
}

export type CaseOfficeParts = {
  db: Kysely<Tables>
  packs: PackLibrary
  offered: Offered
  clock: LegalClock
  committer: Committer
  holders: OfficeHolders
  failpoint: (name: string) => Promise<void> | void
}

/** Raised inside a transaction to roll it back with a refusal. */
class RefusedInside extends Error {
  readonly refusal: Refusal
  readonly at: { caseId: string; law: CaseLaw | null; command: CaseCommand }
  constructor(refusal: Refusal, at: RefusedInside['at']) {
    super(refusal.code)
    this.refusal = refusal
    this.at = at
  }
}

/**
 * The one way by which cases change: command → pure decision → events, pending evidence and tasks in one serializable
 * transaction → outbox. A refusal changes nothing and is itself entered as evidence before it is answered.
 */
export function openCaseOffice(parts: CaseOfficeParts): CaseOffice {
  const { db, packs, clock, committer, failpoint } = parts

  async function run(body: Json, request: Request, work: (tx: Tx, act: Act) => Promise<Accepted>): Promise<Answer> {
    try {
      const answer = await inTransaction(db, { as: 'system' }, async (tx): Promise<Answer> => {
        const recalled = await recallCommand<Accepted>(tx, request.actor.person, request.idempotencyKey, body)
        if (recalled.repeated === true) return recalled.response
        if (recalled.repeated === 'other-body') return { accepted: false, refusal: recalled.refusal }
        const today = await clock.today(tx)
        const accepted = await work(tx, { date: request.actDate ?? today, recorded: today })
        await rememberCommand(tx, request.actor.person, request.idempotencyKey, body, accepted)
        await failpoint('case.before-commit')
        return accepted
      })
      await failpoint('case.after-commit')
      committer.poke()
      if (answer.accepted) await Promise.all(answer.entries.map((id) => committer.waitFor(id)))
      return answer
    } catch (error) {
      if (!(error instanceof RefusedInside)) throw error
      await enterDenial(committer, { refusal: error.refusal, actor: request.actor, ...error.at, today: await clock.today(db) })
      return { accepted: false, refusal: error.refusal }
    }
  }

  async function openIn(tx: Tx, law: CaseLaw, command: Extract<CaseCommand, { type: 'open' }>, actor: Actor, act: Act): Promise<Accepted> {
    const procedure = law.pack.procedures[command.procedure]
    const id = `case-${randomUUID()}`
    if (!procedure) {
      throw new RefusedInside(refuse('procedure-must-be-in-pack', null, `规则包中没有“${command.procedure}”这一程序。`, '请从可发起的事项中选择。', {}), { caseId: id, law, command })
    }
    const links = await linkedCases(tx, command.links)
    const holders = await parts.holders(tx, law)
    const scope: Scope = {
      law, procedure: command.procedure, state: null, given: command.contents, facts: {}, links,
      parties: { ...holders, [procedure.open.by]: actor.organization }, actor, act, branch: [], task: null, read: {},
    }
    const facts = await readFacts(tx, parts.offered, procedure.open.facts, scope)
    // A refusal rolls the number back with everything else, so that refused openings leave no gap.
    const opening = { id, number: await nextCaseNumber(tx, procedure.mark, act.date), holders }
    const input: DecisionInput = { law, state: null, command, actor, act, links, facts, opening }
    const decision = settled(decide(input), { caseId: id, law, command })
    return recorded(tx, law, null, decision, actor, act)
  }

  async function actIn(tx: Tx, caseId: string, command: Exclude<CaseCommand, { type: 'open' }>, actor: Actor, act: Act, expectedSeq?: number): Promise<Accepted> {
    const locked = await tx.selectFrom('legal_case').select(['seq', 'pack', 'pack_digest']).where('id', '=', caseId).forUpdate().executeTakeFirst()
    const state = locked === undefined ? null : await loadCase(tx, caseId)
    if (locked === undefined || state === null) {
      throw new RefusedInside(refuse('case-must-exist', null, '没有这一事项，或者贵单位不是所涉单位。', '请从待办或事项列表进入。', {}), { caseId, law: null, command })
    }
    const law = packs.lawOf({ id: locked.pack, digest: locked.pack_digest })
    const at = { caseId, law, command }
    if (expectedSeq !== undefined && expectedSeq !== state.seq) {
      throw new RefusedInside(refuse('case-must-not-have-changed', procedureOf(law, state.procedure).basis, '本事项刚由他人办理，页面内容已过时。', '请刷新后再办理，已填写的内容仍在草稿中。', { seq: state.seq }), at)
    }
    const links = await linkedCases(tx, state.links)
    const facts = command.type === 'conclude' ? await factsFor(tx, law, state, command, actor, act, links) : {}
    const decision = settled(decide({ law, state, command, actor, act, links, facts, opening: null }), at)
    if (decision.events.length === 0) return { accepted: true, caseId, number: state.number, seq: state.seq, status: state.status, entries: [] }
    return recorded(tx, law, state, decision, actor, act)
  }

  async function factsFor(tx: Tx, law: CaseLaw, state: CaseState, command: Extract<CaseCommand, { type: 'conclude' }>, actor: Actor, act: Act, links: Record<string, CaseState>) {
    const task = state.tasks.find((one) => one.id === command.task)
    const outcome = task === undefined ? undefined : procedureOf(law, state.procedure).steps[task.step]?.outcomes[command.outcome]
    if (!task || !outcome) return {}
    const scope: Scope = { law, procedure: state.procedure, state, given: command.contents, facts: {}, links, parties: state.parties, actor, act, branch: task.branch, task, read: {} }
    return readFacts(tx, parts.offered, outcome.facts, scope)
  }

  async function recorded(tx: Tx, law: CaseLaw, before: CaseState | null, decision: Extract<Decision, { accepted: true }>, actor: Actor, act: Act): Promise<Accepted> {
    const platform = { date: act.recorded, recorded: act.recorded }
    const { state } = decision
    const links = await linkedCases(tx, state.links)
    const scope: Scope = { law, procedure: state.procedure, state, given: {}, facts: {}, links, parties: state.parties, actor, act, branch: [], task: null, read: {} }
    return recordDecision(parts, { tx, law, before, decision, actor, act }, {
      partyOf: (role) => partyOf(role, scope),
      openCase: async (procedure, links, contents) => (await openIn(tx, law, { type: 'open', procedure, links, contents }, PLATFORM, platform)),
      onCase: async (caseId, command) => {
        if (command.type === 'open') throw new TypeError('another case is opened with openCase')
        return actIn(tx, caseId, command, PLATFORM, platform)
      },
    })
  }

  const lawNamed = (packId: string): CaseLaw | undefined => packs.current(packId)

  async function open(packId: string, command: Extract<CaseCommand, { type: 'open' }>, request: Request): Promise<Answer> {
    const law = lawNamed(packId)
    if (!law) return { accepted: false, refusal: refuse('pack-must-be-loaded', null, `没有名为“${packId}”的规则包。`, '请从规则库中选择。', {}) }
    return run({ packId, command: command as unknown as Json, actDate: request.actDate ?? null }, request, (tx, act) => openIn(tx, law, command, request.actor, act)) // commands are plain JSON
  }

  async function act(caseId: string, command: Exclude<CaseCommand, { type: 'open' }>, request: Request): Promise<Answer> {
    return run({ caseId, command: command as unknown as Json, actDate: request.actDate ?? null }, request, (tx, at) => actIn(tx, caseId, command, request.actor, at, request.expectedSeq)) // commands are plain JSON
  }

  return {
    open,
    act,
    actAsPlatform: (caseId, command, idempotencyKey) => act(caseId, command, { actor: PLATFORM, idempotencyKey }),
    openAsPlatform: (packId, procedure, contents, idempotencyKey) => open(packId, { type: 'open', procedure, links: {}, contents }, { actor: PLATFORM, idempotencyKey }),
  }
}

function settled(decision: Decision, at: RefusedInside['at']): Extract<Decision, { accepted: true }> {
  if (!decision.accepted) throw new RefusedInside(decision.refusal, at)
  return decision
}

async function linkedCases(tx: Tx, links: Record<string, string>): Promise<Record<string, CaseState>> {
  const found: Record<string, CaseState> = {}
  for (const [name, id] of Object.entries(links)) {
    const state = await loadCase(tx, id)
    if (state !== null) found[name] = state
  }
  return found
}
