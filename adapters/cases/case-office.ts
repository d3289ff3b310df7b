import type { Kysely } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Act, Actor } from '#core/procedure/case-state.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Offered } from './capability-port.ts'
import { CaseActs, RefusedInside } from './case-acts.ts'
import type { OpenCommand, OtherCommand } from './case-acts.ts'
import type { Tx } from './case-store.ts'
import { actorFor } from './delegations.ts'
import { recallCommand, rememberCommand } from './command-keys.ts'
import { enterDenial } from './denials.ts'

/** What an accepted command answers: the case as it stands, and the evidence entries that prove the step. */
export type Accepted = { accepted: true; caseId: string; number: string; seq: number; status: string; entries: string[] }
export type Answer = Accepted | { accepted: false; refusal: Refusal }

export type Request = {
  actor: Actor
  /** Date of the act; the recording is today. */
  actDate?: LegalDate
  idempotencyKey: string
  /** The colleague for whom the actor acts, under a delegation on record. */
  actingFor?: string
  /** What the actor saw last; a later change by others is refused instead of overwritten. */
  expectedSeq?: number
}

/** Who holds each office of a pack with one fixed holder, as the organisations' register says today. */
export type OfficeHolders = (tx: Tx, law: CaseLaw) => Promise<Record<string, string>>

export type CaseOffice = {
  open(packId: string, command: OpenCommand, request: Request): Promise<Answer>
  act(caseId: string, command: OtherCommand, request: Request): Promise<Answer>
  /** The platform's own act in a transaction of its own. */
  actAsPlatform(caseId: string, command: OtherCommand, key: string): Promise<Answer>
  openAsPlatform(packId: string, procedure: string, contents: Record<string, Json>, key: string, links?: Record<string, string>): Promise<Answer>
}

export type CaseOfficeParts = {
  db: Kysely<Tables>
  packs: PackLibrary
  offered: Offered
  clock: LegalClock
  committer: Committer
  holders: OfficeHolders
  failpoint: (name: string) => Promise<void> | void
  /** Whether there is a preview space; off where nothing says so. */
  preview?: boolean
  /** Names a new case, where it is not to be named by chance: a history told again keeps its names. */
  newCaseId?: (procedure: string) => string
}

/**
 * The one way by which cases change: command → pure decision → events, pending evidence and tasks in one serializable
 * transaction → outbox. A refusal changes nothing and is itself entered as evidence before it is answered.
 */
export function openCaseOffice(parts: CaseOfficeParts): CaseOffice {
  const acts = new CaseActs(parts)

  const open: CaseOffice['open'] = async (packId, command, request) => {
    const law = parts.packs.current(packId)
    if (!law) return { accepted: false, refusal: refuse('pack-must-be-loaded', null, `没有名为“${packId}”的规则包。`, '请从规则库中选择。', {}) }
    return run(parts, bodyOf({ packId }, command, request), request, async (tx, at) => acts.open(law, command, { tx, actor: await actorOf(tx, request, at, { caseId: 'new', law, command }), act: at }))
  }

  const act: CaseOffice['act'] = (caseId, command, request) =>
    run(parts, bodyOf({ caseId }, command, request), request, async (tx, at) => acts.act(caseId, command, { tx, actor: await actorOf(tx, request, at, { caseId, law: null, command }), act: at }, request.expectedSeq))

  return {
    open,
    act,
    actAsPlatform: (caseId, command, idempotencyKey) => act(caseId, command, { actor: PLATFORM, idempotencyKey }),
    openAsPlatform: (packId, procedure, contents, idempotencyKey, links = {}) => open(packId, { type: 'open', procedure, links, contents }, { actor: PLATFORM, idempotencyKey }),
  }
}

/** Who acts: the person of the session, or that person in the name of a colleague who has delegated an office. */
async function actorOf(tx: Tx, { actor, actingFor }: Request, act: Act, at: RefusedInside['at']): Promise<Actor> {
  if (actingFor === undefined) return actor
  const found = await actorFor(tx, actor, actingFor, act.date)
  if (found === null) {
    throw new RefusedInside(refuse('delegation-must-be-on-record', null, `${act.date}没有由您代理该同志的记录，或者代理已经终止。`, '请先办理岗位代理，或者以本人名义办理。', {}), at)
  }
  return found
}

/** What a repeated request must equal to be answered as before. */
function bodyOf(at: Record<string, string>, command: OpenCommand | OtherCommand, request: Request): Json {
  return { ...at, command: command as unknown as Json, actDate: request.actDate ?? null, ...(request.actingFor === undefined ? {} : { actingFor: request.actingFor }) } // commands are plain JSON
}

async function run(parts: CaseOfficeParts, body: Json, request: Request, work: (tx: Tx, act: Act) => Promise<Accepted>): Promise<Answer> {
  const { db, clock, committer, failpoint } = parts
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
