import { provisionOf } from '../pack/basis.ts'
import type { Basis } from '../pack/basis.ts'
import type { JsonObject } from '../json.ts'

/**
 * Why an act was not done. The code is the broken rule in kebab-case and never changes its meaning;
 * `message` says in Chinese what is missing, `cure` what to do next.
 */
export type Refusal = {
  code: string
  provision: string | null
  basis: Basis | null
  message: string
  cure: string
  /** Where: content paths, rows, tasks; never raw personal data. */
  details?: JsonObject
}

/** Makes a refusal that rests on a basis. */
export function refuse(code: string, basis: Basis | null, message: string, cure: string, details?: JsonObject): Refusal {
  const provision = basis === null ? null : provisionOf(basis)
  return details === undefined ? { code, provision, basis, message, cure } : { code, provision, basis, message, cure, details }
}
