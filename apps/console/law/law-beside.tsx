import { createContext, use } from 'react'
import type { BasisView } from '#apps/api/wire/refusal.ts'

/** The text of the law beside a page: names of provisions, and the way to open one at its sentence. */
export type LawBeside = {
  labelOf: (provision: string) => string | null
  /** Null where no law stands beside the page: the tag then shows its sentence itself. */
  show: ((basis: BasisView) => void) | null
}

export const LawBesideContext = createContext<LawBeside>({ labelOf: () => null, show: null })

export function useLawBeside(): LawBeside {
  return use(LawBesideContext)
}
