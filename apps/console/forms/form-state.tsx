import { createContext, use } from 'react'
import type { ComponentType } from 'react'
import type { Json } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { Path } from './path.ts'

export type ContentFieldProps<C extends Content = Content> = {
  content: C
  value: Json | undefined
  path: Path
  required: boolean
  /** What stands above it, for the name that screen readers say: in a table the row. */
  within: string
  /** In a cell: the column's head is its label. */
  compact?: boolean
  /** The provision that the group around it already shows; the same one is not shown again. */
  shownProvision?: string | null
}

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
  /** The field of any content: groups and tables hold fields again, and files do not load each other in a circle. */
  Field: ComponentType<ContentFieldProps>
}

export const FormSharedContext = createContext<FormShared>({ set: () => undefined, idPrefix: 'form', refused: null, showHints: false, textHash: null, Field: () => null })

export function useFormShared(): FormShared {
  return use(FormSharedContext)
}

/**
 * The id of the element at a path, for labels and for jumping to a refused field. Keys hold `-` but never `_`: joined by
 * it, `mode` with its note and a field `mode-note` stay two.
 */
export function elementId(prefix: string, path: Path): string {
  return `${prefix}_${path.replaceAll('/', '_')}`
}
