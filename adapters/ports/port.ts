import type { JsonObject } from '#core/json.ts'

/** One message for an outside platform, as the outbox holds it. `id` is the same at every try. */
export type PortMessage = { id: string; caseId: string; action: string; payload: JsonObject }

/** The outside platform's receipt: contents for the step that waits for it, by content id. */
export type PortReceipt = { outcome: string; contents: JsonObject }

/**
 * A port to an outside platform. Sending the same message twice must be the same as once: the other side knows the
 * message by its id. @throws PortRefused for what no repetition mends; any other error is tried again with back-off.
 */
export type Port = { send(message: PortMessage): Promise<PortReceipt | null> }

/** The other side said no, or what came back is wrong: repetition will not mend it; a person must look. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
