/** A stage that lies sealed on the disk, so that a supplied file is never there in the clear, and is removed however its use ends. */
import { rm } from 'node:fs/promises'
import type { Stage, StagedBytes } from '#adapters/vault/ingest/staged-source.ts'
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

/** Runs a task that may use the stage, and removes what it wrote there. Nothing is created before the first byte. */
export async function withSealedStage<T>(place: StagePlace, task: (stage: Stage) => Promise<T>): Promise<T> {
  const purpose = sealPurpose('stage', place.versionId)
  let writer: SealedWriter | undefined
  let range: SealedRange | undefined
  const begun = async (): Promise<SealedWriter> => (writer ??= await SealedWriter.create(place.stagePath, place.suite, place.dataKey, purpose))
  const stage: Stage = {
    write: async (bytes) => (await begun()).write(bytes),
    finish: async (): Promise<StagedBytes> => {
      await (await begun()).finish()
      const opened = (range ??= SealedRange.open(place.stagePath, place.dataKey, purpose))
      return { bytes: opened.bytes, read: async (from, to) => opened.read(from, to) }
    },
  }
  try {
    return await task(stage)
  } finally {
    await writer?.abandon()
    range?.close()
    await rm(place.stagePath, { force: true })
  }
}
