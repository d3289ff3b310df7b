import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entitySetsOf } from '#core/disclosure-control/entity-sets.ts'
import { nearSets } from '#core/disclosure-control/near-sets.ts'
import { compareLedger } from '#adapters/ledger/compare-ledger.ts'
import type { KeptMarks, KeptRelease } from '#adapters/ledger/compare-ledger.ts'
import { writeSets } from '#adapters/ledger/sets-file.ts'
import type { LedgerPlace } from '#adapters/ledger/sets-file.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { suites } from '#adapters/vault/seal/suite.ts'
import { range, setOf } from '#tests/support/entity-sets.ts'

let directory: string
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'gongshu-compare-')) })
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Every release shows other cells; the seventh shows the new one's whole with one person more. */
const FRESH = entitySetsOf([setOf(range(0, 400)), setOf(range(5_000, 5_100))])
const RELEASES = range(0, 12).map((release) => entitySetsOf([setOf(range(10_000 + release * 500, 10_400 + release * 500)), setOf(release === 7 ? range(0, 401) : range(20_000 + release * 500, 20_200 + release * 500))]))

describe.each(suites)('a ledger sealed with %s', (suite) => {
  let place: LedgerPlace
  let kept: KeptRelease[]
  const changed = (release: string, of: (marks: KeptMarks) => KeptMarks) => kept.map((one) => (one.release === release ? { ...one, marks: one.marks.map(of) } : one))
  beforeAll(async () => {
    const dataDirectory = join(directory, suite)
    place = { dataDirectory, suite, masterKey: await openFileMasterKey({ path: masterKeyPathBeside(dataDirectory), dataDirectory, suite, create: true }) }
    kept = []
    for (const [at, sets] of RELEASES.entries()) {
      const written = await writeSets(place, `job-${at}`, sets, at === 3 ? 'v0' : 'v1')
      if (written !== null) kept.push({ release: `r${at}`, marks: [{ file: `job-${at}`, kept: written }] })
    }
  })

  test.each([0, 1, 2])('gives the same answer with %i threads as the sets themselves', async (threads) => {
    const own = nearSets(FRESH, RELEASES.map((sets, at) => ({ release: `r${at}`, engine: at === 3 ? 'v0' : 'v1', sets })), 10, 'v1')
    expect(own).toMatchObject({ near: [{ release: 'r7', differ: 1 }], compared: 11, incomparable: ['r3'] })
    expect(await compareLedger(place, kept, FRESH, 10, 'v1', threads)).toEqual(own)
  })

  test.each([0, 2])('is compared with nothing where one file is not the recorded one or is gone, with %i threads', async (threads) => {
    const compared = (releases: readonly KeptRelease[]) => compareLedger(place, releases, FRESH, 10, 'v1', threads)
    const other = changed('r9', (marks) => ({ ...marks, kept: { ...marks.kept, count: marks.kept.count + 1 } }))
    await expect(compared(other)).rejects.toMatchObject({ code: 'release-ledger-must-be-whole', release: 'r9' })
    const unwritten = changed('r8', (marks) => ({ ...marks, file: 'job-unwritten' }))
    await expect(compared(unwritten)).rejects.toMatchObject({ code: 'release-ledger-must-be-whole', release: 'r8' })
    await rename(join(place.dataDirectory, 'ledger', 'job-2.sets'), join(place.dataDirectory, 'ledger', 'away'))
    await expect(compared(kept)).rejects.toMatchObject({ code: 'release-ledger-must-be-whole', release: 'r2' })
    await rename(join(place.dataDirectory, 'ledger', 'away'), join(place.dataDirectory, 'ledger', 'job-2.sets'))
  })
})
