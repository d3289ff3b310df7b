import { randomUUID } from 'node:crypto'
import { marksFor } from '#adapters/ledger/compare-ledger.ts'
import type { KeptRelease } from '#adapters/ledger/compare-ledger.ts'
import { discardSets, discardUnnamed, writeSets } from '#adapters/ledger/sets-file.ts'
import type { KeptSets } from '#adapters/ledger/sets-file.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { deriveSets } from './derive-sets.job.ts'
import type { DerivedSets } from './derive-sets.job.ts'
import type { RederivationFinding } from './rederivation.store.ts'
import type { RederiveParts } from './rederive.job.ts'
import { readRelease } from './release-binding.store.ts'
import type { BoundRelease } from './release-binding.store.ts'
import { readLedger } from './release-ledger.store.ts'
import { fileName, recordMarks, renewedFiles } from './renewed-marks.store.ts'

/** What came of one release. `same`: the new marks are the former ones to the bit. */
export interface Renewal {
  readonly release: string
  readonly title: string
  readonly outcome: 'renewed' | 'impossible'
  readonly same: boolean
  readonly findings: readonly RederivationFinding[]
  readonly entry: string
}

/** Where the ledger stands for the engine that runs now. */
export interface LedgerStanding {
  readonly engine: string
  /** Releases that have marks for it, those that were set aside, and those whose marks must be made anew. */
  readonly current: readonly string[]
  readonly setAside: readonly string[]
  readonly lacking: readonly KeptRelease[]
}

/** The version of the engine that jobs run on now. @throws Error where no worker starts */
export async function engineNow(parts: Pick<RederiveParts, 'sandbox'>): Promise<string> {
  const outcome = await parts.sandbox.runJob({ inputs: [], statements: ['SELECT 1'], limits: DEFAULT_JOB_LIMITS })
  if (!outcome.ok) throw new Error(`no worker starts: ${outcome.message}`)
  return outcome.engineVersion
}

/** Which releases can be compared with on the engine that runs now. @throws LedgerBroken */
export async function ledgerStanding(parts: Pick<RederiveParts, 'db' | 'sandbox'>): Promise<LedgerStanding> {
  const engine = await engineNow(parts)
  const { kept } = await inTransaction(parts.db, { as: 'system' }, readLedger)
  const without = kept.filter((one) => marksFor(one, engine) === undefined)
  return {
    engine, current: kept.filter((one) => marksFor(one, engine) !== undefined).map(({ release }) => release),
    setAside: without.filter(({ setAside }) => setAside === true).map(({ release }) => release), lacking: without.filter(({ setAside }) => setAside !== true),
  }
}

/**
 * Makes the marks of each release that lacks them for the engine that runs now anew, one after the other: the statement is
 * run again over the versions that the release is bound to, and only where the same result comes out its sets are kept.
 * Each release stands by itself, so whoever was stopped goes on where it stopped. Each answer is an entry of evidence.
 */
export async function* renewMarks(parts: RederiveParts, standing: LedgerStanding): AsyncGenerator<Renewal> {
  await discardUnnamed(parts.vault, await inTransaction(parts.db, { as: 'system' }, renewedFiles))
  for (const kept of standing.lacking) {
    const release = await boundRelease(parts, kept.release)
    const made = await deriveSets(parts, release, standing.engine)
    yield made.sets === null ? await impossible(parts, release, standing.engine, made.findings) : await renewed(parts, release, kept, { ...made, sets: made.sets }, standing.engine)
  }
}

/** A release by its id. @throws Error where it is not there */
export async function boundRelease(parts: Pick<RederiveParts, 'db'>, id: string): Promise<BoundRelease> {
  const release = await inTransaction(parts.db, { as: 'system' }, (tx) => readRelease(tx, id))
  if (release === null) throw new Error(`没有出域结果 ${id}。`)
  return release
}

async function renewed(parts: RederiveParts, release: BoundRelease, former: KeptRelease, made: DerivedSets & { sets: NonNullable<DerivedSets['sets']> }, engine: string): Promise<Renewal> {
  const file = fileName(randomUUID())
  const kept = await writeSets(parts.vault, file, made.sets, engine)
  if (kept === null) throw new Error(`the marks of ${release.id} are of nobody`)
  const same = former.marks.some((one) => one.kept.digest === kept.digest)
  try {
    const entry = await recordMarks(parts, release, { how: 'renewed', engine, marks: { file, kept }, detail: { replaces: former.marks.map((one) => ({ engine: one.kept.engine, digest: `sha256:${one.kept.digest}` })), codes: made.findings.map(({ code }) => code) } })
    return { release: release.id, title: release.title, outcome: 'renewed', same, findings: made.findings, entry }
  } catch (error) {
    await discardSets(parts.vault, file)
    throw error
  }
}

async function impossible(parts: RederiveParts, release: BoundRelease, engine: string, findings: readonly RederivationFinding[]): Promise<Renewal> {
  const entry = await recordMarks(parts, release, { how: 'impossible', engine, detail: { codes: findings.map(({ code }) => code) } })
  return { release: release.id, title: release.title, outcome: 'impossible', same: false, findings, entry }
}

/** What an authority decided of a release whose marks cannot be made anew. */
export interface MarksDecision {
  readonly how: 'kept' | 'set-aside'
  readonly decidedBy: string
  readonly document: string
}

export type Decided = { readonly recorded: true; readonly entry: string } | { readonly recorded: false; readonly code: string; readonly message: string }

/**
 * Records an authority's decision. It may be taken only where making anew was tried and is impossible; that former marks go
 * on counting, only where all that were made anew between the same two versions came out to the bit, so that it was seen
 * that both make the same marks.
 */
export async function decideMarks(parts: RederiveParts, id: string, decision: MarksDecision): Promise<Decided> {
  const { engine, lacking } = await ledgerStanding(parts)
  const kept = lacking.find(({ release }) => release === id)
  if (kept === undefined) return { recorded: false, code: 'release-must-lack-marks', message: `出域结果 ${id} 不存在，或者已有现行引擎的比对标记，或者已经决定不再比对，不需要决定。` }
  const release = await boundRelease(parts, id)
  const made = await deriveSets(parts, release, engine)
  if (made.sets !== null) return { recorded: false, code: 'marks-must-be-made-anew-where-possible', message: `出域结果 ${id} 的比对标记可以由原输入重新得出，请先运行 marks。` }
  const former = kept.marks.at(-1)
  if (decision.how === 'kept' && (former === undefined || !(await cameOutTheSame(parts, former.kept, engine)))) {
    return { recorded: false, code: 'marks-must-have-come-out-the-same', message: '没有其他出域结果的标记在这两个版本的引擎之间逐字节相同地重新得出，或者其中有不同的，不能认定原标记仍然有效。' }
  }
  const detail = { document: decision.document, codes: made.findings.map(({ code }) => code) }
  const marks = decision.how === 'kept' && former !== undefined ? { file: former.file, kept: { ...former.kept, engine } } : undefined
  const entry = await recordMarks(parts, release, { how: decision.how, engine, ...(marks === undefined ? {} : { marks }), decidedBy: decision.decidedBy, document: decision.document, detail })
  return { recorded: true, entry }
}

/** Whether marks were made anew from that engine to this one, and each to the bit. */
async function cameOutTheSame(parts: RederiveParts, former: KeptSets, engine: string): Promise<boolean> {
  const { kept } = await inTransaction(parts.db, { as: 'system' }, readLedger)
  const pairs = kept.flatMap(({ marks }) => {
    const [old, made] = [marks.findLast((one) => one.kept.engine === former.engine), marks.findLast((one) => one.kept.engine === engine)]
    return old === undefined || made === undefined || old.file === made.file ? [] : [old.kept.digest === made.kept.digest]
  })
  return pairs.length > 0 && pairs.every(Boolean)
}
