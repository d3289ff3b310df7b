import { z } from 'zod'
import { Named } from './names.ts'

/** One answer that was paid for: when, by whom, what for, what was asked; what it may have left as. */
const Spending = z.strictObject({
  id: z.string(), on: z.string(), by: Named, purpose: z.string(), milli_epsilon: z.int(),
  /** What was asked, as a sentence; null where no answer came of it. */
  question: z.string().nullable(),
})

const ScenarioBudget = z.strictObject({
  agreement: z.string(), scenario: z.string(), operator: Named,
  /** Thousandths of ε: what has been spent, and what is left of what the rules in force grant. */
  spent: z.int(), left: z.int(),
  spendings: z.array(Spending),
})

/** The privacy budget of a table: what the rules in force grant each scenario, who may grant more, and what was spent on what. */
export const PrivacyBudgetView = z.strictObject({
  entry: z.string(),
  title: z.string(),
  provider: Named,
  /** Version of the rules that grants it, and thousandths of ε for each scenario; null where no rules in force do. */
  granted: z.strictObject({ version: z.int(), milli_epsilon: z.int() }).nullable(),
  scenarios: z.array(ScenarioBudget),
})
export type PrivacyBudgetView = z.infer<typeof PrivacyBudgetView>
