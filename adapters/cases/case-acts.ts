import { randomUUID } from 'node:crypto'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { Act, Actor, CaseState } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import { openingOffice } from '#core/procedure/decide-open.ts'
import type { CaseCommand, Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { factsAsked } from '#core/procedure/declared-interests.ts'
import { replay } from '#core/procedure/evolve.ts'
import { partyOf } from '#core/procedure/operand.ts'
import { isOutOfDate } from '#core/procedure/out-of-date.ts'
import { regionRefusal } from '#core/procedure/versions.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { issueDocuments } from '#adapters/documents/issue-documents.ts'
import type { Accepted, CaseOfficeParts } from './case-office.ts'
import { PREVIEW_MARK, nextCaseNumber } from './case-number.ts'
import { loadCase, loadEvents } from './case-store.ts'
import type { Tx } from './case-store.ts'
import { readFacts } from './needed-facts.ts'
import { recordDecision } from './record-decision.ts'

export type OpenCommand = Extract<CaseCommand, { type: 'open' }>
export type OtherCommand = Exclude<CaseCommand, { type: 'open' }>

/** Raised inside a transaction to roll it back with a refusal. */
export class RefusedInside extends Error {
  readonly refusal: Refusal
  readonly at: { caseId: string; law: CaseLaw | null; command: CaseCommand }
  constructor(refusal: Refusal, at: RefusedInside['at']) {
    super(refusal.code)
    this.refusal = refusal
    this.at = at
  }
}

/** Who acts, when, in which transaction. */
export type Acting = { tx: Tx; actor: Actor; act: Act }

/** Opening and acting inside a given transaction; effects that reach other cases come back here, in the same one. */
export class CaseActs {
  readonly #parts: CaseOfficeParts

  constructor(parts: CaseOfficeParts) {
    this.#parts = parts
  }

  async open(law: CaseLaw, command: OpenCommand, acting: Acting): Promise<Accepted> {
    const { tx, actor, act } = acting
    const parts = this.#parts
    const elsewhere = regionRefusal(law, this.#parts.packs.region)
    const procedure = law.pack.procedures[command.procedure]
    const id = this.#parts.newCaseId?.(command.procedure) ?? `case-${randomUUID()}`
    if (command.preview === true && parts.preview !== true) {
      throw new RefusedInside(refuse('preview-must-be-switched-on', null, '本平台没有开通预演空间。', '请由系统管理员开通，或者选择现行规则包办理。', {}), { caseId: id, law, command })
    }
    if (elsewhere) throw new RefusedInside(elsewhere, { caseId: id, law, command })
    if (!procedure) {
      throw new RefusedInside(refuse('procedure-must-be-in-pack', null, `规则包中没有“${command.procedure}”这一程序。`, '请从可发起的事项中选择。', {}), { caseId: id, law, command })
    }
    const links = await linkedCases(tx, command.links)
    const holders = await parts.holders(tx, law)
    const scope: Scope = {
      law, procedure: command.procedure, state: null, given: command.contents, facts: {}, links,
      parties: { ...holders, [openingOffice(procedure, actor)]: actor.organization }, actor, act, branch: [], task: null, read: {},
    }
    const facts = await readFacts(tx, parts.offered, procedure.open.facts, scope)
    // A refusal rolls the number back with everything else, so that refused openings leave no gap.
    const opening = { id, number: await nextCaseNumber(tx, command.preview === true ? `${PREVIEW_MARK}${procedure.mark}` : procedure.mark, act.date), holders }
    const input: DecisionInput = { law, state: null, command, actor, act, links, facts, opening }
    const decision = settled(decide(input), { caseId: id, law, command })
    return this.#record(law, null, decision, acting)
  }

  async act(caseId: string, command: OtherCommand, acting: Acting, expectedSeq?: number): Promise<Accepted> {
    const { tx, actor, act } = acting
    const locked = await tx.selectFrom('legal_case').select(['seq', 'pack', 'pack_digest']).where('id', '=', caseId).forUpdate().executeTakeFirst()
    const stored = locked === undefined ? null : await loadEvents(tx, caseId)
    if (locked === undefined || stored === null) {
      throw new RefusedInside(refuse('case-must-exist', null, '没有这一事项，或者贵单位不是所涉单位。', '请从待办或事项列表进入。', {}), { caseId, law: null, command })
    }
    const law = this.#parts.packs.lawOf({ id: locked.pack, digest: locked.pack_digest })
    const at = { caseId, law, command }
    const events = stored.map((one) => one.event)
    const state = replay(events)
    if (expectedSeq !== undefined && hasChanged(state, command, expectedSeq, events)) {
      throw new RefusedInside(refuse('case-must-not-have-changed', procedureOf(law, state.procedure).basis, '本事项刚由他人办理，页面内容已过时。', '请刷新后再办理，已填写的内容仍在草稿中。', { seq: state.seq }), at)
    }
    const links = await linkedCases(tx, state.links)
    const facts = command.type === 'conclude' ? await this.#factsFor(law, state, command, acting, links) : {}
    const decision = settled(decide({ law, state, command, actor, act, links, facts, opening: null }), at)
    if (decision.events.length === 0) return { accepted: true, caseId, number: state.number, seq: state.seq, status: state.status, entries: [] }
    return this.#record(law, state, decision, acting)
  }

  async #factsFor(law: CaseLaw, state: CaseState, command: Extract<CaseCommand, { type: 'conclude' }>, { tx, actor, act }: Acting, links: Record<string, CaseState>): Promise<Record<string, Json>> {
    const task = state.tasks.find((one) => one.id === command.task)
    const outcome = task === undefined ? undefined : procedureOf(law, state.procedure).steps[task.step]?.outcomes[command.outcome]
    if (!task || !outcome) return {}
    const scope: Scope = { law, procedure: state.procedure, state, given: command.contents, facts: {}, links, parties: state.parties, actor, act, branch: task.branch, task, read: {} }
    return readFacts(tx, this.#parts.offered, factsAsked(law, outcome.facts, outcome.by ?? procedureOf(law, state.procedure).steps[task.step]?.by ?? task.office, actor), scope)
  }

  async #record(law: CaseLaw, before: CaseState | null, decision: Extract<Decision, { accepted: true }>, { tx, actor, act }: Acting): Promise<Accepted> {
    const platform: Acting = { tx, actor: PLATFORM, act: { date: act.recorded, recorded: act.recorded } }
    const { state } = decision
    const links = await linkedCases(tx, state.links)
    const scope: Scope = { law, procedure: state.procedure, state, given: {}, facts: {}, links, parties: state.parties, actor, act, branch: [], task: null, read: {} }
    const accepted = await recordDecision(this.#parts, { tx, law, before, decision, actor, act }, {
      partyOf: (role) => partyOf(role, scope),
      openCase: (procedure, given, contents) => this.open(law, { type: 'open', procedure, links: given, contents, ...(state.preview === true ? { preview: true } : {}) }, platform),
      onCase: async (caseId, command) => {
        if (command.type === 'open') throw new TypeError('another case is opened with openCase')
        return this.act(caseId, command, platform)
      },
    })
    await issueDocuments({ tx, state, events: decision.events, firstSeq: (before?.seq ?? 0) + 1, scope })
    return accepted
  }
}

/** Whether the page that the person acted on is out of date for what they do; one that claims to be ahead always is. */
function hasChanged(state: CaseState, command: OtherCommand, expectedSeq: number, events: readonly CaseEvent[]): boolean {
  if (expectedSeq === state.seq) return false
  if (expectedSeq > state.seq || !('task' in command)) return true
  return isOutOfDate(state, command.task, events.slice(expectedSeq), events)
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
