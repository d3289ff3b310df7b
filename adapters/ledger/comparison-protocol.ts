import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { ReleaseCompared } from '#core/disclosure-control/near-sets.ts'
import type { SetsKey } from '#adapters/ledger/open-sets.ts'

/** What a thread begins with. */
export interface ThreadBegun {
  readonly fresh: EntitySets
  readonly minimum: number
  readonly releases: number
}

/** One earlier release to compare with. Its key's memory goes to the thread. */
export interface ThreadTask {
  readonly at: number
  readonly release: string
  readonly sets: SetsKey
  readonly pooling: boolean
}

/** What came of it; `broken` says why its file could not be read. */
export type ThreadAnswer = { readonly at: number; readonly compared: ReleaseCompared } | { readonly at: number; readonly broken: string }
