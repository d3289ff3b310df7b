import { compareRelease } from '#core/disclosure-control/near-sets.ts'
import type { NewResult, ReleaseCompared } from '#core/disclosure-control/near-sets.ts'
import { openSets } from '#adapters/ledger/open-sets.ts'
import type { LedgerMemory, SetsKey } from '#adapters/ledger/open-sets.ts'

/** Compares a new result with the kept sets of one release. @throws as openSets does, also for checks that were changed */
export function compareFile(result: NewResult, release: string, sets: SetsKey, pooling: boolean, memory: LedgerMemory): ReleaseCompared {
  const file = openSets(sets, memory)
  try {
    return compareRelease(result, { release, sets: file.sets, checksOf: (position) => file.checksOf(position) }, pooling)
  } finally {
    file.close()
  }
}
