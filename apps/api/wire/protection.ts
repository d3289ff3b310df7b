import { z } from 'zod'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { Id, Named } from './names.ts'

/** What agency or provider writes: the rules of one table, whole; there is no patching of a version. */
export const ProtectionRulesBody = z.strictObject({ entry: Id, rules: protectionRulesSchema })
export type ProtectionRulesBody = z.infer<typeof ProtectionRulesBody>

const Hand = z.strictObject({ person: Named, organization: Named, side: z.enum(['implementing-agency', 'data-provider']), on: z.string() })
export const ProtectionRuleView = z.strictObject({
  id: z.string(),
  entry: z.string(),
  version: z.int(),
  rules: protectionRulesSchema,
  /** SHA-256 of the canonical text of the rules. */
  digest: z.string(),
  proposed: Hand,
  /** null until the other side agrees. */
  agreed: Hand.nullable(),
  in_force: z.boolean(),
})
export type ProtectionRuleView = z.infer<typeof ProtectionRuleView>
export const ProtectionRuleList = z.strictObject({ rows: z.array(ProtectionRuleView) })
export type ProtectionRuleList = z.infer<typeof ProtectionRuleList>

/** A table whose rules the signed-in person's organisation writes, and where its rules stand. */
export const ProtectedEntry = z.strictObject({
  entry: z.string(), title: z.string(), provider: Named, sides: z.array(z.enum(['implementing-agency', 'data-provider'])),
  /** Whether its table is declared column by column; without that no rules can be written for it. */
  declared: z.boolean(),
  in_force: z.int().nullable(),
  /** Version that waits for the other side; null where none does. */
  waiting: z.int().nullable(),
  /** Titles of the declared fields whose protection no rule in force carries out: jobs on them are refused. */
  unprotected: z.array(z.string()),
  /** Version of the provider's own thresholds; null where the pack's hold. */
  thresholds: z.int().nullable(),
  /** What the rules in force let be spent in each scenario; null where they open no noisy statistics. */
  milli_epsilon: z.int().nullable(),
})
export type ProtectedEntry = z.infer<typeof ProtectedEntry>
export const ProtectedEntryList = z.strictObject({ rows: z.array(ProtectedEntry) })

const ColumnView = z.strictObject({
  name: z.string(), title: z.string(), type: z.string(), role: z.string(), declared: z.string().nullable(), done: z.string(),
  /** A made-up value as supplied, and as an analyst will see it; null where it is not shown. */
  supplied: z.string(), seen: z.string().nullable(),
})
export type ColumnView = z.infer<typeof ColumnView>

/** What rules do to the columns; asked of what is being written, not of rows. */
export const RulesLook = z.strictObject({ title: z.string(), entity: z.string(), columns: z.array(ColumnView), unprotected: z.array(z.string()), changes: z.array(z.string()) })
export type RulesLook = z.infer<typeof RulesLook>

/** unit: rows of a class, values of a class; source: beyond it no table of a city holds anything */
const CLASS_MAX = 100_000
export const WeighBody = z.strictObject({
  entry: Id, rules: protectionRulesSchema, sensitive: Id.nullable().default(null),
  wish: z.strictObject({ k: z.int().min(1).max(CLASS_MAX), l: z.int().min(1).max(CLASS_MAX).nullable(), t: z.number().min(0).max(1).nullable(), suppression: z.number().min(0).max(1) }),
})
const Weight = z.strictObject({ k: z.int(), l: z.int(), t: z.number(), fulfilled: z.number(), average_risk: z.number(), unique: z.number() })
/** What rules would do to the newest supplied version: figures only. */
export const WeighView = z.strictObject({
  rows: z.int(), version: z.string(), sensitive: z.string().nullable(), before: Weight, after: Weight,
  losses: z.array(z.strictObject({ column: z.string(), title: z.string(), share: z.number() })),
  suggestion: z.strictObject({
    found: z.boolean(), reason: z.string().nullable(), loss: z.number(), suppressed: z.number(),
    /** A rule for each column that has to change; columns that stay are not named. */
    columns: z.array(z.strictObject({ column: z.string(), title: z.string(), done: z.string(), rule: z.json() })),
  }),
})
export type WeighView = z.infer<typeof WeighView>
