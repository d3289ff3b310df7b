/** What may be wrong with an upload in pieces. */

/** Each code states the broken rule. */
export type UploadErrorCode =
  | 'upload-must-exist'
  | 'upload-size-must-be-within-limit'
  | 'piece-must-begin-at-offset'
  | 'piece-must-be-within-limit'
  | 'piece-hash-must-match'
  | 'piece-must-be-whole'
  | 'upload-must-be-idle'
  | 'upload-must-be-complete'

/** A refusal in words for the person who uploads; nothing of the refused piece is kept. */
export class UploadError extends Error {
  readonly code: UploadErrorCode
  /** Bytes that are safely kept: where to go on. Absent where there is no such upload. */
  readonly received: number | undefined

  constructor(code: UploadErrorCode, message: string, received?: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UploadError'
    this.code = code
    this.received = received
  }
}
