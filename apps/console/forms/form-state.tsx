import { createContext, use } from 'react'
import type { Json } from '#core/json.ts'
import type { Path } from './path.ts'

/** What every field of a form shares. Stable while a person types, so that only the touched field is drawn again. */
export type FormShared = {
  /** Sets the value at a path; undefined clears it. */
  set: (path: Path, value: Json | undefined) => void
  /** Prefix of the elements' ids: two forms may stand on one page. */
  idPrefix: string
  /** Where the server's refusal belongs, and what it said. */
  refused: { path: Path; message: string } | null
  /** After a refusal every field says what it seems to lack; before, only those that were left. */
  showHints: boolean
  /** Of the present text that is decided on or signed; null where the form has none. */
  textHash: string | null
}

export const FormSharedContext = createContext<FormShared>({ set: () => undefined, idPrefix: 'form', refused: null, showHints: false, textHash: null })

export function useFormShared(): FormShared {
  return use(FormSharedContext)
}

/** The id of the element at a path, for labels and for jumping to a refused field. */
export function elementId(prefix: string, path: Path): string {
  return `${prefix}-${path.replaceAll('/', '-')}`
}
