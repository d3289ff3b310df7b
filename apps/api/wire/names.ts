import { z } from 'zod'

/** Bounds of what a caller may send; every string has one. */
export const Id = z.string().min(1).max(200)
export const ShortText = z.string().max(200)
export const LongText = z.string().max(20_000)
export const DateText = z.string().regex(/^\d{4}-\d{2}-\d{2}$/).describe('年-月-日')
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const Named = z.strictObject({ id: z.string(), name: z.string() })
export type Named = z.infer<typeof Named>
export const Titled = z.strictObject({ id: z.string(), title: z.string() })
export type Titled = z.infer<typeof Titled>

/** A page of a list: `next` is the cursor of the following page, null at the end. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.strictObject({ rows: z.array(row), next: z.string().nullable() })
}
export const PageQuery = { cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }
