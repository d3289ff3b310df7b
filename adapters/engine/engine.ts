import type { EngineName } from '#core/engine/spelled.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'
import { translateStatement, type DeclaredTable, type PortableStatement, type Translation } from '#core/engine/translate-statement.ts'
import type { JobFailure } from '#adapters/sandbox/job-failures.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'

export interface EngineRequest {
  readonly statement: PortableStatement
  /** Tables that this run alone reads; an engine that keeps tables of its own loads them under names of this run. */
  readonly inputs: readonly EngineInput[]
  readonly limits: JobLimits
  readonly signal?: AbortSignal
}

export interface EngineInput extends Pick<JobInput, 'table' | 'parquetPath'> {
  readonly columns: DeclaredTable['columns']
}

export interface EngineSuccess {
  readonly ok: true
  /** Every value in its canonical form: equal statements give equal rows on every engine. */
  readonly result: TypedResult
  readonly engineVersion: string
  readonly elapsedMs: number
}

export type EngineOutcome = EngineSuccess | JobFailure

/**
 * Where a portable statement runs. DuckDB in the sandbox is the reference and the only one whose results are released;
 * another engine must give the same rows, which `npm run engines` shows.
 */
export interface Engine {
  readonly name: EngineName
  /** Runs one statement within the limits. Never throws for what a statement does; aborting `signal` ends it. */
  run(request: EngineRequest): Promise<EngineOutcome>
}

/** The statement in every engine's spelling, or why it must stay on the reference engine. */
export function prepareStatement(tree: unknown, tables: readonly DeclaredTable[]): Translation {
  return translateStatement(tree, tables)
}
