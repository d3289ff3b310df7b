import { z } from 'zod'

/**
 * On what a value rests (design: "basis of a value"). The screen shows which of the five it is;
 * a platform default is never presented as the law's.
 *
 * - `provision`: the text says so; `says` is the sentence, verbatim.
 * - `interpretation`: the text is unclear: it says X, we read Y, because Z.
 * - `platform-default`: the text is silent; the city may change it.
 * - `order` / `agreement`: set in the case by an order or by the agreement.
 */
export const basisSchema = z.union([
  z.strictObject({ provision: z.string(), says: z.string().min(2) }),
  z.strictObject({
    interpretation: z.string(),
    says: z.string().min(2),
    reads: z.string().min(2),
    because: z.string().min(2),
  }),
  z.strictObject({ 'platform-default': z.string().min(2) }),
  z.strictObject({ order: z.string().min(2) }),
  z.strictObject({ agreement: z.string().min(2) }),
])

export type Basis = z.infer<typeof basisSchema>
export type BasisKind = 'provision' | 'interpretation' | 'platform-default' | 'order' | 'agreement'

/** The kind of a basis, for screens and clocks. */
export function basisKind(basis: Basis): BasisKind {
  if ('provision' in basis) return 'provision'
  if ('interpretation' in basis) return 'interpretation'
  if ('platform-default' in basis) return 'platform-default'
  if ('order' in basis) return 'order'
  return 'agreement'
}

/** The provision that a basis cites, or null where the text is silent. */
export function provisionOf(basis: Basis): string | null {
  if ('provision' in basis) return basis.provision
  if ('interpretation' in basis) return basis.interpretation
  return null
}
