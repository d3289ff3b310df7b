import { z } from 'zod'
import { basisSchema } from './basis.ts'

/** Ids in packs are kebab-case English; what people read is Chinese. */
export const idSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is kebab-case')

/**
 * An operand names a value: a path such as `content.plan.term-years`, `link.plan.content.plan.resources[].entry`,
 * `figure.agreement-term-years`, `fact.credit.clean`, `party.operator`, `branch.items.entry`, `hash.plan`,
 * `step.sign-agency.date`, `seats.blind-reviewers` (the outcomes that its seats gave), `act.date`, `row.share`, `case.opened`; or a literal `{ value: … }`, number or flag.
 */
export const operandSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({ value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]) }),
])
export type Operand = z.infer<typeof operandSchema>

const argsSchema = z.record(z.string(), operandSchema)

export const comparisonSchema = z.enum([
  'equal',
  'not-equal',
  'at-most',
  'at-least',
  'less-than',
  'more-than',
  'one-of',
  'subset-of',
  'not-subset-of',
  'disjoint-from',
  'includes',
  'present',
  'absent',
])
export type Comparison = z.infer<typeof comparisonSchema>

/** A condition on what an act sees; unknown values make it false, except for `absent`. */
export const conditionSchema = z.strictObject({ left: operandSchema, is: comparisonSchema, right: operandSchema.optional() })
export type Condition = z.infer<typeof conditionSchema>

const checkCommon = {
  /** The broken rule in kebab-case: the refusal's code. */
  code: idSchema,
  /** What is wrong, in Chinese, for the person who reads the refusal. */
  message: z.string().min(4),
  /** What to do next, in Chinese. */
  cure: z.string().min(2),
  basis: basisSchema,
  /** The check applies only where this holds; for `each`, to the rows where it holds. */
  when: conditionSchema.optional(),
}

/** The closed vocabulary of checks. A genuinely new one is a small addition here and in `core/procedure/check.ts`. */
export const checkSchema = z.discriminatedUnion('check', [
  /** Compares two values or sets. */
  z.strictObject({
    check: z.literal('compare'),
    ...checkCommon,
    left: operandSchema,
    is: comparisonSchema,
    right: operandSchema.optional(),
  }),
  /** Every row of a table (optionally only those `where` a column has a value) satisfies the comparison. */
  z.strictObject({
    check: z.literal('each'),
    ...checkCommon,
    rows: z.string(),
    where: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).optional(),
    left: operandSchema,
    is: comparisonSchema,
    right: operandSchema.optional(),
  }),
  /** The sum of numbers compared with a value. */
  z.strictObject({ check: z.literal('sum'), ...checkCommon, of: z.string(), is: comparisonSchema, right: operandSchema }),
  /** The number of rows or values compared with a value. */
  z.strictObject({ check: z.literal('count'), ...checkCommon, of: z.string(), is: comparisonSchema, right: operandSchema }),
  /** A collective decision: quorum, votes adding up, majority, and the very text decided on. */
  z.strictObject({
    check: z.literal('decision-carried'),
    ...checkCommon,
    decision: z.string(),
    text: idSchema,
    quorum: z.string(),
    majority: z.string(),
  }),
  /** Notice in advance: the date is not earlier than the figure's length (working days, days, months) after the act. */
  z.strictObject({ check: z.literal('notice-ahead'), ...checkCommon, date: operandSchema, figure: z.string() }),
  /** In every row a part is the row's share (percent) of a whole, rounded to the cent. */
  z.strictObject({ check: z.literal('portion'), ...checkCommon, rows: z.string(), part: operandSchema, share: operandSchema, whole: operandSchema }),
  /** The act falls into the window of a figure (days, working days, months) before an end. */
  z.strictObject({ check: z.literal('window-before'), ...checkCommon, end: operandSchema, figure: z.string() }),
  /** A start and end date whose distance is at most a figure of years, months or days, the first day included. */
  z.strictObject({
    check: z.literal('term-within'),
    ...checkCommon,
    start: operandSchema,
    end: operandSchema,
    figure: z.string(),
  }),
  /** A date lies at most a figure after another, whose day is not counted; with `rows` in every row of a table. */
  z.strictObject({
    check: z.literal('date-within'),
    ...checkCommon,
    rows: z.string().optional(),
    where: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).optional(),
    from: operandSchema,
    date: operandSchema,
    figure: z.string(),
  }),
  /** A counter as guard: this step was concluded with this outcome at most N times before. */
  z.strictObject({ check: z.literal('at-most-times'), ...checkCommon, outcome: z.string(), figure: z.string() }),
  /** The acting person is none of those who acted in the named steps (`open` is the opening). */
  z.strictObject({ check: z.literal('different-person'), ...checkCommon, from: z.array(z.string()).min(1) }),
])
export type Check = z.infer<typeof checkSchema>

/** An effect: a name of the closed vocabulary (`core/procedure/vocabulary.ts`) with its arguments. */
export const effectSchema = z.strictObject({
  effect: z.string(),
  with: argsSchema.default({}),
  /** Once for each row of this collection. */
  for_each: idSchema.optional(),
  /** Only where this holds, e.g. where the case has a link that it may lack. */
  when: conditionSchema.optional(),
  basis: basisSchema.optional(),
})
export type Effect = z.infer<typeof effectSchema>

/** A fact that the outcome needs, read inside the same transaction and stored with the command. */
export const factRequestSchema = z.strictObject({ fact: z.string(), with: argsSchema.default({}) })
export type FactRequest = z.infer<typeof factRequestSchema>

export const targetSchema = z.union([
  // the long form with its optional keys left out, so that readers see one shape
  idSchema.transform((step) => ({ step }) as { step: string; for_each?: string | undefined; when?: Condition | undefined }),
  /** With `when` the way is taken only where the condition holds. */
  z.strictObject({ step: idSchema, for_each: idSchema.optional(), when: conditionSchema.optional() }),
])
export type Target = z.output<typeof targetSchema>

const outcomeFields = {
  title: z.string().min(1),
  basis: basisSchema.optional(),
  /** Contents that must be given with the act (or stand in the case already with `carry`). */
  requires: z.array(idSchema).default([]),
  optional: z.array(idSchema).default([]),
  facts: z.record(idSchema, factRequestSchema).default({}),
  checks: z.array(checkSchema).default([]),
  /** The steps that open next; a step with a join waits for its other predecessors. */
  then: z.array(targetSchema).default([]),
  /** Other open tasks of the case that fall away with this outcome, with what waits before their joins. */
  cancels: z.array(idSchema).default([]),
  /** This outcome needs no next step: the case, or this branch of it, ends here. */
  ends: z.boolean().default(false),
  /** The legal status of the case after this outcome. */
  status: idSchema.optional(),
  effects: z.array(effectSchema).default([]),
}

export const outcomeSchema = z.strictObject({
  ...outcomeFields,
  /**
   * Concluded by the platform: `elapsed` when the clock of the step has run out (publicity period over),
   * `at-once` as soon as the step is open and the outcome's checks hold (all votes are in).
   */
  fires: z.enum(['elapsed', 'at-once']).optional(),
  /** Another office may enter this outcome by hand where a platform has no interface (人工录入). */
  by: idSchema.optional(),
  /** Asked before the act is sent, because it cannot be undone. */
  confirm: z.string().optional(),
})
export type Outcome = z.infer<typeof outcomeSchema>

export const dueSchema = z.union([
  /** Within a figure of days from a date (default: the opening of the task), or within what a recorded special rule says instead. */
  z.strictObject({
    within: idSchema,
    from: operandSchema.default('task.opened'),
    /** Where `amount` names a whole number, it counts in the figure's unit, on the provision that `provision` names. */
    unless: z.strictObject({ amount: operandSchema, provision: operandSchema }).optional(),
  }),
  /** On a date that an order or an agreement sets. */
  z.strictObject({ on: operandSchema, basis: basisSchema }),
  /** On a fixed day of the year, e.g. 31 March: the first one on or after a date (default: the opening of the task). */
  z.strictObject({ month_day: z.string().regex(/^\d{2}-\d{2}$/), from: operandSchema.default('task.opened'), basis: basisSchema }),
  /** A figure ahead of a date, e.g. 60 days before the end of an agreement. */
  z.strictObject({ ahead: idSchema, of: operandSchema }),
])
export type Due = z.infer<typeof dueSchema>

export const stepSchema = z.strictObject({
  title: z.string().min(1),
  kind: z.enum(['act', 'decision', 'judgement', 'signature', 'wait', 'port']).default('act'),
  /** The office that acts; `platform` for acts of time and of outside platforms. */
  by: idSchema,
  /** The concerned organisation; default: the case's party of that office. */
  organization: operandSchema.optional(),
  basis: basisSchema,
  due: dueSchema.optional(),
  /** The content whose text this step decides on or signs; a changed text voids it. */
  bound_to: idSchema.optional(),
  /** Steps of one seat group are taken in any order by different persons. */
  seats: idSchema.optional(),
  join: z.union([z.strictObject({ all: z.array(idSchema).min(2) }), z.literal('branches')]).optional(),
  extension: z
    .strictObject({
      granted_by: idSchema,
      cap: idSchema,
      tell: z.array(idSchema).default([]),
      basis: basisSchema,
    })
    .optional(),
  /** What happens when the due date has passed: who is told, and which steps open by themselves. */
  overdue: z
    .strictObject({
      tell: z.array(idSchema).default([]),
      then: z.array(targetSchema).default([]),
      /** Other open tasks that fall away, with what waits before their joins. */
      cancels: z.array(idSchema).default([]),
      /** The task itself closes when its overdue steps open. */
      closes: z.boolean().default(false),
      status: idSchema.optional(),
      basis: basisSchema,
    })
    .optional(),
  /** Told ahead of the due date, each once; the due date itself does not move. */
  reminders: z
    .array(z.strictObject({ ahead: idSchema, tell: z.array(idSchema).min(1), notice: z.string().min(2).optional(), basis: basisSchema }))
    .min(1)
    .optional(),
  outcomes: z.record(idSchema, outcomeSchema),
})
export type Step = z.infer<typeof stepSchema>

export const collectionSchema = z.strictObject({
  rows_of: z.string(),
  key: z.string(),
  where: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])).optional(),
  /** Only rows for which this holds, seen with `row.…` and `fact.…`. */
  when: conditionSchema.optional(),
  /** Groups the rows: the key of the branch is this operand's value (`row.…` or `fact.…`). */
  group_by: operandSchema.optional(),
})
export type Collection = z.infer<typeof collectionSchema>

export const procedureSchema = z.strictObject({
  procedure: idSchema,
  title: z.string().min(1),
  capability: idSchema,
  /** Short mark in case numbers, e.g. 实施方案. */
  mark: z.string().min(1),
  basis: basisSchema,
  statuses: z.record(idSchema, z.string()),
  /** Statuses in which the case still has legal effect although no task is open. */
  links: z
    .record(
      idSchema,
      z.strictObject({
        title: z.string(),
        procedure: idSchema,
        status: z.array(idSchema).min(1),
        optional: z.boolean().default(false),
        /** Parties that must be the same organisation in both cases. */
        same_party: z.array(idSchema).default([]),
        code: idSchema,
        message: z.string(),
        cure: z.string(),
        basis: basisSchema,
      }),
    )
    .default({}),
  /** Parties beyond the offices with one fixed holder. */
  parties: z.record(idSchema, z.strictObject({ from: operandSchema })).default({}),
  collections: z.record(idSchema, collectionSchema).default({}),
  open: z.strictObject({
    by: idSchema,
    /** Other offices that may open it as well; the opener is the party of the office in which it opened. */
    also_by: z.array(idSchema).min(1).optional(),
    /** Another case or a duty of the calendar may open it too, with the platform as actor. */
    by_platform: z.boolean().default(false),
    ...outcomeFields,
  }),
  steps: z.record(idSchema, stepSchema),
  /** The status once the last task of a case with several branches has closed, where its outcome names none. */
  over: idSchema.optional(),
  withdrawal: z
    .strictObject({ during: z.array(idSchema).min(1), status: idSchema, basis: basisSchema })
    .optional(),
})
export type Procedure = z.infer<typeof procedureSchema>
