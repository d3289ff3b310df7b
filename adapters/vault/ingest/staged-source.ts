/** Content that must be read out of order: written once to a stage, then read in ranges. Who keeps the stage holds its key; who reads here does not. */
import { faultAfterRow } from '#adapters/vault/ingest/ingest-error.ts'
import type { SourceContent, SourceEnd } from '#adapters/vault/ingest/source-bytes.ts'

/** The whole content, readable at any place. */
export interface StagedBytes {
  readonly bytes: number
  /** The bytes from `from` up to `to`, exclusive. */
  read(from: number, to: number): Promise<Buffer>
}

/** Where a content lies while it is read out of order; used at most once. */
export interface Stage {
  write(bytes: Buffer): Promise<void>
  /** No more is written; what was is readable from now on. */
  finish(): Promise<StagedBytes>
}

/** Puts the whole content on the stage and runs a task on it. Throws `IngestError` where the source breaks off. */
export async function withStagedSource<T>(stage: Stage, bytes: AsyncGenerator<Buffer, SourceEnd>, task: (staged: StagedBytes) => Promise<T>): Promise<{ content: SourceContent; result: T }> {
  for (;;) {
    const next = await bytes.next()
    if (next.done !== true) {
      await stage.write(next.value)
      continue
    }
    if ('fault' in next.value) throw faultAfterRow(next.value.fault, 0)
    return { content: next.value.content, result: await task(await stage.finish()) }
  }
}
