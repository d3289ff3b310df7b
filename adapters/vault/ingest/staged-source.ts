/** Keeps a supplied file sealed on the disk while it is read out of order, for formats that cannot be read as a stream. */
import { rm } from 'node:fs/promises'
import { faultAfterRow } from '#adapters/vault/ingest/ingest-error.ts'
import type { SourceDigests, SourceEnd } from '#adapters/vault/ingest/source-bytes.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import { SealedRange } from '#adapters/vault/seal/sealed-range.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'

export interface StagePlace {
  /** A path that does not exist yet. */
  stagePath: string
  suite: Suite
  versionId: string
  dataKey: Buffer
}

/** Runs a task on the whole content and removes the stage, however the task ends. Throws `IngestError` where the source breaks off. */
export async function withStagedSource<T>(
  place: StagePlace,
  bytes: AsyncGenerator<Buffer, SourceEnd>,
  task: (staged: SealedRange) => Promise<T>,
): Promise<{ digests: SourceDigests; result: T }> {
  const purpose = sealPurpose('stage', place.versionId)
  try {
    const digests = await stage(place, bytes, purpose)
    const staged = await SealedRange.open(place.stagePath, place.dataKey, purpose)
    try {
      return { digests, result: await task(staged) }
    } finally {
      await staged.close()
    }
  } finally {
    await rm(place.stagePath, { force: true })
  }
}

async function stage(place: StagePlace, bytes: AsyncGenerator<Buffer, SourceEnd>, purpose: string): Promise<SourceDigests> {
  const writer = await SealedWriter.create(place.stagePath, place.suite, place.dataKey, purpose)
  try {
    for (;;) {
      const next = await bytes.next()
      if (next.done === true) {
        if ('fault' in next.value) throw faultAfterRow(next.value.fault, 0)
        await writer.finish()
        return next.value.digests
      }
      await writer.write(next.value)
    }
  } finally {
    await writer.abandon()
  }
}
