import { createHash } from 'node:crypto'
import { decide } from '#core/procedure/decide.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import type { Mutant } from './mutants.ts'

/** A question that stories asked of the engine, with a digest of its answer under the unchanged packs. */
type Question<T> = { input: DecisionInput; answer: string; askedBy: Set<T> }

/**
 * What the stories asked, each question once although many stories begin alike. Under a changed rule it tells which
 * stories are answered otherwise: the others go as before and need not be told again.
 */
export class Questions<T> {
  readonly #known = new Map<string, Question<T>>()
  readonly #byProcedure = new Map<string, Question<T>[]>()
  readonly #byContent = new Map<string, Question<T>[]>()
  readonly #laws = new Map<unknown, number>()

  get count(): number {
    return this.#known.size
  }

  note(story: T, inputs: readonly DecisionInput[]): void {
    for (const input of inputs) {
      const key = this.keyOf(input)
      const known = this.#known.get(key)
      if (known !== undefined) {
        known.askedBy.add(story)
        continue
      }
      const question = { input, answer: answered(input), askedBy: new Set([story]) }
      this.#known.set(key, question)
      add(this.#byProcedure, input.command.type === 'open' ? input.command.procedure : (input.state?.procedure ?? ''), question)
      if ('contents' in input.command) for (const content of Object.keys(input.command.contents)) add(this.#byContent, content, question)
    }
  }

  /** The stories that the changed law answers otherwise; null where the rule is not one that the engine decides by. */
  askedOtherwise(mutant: Mutant): Set<T> | null {
    const [section, id = ''] = mutant.path.map(String)
    const questions = section === 'procedures' ? this.#byProcedure.get(id) : section === 'contents' ? this.#byContent.get(id) : section === 'figures' ? this.named(id) : null
    if (questions === null) return null
    const found = new Set<T>()
    for (const question of questions ?? []) {
      if ([...question.askedBy].every((story) => found.has(story)) || answered(question.input) === question.answer) continue
      for (const story of question.askedBy) found.add(story)
    }
    return found
  }

  /** The questions of procedures that name a figure, and all where a whole regulation's validity hangs on it. */
  private named(figure: string): Question<T>[] {
    return [...this.#byProcedure.values()].flat().filter(({ input }) => {
      const procedure = input.law.pack.procedures[input.command.type === 'open' ? input.command.procedure : (input.state?.procedure ?? '')]
      return procedure !== undefined && textOf(procedure).includes(figure)
    })
  }

  private keyOf({ law, state, command, actor, act, links, facts, opening }: DecisionInput): string {
    const number = this.#laws.get(law) ?? this.#laws.size
    this.#laws.set(law, number)
    return digest(JSON.stringify([number, state, command, actor, act, links, facts, opening]))
  }
}

const texts = new WeakMap<object, string>()
function textOf(rule: object): string {
  const known = texts.get(rule) ?? JSON.stringify(rule)
  texts.set(rule, known)
  return known
}

function answered(input: DecisionInput): string {
  try {
    const decision = decide(input)
    return digest(JSON.stringify(decision.accepted ? decision.events : decision.refusal))
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

const digest = (text: string) => createHash('sha1').update(text).digest('base64')

function add<T>(map: Map<string, T[]>, key: string, one: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [one])
  else list.push(one)
}
