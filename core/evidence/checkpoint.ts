import { DIGEST_BYTES } from './hash-function.ts'
import { fromBase64, toBase64 } from './signed-note.ts'

/** What a checkpoint states: the log of this name has this many leaves and this root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array }

/** Text of a checkpoint that is malformed; `message` names the line. */
export class CheckpointError extends Error {
  readonly code = 'evidence-checkpoint-malformed'
  constructor(message: string) {
    super(message)
    this.name = 'CheckpointError'
  }
}

/** Name of the SM3 log of the same leaves: a C2SP tile log is fixed to SHA-256, so this is a second log. */
export function sm3Origin(origin: string): string {
  return `${origin}/sm3`
}

/** The text that is signed: origin, size and root, a line each (C2SP tlog-checkpoint). */
export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`
}

/**
 * Reads the text of a checkpoint; extension lines after the root are read over, as C2SP tlog-checkpoint allows.
 * @throws CheckpointError
 */
export function readCheckpointText(text: string): Checkpoint {
  const [origin, size, root] = text.split('\n')
  if (origin === undefined || origin === '') throw new CheckpointError('line 1: the origin is missing')
  if (size === undefined || !/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new CheckpointError('line 2: the size must be a decimal number without leading zeros')
  }
  const bytes = root === undefined ? undefined : fromBase64(root)
  if (bytes?.length !== DIGEST_BYTES) throw new CheckpointError(`line 3: the root must be ${DIGEST_BYTES} bytes in base64`)
  return { origin, size: Number(size), root: bytes }
}
