import { z } from 'zod'
import { Id, Named, PageQuery, ShortText, Titled, pageOf } from './names.ts'

/** A person as the security administrator sees them: who they are, what they may act as, whether they can sign in. */
export const AccountRow = z.strictObject({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  organization: Named,
  offices: z.array(Titled),
  /** What the person's organisation holds today, and the three administrators: what may be given. */
  active: z.boolean(),
  must_change_password: z.boolean(),
})
export type AccountRow = z.infer<typeof AccountRow>
export const AccountPage = pageOf(AccountRow)
export const AccountQuery = z.strictObject({ q: ShortText.optional(), organization: Id.optional(), ...PageQuery })

/** What may be given to persons of each organisation. */
export const GrantableList = z.strictObject({ rows: z.array(z.strictObject({ organization: Named, offices: z.array(Titled) })) })

const Offices = z.array(Id).max(50)
export const AccountBody = z.strictObject({ login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/), name: ShortText.min(2), organization: Id, offices: Offices })
export const OfficesBody = z.strictObject({ offices: Offices })
export const ActiveBody = z.strictObject({ active: z.boolean() })

/** The first password is shown once; by it the person can only choose another. */
export const FirstPassword = z.strictObject({ person: z.string(), login: z.string(), password: z.string() })
export type FirstPassword = z.infer<typeof FirstPassword>

const Line = z.strictObject({ title: z.string(), text: z.string() })

/** What the system administrator looks after; nothing of any case's contents. */
export const SystemView = z.strictObject({
  versions: z.array(Line),
  posture: z.array(z.strictObject({ text: z.string(), in_force: z.boolean() })),
  database: z.array(Line),
  storage: z.array(Line),
  evidence: z.array(Line),
  outbox: z.strictObject({
    waiting: z.int(),
    failed: z.int(),
    /** Messages that were refused, or tried in vain; the oldest first. */
    rows: z.array(z.strictObject({ id: z.string(), number: z.string(), port: z.string(), action: z.string(), state: z.enum(['waiting', 'failed']), attempts: z.int(), next_at: z.string(), last_error: z.string() })),
  }),
})
export type SystemView = z.infer<typeof SystemView>

export const EvidenceQuery = z.strictObject({ object: Id.optional(), actor: Id.optional(), type: ShortText.optional(), decision: z.enum(['allow', 'deny', 'done']).optional(), ...PageQuery })
export const EvidenceRow = z.strictObject({
  seq: z.int(),
  id: z.string(),
  at: z.string(),
  legal_date: z.string(),
  type: Titled,
  actor: Named,
  organization: Named,
  action: z.string(),
  object: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }),
  decision: z.string(),
  code: z.string(),
})
export type EvidenceRow = z.infer<typeof EvidenceRow>
/** `searched_from`: the oldest entry that this answer looked at; with a cursor the search goes on before it. */
export const EvidencePage = z.strictObject({ rows: z.array(EvidenceRow), next: z.string().nullable(), searched_from: z.int() })
export type EvidencePage = z.infer<typeof EvidencePage>
