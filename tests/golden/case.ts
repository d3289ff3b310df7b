import type { DecisionInput } from '#core/procedure/decision-input.ts'

/** What a case is about: done properly, by whom not, what is left out, which check, what time does. */
export const PARTS = ['properly', 'others', 'without', 'links', 'checks', 'times', 'extension'] as const
export type Part = (typeof PARTS)[number]

/** One golden case: what is asked of the engine, and what it answers today. */
export type GoldenCase = {
  procedure: string
  /** `open` or `step.outcome`. */
  act: string
  part: Part
  /** What is given or done, in words. */
  name: string
  /** All that the engine looks at; the law is added when it is asked. */
  input: Omit<DecisionInput, 'law'>
  /** Lines for an accepted act, one line for a refusal. */
  answer: string[]
}
