import { expect, test } from 'vitest'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { differences, goldenLaw, packCases, pagesOf, readPages } from './recorded.ts'

/**
 * The golden cases: what the engine answers to every act of every procedure, done properly, by others, without what is
 * required, against each check, on and after the due date. They are recorded from present behaviour, so that a change
 * of the law or the engine is seen; what the text wants is told by the scenarios. `npm run golden -- --write` records anew.
 */
const PATIENCE_MS = 240_000 // on a busy machine

test.each([...readPacks('packs')])('%s: every golden case is answered as recorded', { timeout: PATIENCE_MS }, async (id, { source }) => {
  const law = await goldenLaw(id)
  expect(differences(readPages(id), pagesOf(law, packCases(law, source)))).toEqual([])
})
