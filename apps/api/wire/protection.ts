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
