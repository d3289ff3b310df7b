export type MicrodataReason = 'row-level' | 'key-in-expression' | 'nested-query' | 'hidden-condition' | 'unclear-groups' | 'unsupported'

/** Ends the tracing of a statement of which nobody could say who stands behind its figures; caught by the planner alone. */
export class NotTraceable extends Error {
  readonly reason: MicrodataReason
  constructor(reason: MicrodataReason) {
    super(reason)
    this.reason = reason
  }
}
