import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { CHECKS, MARKS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { NearSet } from '#core/disclosure-control/near-sets.ts'
import { compareLedger } from '#adapters/ledger/compare-ledger.ts'
import type { KeptRelease } from '#adapters/ledger/compare-ledger.ts'
import { writeSets } from '#adapters/ledger/sets-file.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { figureLine, timed } from './figure.ts'
import type { BenchOptions, Print } from './figure.ts'

const FRESH_CELLS = 50_000
const RELEASES = 1_000
const EARLIER_CELLS = 5_000
const EARLIER_CELLS_FULL = 50_000
const MINIMUM = 10
const BUDGET_SECONDS = 5
/** Cells that one planted roll-up adds up. */
const ROLLED_UP = 8
const SEED = 20_261_122
const ENGINE = 'engine'
const SUITE = 'aes-256-gcm' as const

type Columns = { count: number; kinds: string[]; kind: Uint8Array; entities: Uint32Array; marks: Uint32Array; checks: Uint8Array }

/**
 * One new release of 50,000 cells against 1,000 earlier ones, from the files in which they are kept. In each of the earlier
 * ones two figures are planted that the new release repeats without one entity: a cell, and a roll-up of several cells.
 * Beside it a plain hash join of as many cells by their group keys, which finds only what is grouped and called alike.
 */
export async function benchLedger(print: Print, { full }: BenchOptions): Promise<void> {
  const cells = full ? EARLIER_CELLS_FULL : EARLIER_CELLS
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  try {
    const dataDirectory = join(directory, 'data')
    const place = { dataDirectory, suite: SUITE, masterKey: await openFileMasterKey({ path: masterKeyPathBeside(dataDirectory), dataDirectory, suite: SUITE, create: true }) }
    const draw = drawing(SEED)
    const fresh = drawn(FRESH_CELLS, draw)
    const kept: KeptRelease[] = []
    for (let release = 0; release < RELEASES; release += 1) {
      const earlier = drawn(cells, draw)
      rollUp(earlier, cells - 1)
      repeatWithoutOne(earlier, draw() % (cells - ROLLED_UP - 1), fresh, release * 2, draw)
      repeatWithoutOne(earlier, cells - 1, fresh, release * 2 + 1, draw)
      const written = await writeSets(place, `job-${release}`, earlier, ENGINE)
      if (written !== null) kept.push({ release: `release-${release}`, marks: [{ file: `job-${release}`, kept: written }] })
    }
    let near: readonly NearSet[] = []
    const ledgerMs = await timed(async () => { near = (await compareLedger(place, kept, fresh, MINIMUM, ENGINE)).near })
    const joinMs = await plainJoin(cells)
    const name = `ledger, ${FRESH_CELLS.toLocaleString('en')} cells against ${RELEASES.toLocaleString('en')} releases of ${cells.toLocaleString('en')}`
    print(figureLine({ name, value: ledgerMs / 1000, unit: 's', reference: { what: 'plain hash join by group keys', value: joinMs / 1000 }, budget: { bound: BUDGET_SECONDS, is: 'at-most' } }))
    const pairs = near.filter(({ combined }) => combined === undefined)
    const planted = pairs.filter(({ release, differ }) => release !== null && differ === 1)
    const releases = new Set(planted.map(({ release }) => release))
    print(`planted differences of one entity found: ${planted.length} of ${2 * RELEASES} in ${releases.size} of ${RELEASES} releases; other pairs flagged: ${pairs.length - planted.length}; combinations of several, which the planted ones make: ${near.length - pairs.length}`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Numbers of 32 bits without randomness (xorshift), so that each run has the same releases. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Cells of 12 to 1,035 entities; digests of unrelated entities are unrelated numbers. */
function drawn(count: number, draw: () => number): Columns {
  const sets = { count, kinds: ['person'], kind: new Uint8Array(count), entities: new Uint32Array(count), marks: new Uint32Array(count * MARKS), checks: new Uint8Array(count * CHECKS) }
  for (let at = 0; at < count; at += 1) sets.entities[at] = 12 + draw() % 1024
  for (let at = 0; at < sets.marks.length; at += 1) sets.marks[at] = draw()
  const words = new Uint32Array(sets.checks.buffer)
  for (let at = 0; at < words.length; at += 1) words[at] = draw()
  return sets
}

/** Makes the last set the union of those before it: different entities in each, so the digests add up by exclusive or. */
function rollUp(sets: Columns, at: number): void {
  for (let cell = at - ROLLED_UP; cell < at; cell += 1) add(sets, cell, sets, at)
}

function add(from: EntitySets, cell: number, to: Columns, at: number): void {
  to.entities[at] = (to.entities[at] ?? 0) + (from.entities[cell] ?? 0)
  for (let mark = 0; mark < MARKS; mark += 1) to.marks[mark * to.count + at] = (to.marks[mark * to.count + at] ?? 0) ^ (from.marks[mark * from.count + cell] ?? 0)
  for (let check = 0; check < CHECKS; check += 1) to.checks[at * CHECKS + check] = (to.checks[at * CHECKS + check] ?? 0) ^ (from.checks[cell * CHECKS + check] ?? 0)
}

function repeatWithoutOne(from: EntitySets, cell: number, to: Columns, at: number, draw: () => number): void {
  to.entities[at] = 0
  for (let mark = 0; mark < MARKS; mark += 1) to.marks[mark * to.count + at] = 0
  to.checks.fill(0, at * CHECKS, (at + 1) * CHECKS)
  add(from, cell, to, at)
  const [part, hash] = [draw() % CHECKS, draw()]
  to.entities[at] = (to.entities[at] ?? 1) - 1
  const place = (part % MARKS) * to.count + at
  to.marks[place] = (to.marks[place] ?? 0) ^ hash
  to.checks[at * CHECKS + part] = (to.checks[at * CHECKS + part] ?? 0) ^ (hash & 0xff)
}

/** Joins as many cells by their keys in the engine and compares the numbers of entities. */
async function plainJoin(cells: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  try {
    const connection = await instance.connect()
    await connection.run(`CREATE TABLE earlier AS SELECT r.i AS release, c.i AS cell, 12 + hash(r.i * ${cells} + c.i) % 1024 AS n FROM range(${RELEASES}) AS r(i), range(${cells}) AS c(i)`)
    await connection.run(`CREATE TABLE fresh AS SELECT i AS cell, 12 + hash(i) % 1024 AS n FROM range(${FRESH_CELLS}) AS c(i)`)
    return await timed(() => connection.runAndReadAll('SELECT count(*) FROM earlier JOIN fresh USING (cell) WHERE abs(earlier.n::BIGINT - fresh.n::BIGINT) BETWEEN 1 AND 9'))
  } finally {
    instance.closeSync()
  }
}
