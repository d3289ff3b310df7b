/** A part of the ledger is missing or changed: nothing is compared, so that nothing passes because its comparison was lost. */
export class LedgerBroken extends Error {
  override readonly name = 'LedgerBroken'
  readonly code = 'release-ledger-must-be-whole'
  readonly release: string
  constructor(release: string, reason: string, options?: ErrorOptions) {
    super(`the ledger of releases is not whole: ${release}: ${reason}`, options)
    this.release = release
  }
}
