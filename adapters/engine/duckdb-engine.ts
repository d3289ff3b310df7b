import { canonicalResult } from '#core/engine/canonical-result.ts'
import type { Engine } from '#adapters/engine/engine.ts'
import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'

/** The reference engine: each statement in an isolated process of its own. */
export function duckDbEngine(sandbox: Sandbox): Engine {
  return {
    name: 'duckdb',
    run: async ({ statement, inputs, limits, signal }) => {
      const outcome = await sandbox.runJob({
        inputs: inputs.map(({ table, parquetPath }) => ({ table, parquetPath })), statements: [statement.sql.duckdb], limits, ...(signal === undefined ? {} : { signal }),
      })
      if (!outcome.ok) return outcome
      const result = canonicalResult(statement, outcome.results[0]?.rows ?? [])
      if (result === null) return jobFailure('worker-misbehaved', outcome.elapsedMs)
      return { ok: true, result, engineVersion: outcome.engineVersion, elapsedMs: outcome.elapsedMs }
    },
  }
}
