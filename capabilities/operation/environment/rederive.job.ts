import { randomUUID } from 'node:crypto'
import type { Actor } from '#core/procedure/case-state.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { digestOfResult, fixedResult } from '#adapters/sandbox/fixed-result.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'
import { VaultError, readVersion } from '#adapters/vault/versions.ts'
import { withProtection } from '#capabilities/operation/protection/protection.facts.ts'
import type { CarryOutParts } from './carry-out-job.job.ts'
import { readJob } from './environment.store.ts'
import type { Job } from './environment.store.ts'
import type { BoundInput, ReleaseBinding } from './release-binding.ts'
import { contentsOfVersion, digestOfJson, digestOfText } from './release-binding.store.ts'
import type { BoundRelease } from './release-binding.store.ts'
import type { RederivationFinding } from './rederivation.store.ts'
import { differenceText, resultDifference } from './result-difference.ts'
import { openResult } from './sealed-results.store.ts'

export type RederiveParts = CarryOutParts & { committer: Committer; clock: LegalClock }

export type Rederivation = { id: string; release: string; outcome: 'identical' | 'differs' | 'impossible'; findings: RederivationFinding[]; entry: string }

export const fault = (code: string, message: string): RederivationFinding => ({ kind: 'fault', code, message })
export const obstacle = (code: string, message: string): RederivationFinding => ({ kind: 'obstacle', code, message })

/**
 * Derives a released output anew, in a worker of its own from the versions that it is bound to, and compares: the record
 * with what it was bound to, the stored rows with their digest, the derived rows with the stored ones, byte for byte.
 * The answer is recorded with an entry of evidence, whatever it is. No value of a row is in it.
 */
export async function rederive(parts: RederiveParts, release: BoundRelease, asker: Pick<Actor, 'person' | 'organization'> & { office: string }): Promise<Rederivation> {
  const findings = await findingsOn(parts, release)
  const outcome = findings.some(({ kind }) => kind === 'fault') ? 'differs' : findings.some(({ kind }) => kind === 'obstacle') ? 'impossible' : 'identical'
  const id = `rederivation-${randomUUID()}`
  const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const legalDate = await parts.clock.today(tx)
    const made = await addPending(tx, {
      type: 'release', legalDate, actor: asker.person, onBehalfOf: asker.organization, office: asker.office, action: 're-derive',
      object: { kind: 'release', id: release.id }, decision: outcome === 'identical' ? 'allow' : 'deny', bodyHash: `sha256:${release.digest}`,
      detail: { outcome, codes: findings.map(({ code }) => code), ...(release.bindingDigest === null ? {} : { binding: `sha256:${release.bindingDigest}` }) },
    }, parts.clock.now())
    await tx.insertInto('rederivation').values({
      id, release: release.id, outcome, findings: JSON.stringify(findings), asked_by: asker.person, asked_for: asker.organization, legal_date: legalDate, entry: made,
    }).execute()
    return made
  })
  parts.committer.poke()
  await parts.committer.waitFor(entry)
  return { id, release: release.id, outcome, findings, entry }
}

/** Noise that was drawn anew would be other noise, and would tell more than was paid for. */
export const NOISE_IS_DRAWN_ONCE = obstacle('noise-must-not-be-drawn-again', '结果带有随机噪声。噪声只能产生一次，重新产生会得出另外的数值，并且多用隐私预算，因此不重新得出；已经核对的是语句、报告、绑定记录和所存结果的摘要。')

async function findingsOn(parts: RederiveParts, release: BoundRelease): Promise<RederivationFinding[]> {
  const { binding } = release
  const job = await inTransaction(parts.db, { as: 'system' }, (tx) => readJob(tx, release.job))
  if (job === null || binding === null) return [obstacle('binding-must-be-kept', '这一结果出域时没有留下输入和语句的绑定记录，无法重新得出。')]
  const record = recordFaults(release, binding, job)
  const stored = await storedRows(parts, job)
  // A statement that is not the one on record proves nothing about the result.
  if (record.some(({ code }) => code === 'statement-must-be-the-bound-one')) return [...record, ...stored.findings]
  if (job.report !== null && isNoisyReport(job.report)) return [...record, ...stored.findings, ...changedSince(release, job, stored.rows, null), NOISE_IS_DRAWN_ONCE]
  const derived = await derive(parts, binding, job.sql)
  return [...record, ...stored.findings, ...changedSince(release, job, stored.rows, derived.result), ...derived.findings, ...compared(release, binding, job, stored.rows, derived)]
}

/** What the record says now, against what the release was bound to when it left. */
export function recordFaults(release: BoundRelease, binding: ReleaseBinding, job: Job): RederivationFinding[] {
  const faults: RederivationFinding[] = []
  if (digestOfJson(binding) !== release.bindingDigest) faults.push(fault('binding-must-be-unchanged', '绑定记录与出域时的摘要不符。'))
  if (digestOfText(job.sql) !== binding.statement) faults.push(fault('statement-must-be-the-bound-one', '作业语句与出域时绑定的不同。'))
  if (job.report === null || digestOfJson(job.report) !== binding.report) faults.push(fault('report-must-be-the-bound-one', '检查报告与出域时绑定的不同。'))
  if (release.digest !== binding.result.digest) faults.push(fault('release-must-be-the-bound-one', '出域记录上的结果摘要与绑定的不同。'))
  return faults
}

/** The stored rows as they open now; null where they cannot be read. */
export async function storedRows(parts: RederiveParts, job: Job): Promise<{ rows: Row[] | null; findings: RederivationFinding[] }> {
  const gone = { rows: null, findings: [obstacle('stored-result-destroyed', '所存结果的密钥已销毁，没有可以对照的结果。')] }
  if (job.wrappedKey === null) return gone
  try {
    return { rows: await openResult(parts.vault, job.id, job.wrappedKey), findings: [] }
  } catch (error) {
    if (error instanceof SealBroken) return { rows: null, findings: [fault('stored-result-must-be-unchanged', `所存结果的密文被改动，不能打开：${error.message}`)] }
    if (error instanceof MasterKeyError && error.code === 'version-key-destroyed') return gone
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { rows: null, findings: [fault('stored-result-must-be-there', '所存结果的密文文件不在了。')] }
    throw error
  }
}

/** Rows that open and are not those of the digest that was released; where the right ones are at hand, the place is named. */
function changedSince(release: BoundRelease, job: Job, stored: readonly Row[] | null, derived: DigestedResult | null): RederivationFinding[] {
  if (stored === null || digestOfResult(job.columns, stored) === release.digest) return []
  const where = derived?.digest === release.digest ? resultDifference({ columns: derived.columns.map(({ name }) => name), rows: derived.rows }, { columns: job.columns.map(({ name }) => name), rows: stored }) : null
  return [fault('stored-result-must-be-unchanged', `所存结果与出域时的摘要不符，出域之后被改动。${where === null ? '' : differenceText(where)}`)]
}

type Anew = { result: DigestedResult | null; engine: string; findings: RederivationFinding[] }

/** The statement run again over what it is bound to; null and why, where an input or the worker is not to be had. */
async function derive(parts: RederiveParts, binding: ReleaseBinding, sql: string): Promise<Anew> {
  return withPrivateDirectory(parts.vault.temporary, async (directory): Promise<Anew> => {
    const inputs: JobInput[] = []
    const findings: RederivationFinding[] = []
    for (const input of binding.inputs) {
      const placed = await placedAgain(parts, input, directory)
      findings.push(...placed.findings)
      if (placed.path !== null) inputs.push({ table: input.table, parquetPath: placed.path, shown: input.fields })
    }
    if (inputs.length < binding.inputs.length) return { result: null, engine: '', findings }
    const outcome = await parts.sandbox.runJob({ inputs, statements: [sql], limits: { ...DEFAULT_JOB_LIMITS, ...binding.limits } })
    if (!outcome.ok) return { result: null, engine: '', findings: [...findings, obstacle('job-must-run-again', `重新运行没有完成：${outcome.message}`)] }
    const [result] = outcome.results
    const parsed = await parts.gate.parse(sql)
    return { result: result === undefined ? null : fixedResult(parsed.ok ? parsed.tree : null, result), engine: outcome.engineVersion, findings }
  })
}

/** Writes an input once more. The same version, columns, rules, key and engine give the same file. */
async function placedAgain(parts: RederiveParts, input: BoundInput, directory: string): Promise<{ path: string | null; findings: RederivationFinding[] }> {
  const named = `“${input.table}”所用的数据版本（${input.version}）`
  try {
    const { version, contents } = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const found = await readVersion(tx, input.version)
      return { version: found, contents: await contentsOfVersion(tx, found.id) }
    })
    if (contents !== input.contents) return { path: null, findings: [fault('input-must-be-the-bound-one', `${named}的摘要与出域时绑定的不同。`)] }
    const made = await withProtection({ db: parts.db, masterKey: parts.vault.masterKey }, { rules: input.protection.rules, schema: version.schema }, input, (protection) =>
      materialise(parts.vault, version, { columns: [...input.columns], filter: [] }, directory, `${version.schema.name}.parquet`, protection))
    // Another release of the engine may write the same rows as another file: what it gives is compared all the same.
    const note: RederivationFinding[] = made.sha256 === input.file ? [] : [{ kind: 'note', code: 'input-file-differs', message: `${named}重新写出的文件与当时的字节不同，行数${made.rows === input.rows ? '相同' : '不同'}。` }]
    return { path: made.path, findings: note }
  } catch (error) {
    if (error instanceof VaultError && (error.code === 'version-not-active' || error.code === 'version-unknown')) return { path: null, findings: [obstacle('input-version-destroyed', `${named}已经销毁或者正在销毁，不能重新得出。`)] }
    if (error instanceof MasterKeyError && error.code === 'version-key-destroyed') return { path: null, findings: [obstacle('input-version-destroyed', `${named}的密钥已经销毁，不能重新得出。`)] }
    if (error instanceof SealBroken) return { path: null, findings: [fault('input-must-be-unchanged', `${named}的密文被改动，不能打开：${error.message}`)] }
    throw error
  }
}

/** The derived result against the digest that was released; where they differ, against the stored rows, to say where. */
export function compared(release: BoundRelease, binding: ReleaseBinding, job: Job, stored: readonly Row[] | null, { result, engine }: Anew): RederivationFinding[] {
  if (result === null) return []
  const changed = engine === binding.engine ? null : `计算引擎已由 ${binding.engine} 换为 ${engine}`
  if (result.digest === release.digest) return changed === null ? [] : [{ kind: 'note', code: 'engine-changed', message: `${changed}，结果仍逐字节相同。` }]
  const columns = job.columns.map(({ name }) => name)
  const where = stored === null ? null : resultDifference({ columns, rows: stored }, { columns: result.columns.map(({ name }) => name), rows: result.rows })
  const text = where === null ? '摘要不同；没有可以逐行对照的所存结果，或者只有字段类型不同。' : differenceText(where)
  if (where?.kind === 'order') return [obstacle('order-must-be-determined', `${text}不能逐字节认定。`)]
  if (where?.kind === 'cells' && result.columns.length === columns.length && onlyLastDigits(job, stored ?? [], result)) {
    return [obstacle('last-digits-must-be-determined', `${text}这些值只在第 ${SURE_DIGITS} 位有效数字之后不同，由多个线程求和的先后所致，不能逐字节认定。`)]
  }
  if (changed !== null) return [obstacle('engine-changed', `${changed}，得出的结果不同，不能据此认定结果被改动。${text}`)]
  return [fault('derived-result-must-be-identical', `重新得出的结果与出域的不同。${text}`)]
}

/** unit: significant digits; source: a double holds fifteen, sums in another order differ beyond them; margin of three */
const SURE_DIGITS = 12

/** Whether every figure that differs is a double that is the same to all digits that are sure. */
function onlyLastDigits(job: Job, stored: readonly Row[], { rows }: DigestedResult): boolean {
  return stored.every((was, at) => job.columns.every(({ kind }, position) => {
    const [old, fresh] = [was[position], rows[at]?.[position]]
    if (old === fresh) return true
    return kind === 'double' && typeof old === 'number' && typeof fresh === 'number' && old.toPrecision(SURE_DIGITS) === fresh.toPrecision(SURE_DIGITS)
  }))
}
