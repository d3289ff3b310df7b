import type { Refusal } from '../decision/refusal.ts'

/** Raised deep inside a decision where the case lacks what must follow from the act: the act is refused, nothing happens. */
export class RefusedByCase extends Error {
  override readonly name: string = 'RefusedByCase'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
