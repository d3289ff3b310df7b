/** Measures a table, or weighs rules against it, in a process of its own behind the walls of a job. */
import { chmod, chown } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { columnRuleSchema } from '#core/protection/protection-rules.ts'
import type { Weighing } from '#core/protection/weigh-rules.ts'
import type { MeasureRequest, TableMeasures } from '#adapters/protection/measure-table.ts'
import type { WeighRequest } from '#adapters/protection/weigh-table.ts'
import { childCommand } from '#adapters/sandbox/child-command.ts'
import type { IsolationMode } from '#adapters/sandbox/child-command.ts'
import { spawnChild } from '#adapters/sandbox/child-process.ts'
import { closeInputDirectory, openInputDirectory, placeInputs } from '#adapters/sandbox/job-inputs.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { programPath } from '#adapters/vault/child/programs.ts'

export type MeasureTask = { readonly do: 'measure'; readonly request: MeasureRequest } | { readonly do: 'weigh'; readonly request: WeighRequest }

/** What the process may use. */
export interface MeasureLimits {
  readonly seconds: number
  readonly threads: number
  readonly memoryMb: number
}

/** The table could not be measured; the message is for the log, it may quote the engine. */
export class MeasureFailed extends Error {
  override readonly name = 'MeasureFailed'
}

/** Measures a table of Parquet files. @throws MeasureFailed */
export async function measureBehindWalls(paths: readonly string[], asked: Omit<MeasureRequest, 'paths' | 'directory' | 'threads' | 'memoryMb'>, limits: MeasureLimits, mode: IsolationMode | null = null): Promise<TableMeasures> {
  return measures.parse(await behindWalls(paths, ({ seen, work }) => ({ do: 'measure', request: { ...asked, paths: seen, directory: work, threads: limits.threads, memoryMb: limits.memoryMb } }), limits, mode))
}

/** Weighs rules against a table in one Parquet file. @throws MeasureFailed */
export async function weighBehindWalls(path: string, asked: Omit<WeighRequest, 'path' | 'threads' | 'memoryMb'>, limits: MeasureLimits): Promise<Weighing> {
  const said = await behindWalls([path], ({ seen }) => ({ do: 'weigh', request: { ...asked, path: seen[0] ?? '', threads: limits.threads, memoryMb: limits.memoryMb } }), limits, null)
  return weighing.parse(said)
}

/** unit: bytes; source: an answer is a handful of figures */
const ANSWER_BYTES = 1024 * 1024
/** unit: bytes for each byte of the engine's memory; source: what does not fit into its memory spills here */
const WORKPLACE_PER_MEMORY = 4
const BYTES_PER_MB = 1024 * 1024
/** unit: MiB; source: the different rows of a table and the lattice of a search */
const HEAP_MB = 1024
const ONLY_OWNER = 0o700
/** uid and gid of "nobody" on Linux, whom the weaker isolation makes of the child. */
const NOBODY = 65_534

async function behindWalls(paths: readonly string[], taskOf: (places: { seen: string[]; work: string }) => MeasureTask, limits: MeasureLimits, wanted: IsolationMode | null): Promise<unknown> {
  const mode = wanted ?? (await sandboxPosture()).mode
  const inBubble = mode === 'bubblewrap' || mode === 'bubblewrap-filtered'
  // Beside the table a link suffices; the weaker isolation cannot pass through a private folder.
  const inputs = await openInputDirectory(inBubble ? dirname(paths[0] ?? '') : null).catch((error: unknown) => {
    throw new MeasureFailed('the table cannot be read', { cause: error })
  })
  const work = await openInputDirectory(null)
  try {
    await chmod(work, ONLY_OWNER)
    if (mode === 'unshare-setpriv' && process.getuid?.() === 0) await chown(work, NOBODY, NOBODY)
    const names = await placeInputs(inputs, paths.map((parquetPath, at) => ({ table: String(at), parquetPath }))).catch((error: unknown) => {
      throw new MeasureFailed('the table cannot be read', { cause: error })
    })
    const bytes = limits.memoryMb * BYTES_PER_MB * WORKPLACE_PER_MEMORY
    const command = childCommand(mode, { script: await programPath('measure'), inputDirectory: inputs, workplace: { directory: work, bytes }, givesWay: true }, { ...limits, heapMb: HEAP_MB, fileBytes: bytes })
    return await answerOf(command, taskOf({ seen: names.map((name) => `${command.inputsSeenAt}/${name}`), work: command.workSeenAt }), limits.seconds)
  } finally {
    await closeInputDirectory(inputs)
    await closeInputDirectory(work)
  }
}

async function answerOf(command: ReturnType<typeof childCommand>, task: MeasureTask, seconds: number): Promise<unknown> {
  const child = spawnChild(command, ANSWER_BYTES)
  const limit = setTimeout(() => child.kill(), seconds * 1000)
  try {
    child.send(task)
    const frame = await Promise.race([new Promise<unknown>((resolve) => child.listen(resolve)), child.ended.then(({ code, signal, breach }) => {
      throw new MeasureFailed(`the measuring process ended with ${breach ?? signal ?? `exit ${code}`}`)
    })])
    const said = answer.parse(frame)
    if ('failure' in said) throw new MeasureFailed(said.failure)
    return said.result
  } finally {
    clearTimeout(limit)
    child.kill()
    await child.ended
  }
}

const answer = z.union([z.strictObject({ result: z.unknown() }), z.strictObject({ failure: z.string() })])
const figure = z.number()
const anonymity = z.strictObject({ k: figure, alpha: figure, distinctL: figure, entropyL: figure, t: figure, beta: figure, enhancedBeta: figure, delta: figure })
const measures = z.strictObject({
  anonymity, peakBytes: figure,
  risk: z.strictObject({ rows: figure, classes: figure, highest: figure, average: figure, uniqueness: figure, atRisk: figure, averageClassSize: figure }),
})
const weight = z.strictObject({ anonymity, fulfilled: figure, averageRisk: figure, unique: figure })
const weighing: z.ZodType<Weighing> = z.strictObject({
  rows: figure, before: weight, after: weight, losses: z.array(z.strictObject({ column: z.string(), share: figure })),
  suggestion: z.union([
    z.strictObject({ found: z.literal(true), steps: z.array(z.strictObject({ column: z.string(), step: z.union([z.strictObject({ kind: z.literal('as-is') }), z.strictObject({ kind: z.literal('rule'), rule: columnRuleSchema })]) })), loss: figure, suppressed: figure }),
    z.strictObject({ found: z.literal(false), reason: z.enum(['target-out-of-reach', 'too-many-checks']) }),
  ]),
})
