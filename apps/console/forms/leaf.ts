import type { Json } from '#core/json.ts'

/** What the input of one simple content gets. `label` names it for screen readers; `set(undefined)` clears it. */
export type LeafProps<C> = {
  content: C
  value: Json | undefined
  id: string
  label: string
  /** Id of the hint and error below it. */
  describedBy: string
  invalid: boolean
  set: (value: Json | undefined) => void
}

/** Attributes that tie an input to its label, hint and error. */
export function tied({ id, label, describedBy, invalid }: Pick<LeafProps<unknown>, 'id' | 'label' | 'describedBy' | 'invalid'>) {
  return { id, 'aria-label': label, 'aria-describedby': describedBy, 'aria-invalid': invalid, ...(invalid ? { status: 'error' as const } : {}) }
}
