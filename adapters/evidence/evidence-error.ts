export type EvidenceErrorCode =
  /** Not durable within the time allowed: whether it was entered is unknown, so nothing may be answered allow. */
  | 'evidence-unavailable'
  /** More entries wait than the committer takes: refused at once, nothing was entered. */
  | 'evidence-overloaded'
  /** The committer has stopped or is stopping: nothing was entered. */
  | 'evidence-stopped'
  /** No entry of this id is in the log or waiting to be sequenced. */
  | 'evidence-entry-unknown'
  /** The log in the database contradicts itself or a checkpoint that was signed earlier. */
  | 'evidence-log-inconsistent'

/** A failure of the evidence log. Callers fail closed: without an entry there is no "allow" and no byte leaves. */
export class EvidenceError extends Error {
  readonly code: EvidenceErrorCode
  constructor(code: EvidenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EvidenceError'
    this.code = code
  }
}
