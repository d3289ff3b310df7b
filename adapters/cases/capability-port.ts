import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Basis } from '#core/pack/basis.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Act, Branch, CaseState } from '#core/procedure/case-state.ts'
import type { CaseCommand } from '#core/procedure/decision-input.ts'
import type { Tx } from './case-store.ts'

/** Reads a fact for a step, inside the step's transaction. Unknown things are null, never a guess. */
export type FactReader = (args: JsonObject, at: { tx: Tx; today: LegalDate; law: CaseLaw; state: CaseState | null }) => Promise<Json>

/** What an effect may see and do; all of it in the step's transaction. What can fail outside goes to the outbox. */
export type EffectContext = {
  tx: Tx
  law: CaseLaw
  /** The case after the step. */
  state: CaseState
  /** The branch of the act that intends the effect. */
  branch: Branch
  handle: string
  basis: Basis
  act: Act
  person: string
  now: Date
  /** The organisation in a role of this case, also where the procedure names it by an operand. */
  partyOf(role: string): string | undefined
  /** Opens another case as the platform, in the same transaction. */
  openCase(procedure: string, links: Record<string, string>, contents: Record<string, Json>): Promise<string>
  /** Acts on another case as the platform, in the same transaction. */
  onCase(caseId: string, command: CaseCommand): Promise<void>
}

export type EffectRunner = (args: JsonObject, context: EffectContext) => Promise<void>

/** An act whose effects have run; `intended` are they, in order. */
export type ActDone = Pick<EffectContext, 'tx' | 'law' | 'act'> & { state: Pick<CaseState, 'id' | 'number' | 'procedure'>; organization: string; intended: readonly { handle: string; effect: string; args: JsonObject; basis: Basis }[] }

/** What the capabilities offer to packs, by the names of `core/procedure/vocabulary.ts`, and what follows from every act's effects in its transaction. */
export type Offered = {
  facts: Readonly<Record<string, FactReader>>
  effects: Readonly<Record<string, EffectRunner>>
  afterEffects?: (done: ActDone) => Promise<void>
}

/** An argument without which nothing can be read or done, e.g. the key of a record that the applicant left out. */
export class ArgumentUnusable extends TypeError {}

/** An argument that the vocabulary requires as a text. @throws ArgumentUnusable: for a fact it is then unknown, an effect fails with its step. */
export function textArg(args: JsonObject, name: string): string {
  const value = args[name]
  if (typeof value !== 'string' || value === '') throw new ArgumentUnusable(`the argument ${name} must be a text, not ${JSON.stringify(value)}`)
  return value
}
