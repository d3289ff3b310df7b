import { z } from 'zod'
import { BasisView } from './refusal.ts'

export const PackRow = z.strictObject({ pack: z.string(), version: z.int(), title: z.string(), document_number: z.string(), in_force: z.string(), last_day: z.string().nullable(), status: z.string(), region: z.string() })
export type PackRow = z.infer<typeof PackRow>
export const PackList = z.strictObject({ rows: z.array(PackRow) })
export const PackView = z.strictObject({
  ...PackRow.shape,
  digest: z.string(),
  provisions: z.array(z.strictObject({ id: z.string(), label: z.string(), heading: z.string(), chapter: z.string(), text: z.string(), rules: z.array(z.strictObject({ kind: z.string(), id: z.string(), title: z.string() })) })),
  figures: z.array(z.strictObject({ id: z.string(), title: z.string(), value: z.number(), unit: z.string(), bound: z.string(), basis: BasisView, from: z.string() })),
  offices: z.array(z.strictObject({ id: z.string(), title: z.string(), holder: z.string(), basis: BasisView })),
  procedures: z.array(z.strictObject({ id: z.string(), title: z.string(), capability: z.string(), from: z.string(), markdown: z.string(), diagram: z.string() })),
})
export type PackView = z.infer<typeof PackView>

export const EntryView = z.strictObject({ seq: z.int(), id: z.string(), entry: z.record(z.string(), z.json()), leaf_sha256: z.string(), leaf_sm3: z.string(), size: z.int(), root_sha256: z.string(), proof_sha256: z.array(z.string()) })
export type EntryView = z.infer<typeof EntryView>
export const ClockView = z.strictObject({ today: z.string(), mode: z.enum(['demonstration', 'production']) })
export const AdvanceBody = z.strictObject({ to: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) })
export const OrganizationRow = z.strictObject({ id: z.string(), name: z.string(), credit_code: z.string().nullable(), offices: z.array(z.string()) })
export const OrganizationList = z.strictObject({ rows: z.array(OrganizationRow) })
/** `record` as it was put, for programs; `shown` in the words of the pack, for people. */
export const RegisterRow = z.strictObject({ key: z.string(), version: z.int(), from: z.string(), record: z.record(z.string(), z.json()), shown: z.record(z.string(), z.json()), case_id: z.string() })
export const RegisterPage = z.strictObject({ register: z.string(), title: z.string(), fields: z.array(z.strictObject({ id: z.string(), title: z.string() })), rows: z.array(RegisterRow), next: z.string().nullable() })

/** The registers that the rules in force keep; how many present records of each this organisation may read. */
export const RegisterList = z.strictObject({ rows: z.array(z.strictObject({ register: z.string(), title: z.string(), public: z.boolean(), count: z.int() })) })
