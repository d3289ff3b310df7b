import type { EffectRunner, FactReader, Offered } from '#adapters/cases/capability-port.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { OFFERED } from '#apps/api/offered.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'

/** What the capabilities offer, with a port through which single facts of one act can be given. */
export type GivenFacts = {
  offered: Offered
  /** For the next act: the names of the facts that it asks for, in order, and what some of them are. */
  expect(names: readonly string[], given: JsonObject): void
}

/** Real facts and effects; what a story's line gives is answered in place of the reading, for that act alone. */
export function givenFacts(): GivenFacts {
  let asked: string[] = []
  let given: JsonObject = {}
  const throughPort = (fact: string, read: FactReader): FactReader => async (args, at) => {
    const name = asked.shift()
    const answer = name === undefined ? undefined : given[name]
    if (name === undefined || answer === undefined || answer === null) return read(args, at)
    if (fact === 'environment.job') await keepJob(at.tx, answer)
    return answer
  }
  const facts = Object.fromEntries(Object.entries(OFFERED.facts).map(([fact, read]) => [fact, throughPort(fact, read)]))
  const effects = { ...OFFERED.effects, 'exit.destroy-keys': destroyKeys(OFFERED.effects['exit.destroy-keys']) }
  return {
    offered: { ...OFFERED, facts, effects },
    expect: (names, values) => {
      asked = [...names]
      given = values
    },
  }
}

/** A job that a story gives as a fact is kept as the sealed result that it speaks of, so that it can be released for real. */
async function keepJob(tx: Tx, job: Json): Promise<void> {
  if (!isObject(job)) return
  const text = (name: string, otherwise: string) => (typeof job[name] === 'string' && job[name] !== '' ? job[name] : otherwise)
  const columns = Array.isArray(job['columns']) ? job['columns'] : []
  const verdict = (['pass', 'review', 'block'] as const).find((one) => one === job['verdict']) ?? null
  await tx.insertInto('job').values({
    id: text('id', 'job'), agreement: text('agreement', 'none'), organization: text('organization', 'none'), author: text('author', 'none'), scenario: text('scenario', ''), purpose: text('purpose', ''),
    sql: 'select 1', status: 'succeeded', failure: null, tables: JSON.stringify(job['supplies'] ?? []), verdict, report: JSON.stringify({ sections: [] }),
    columns: JSON.stringify(columns.map((name) => ({ name: String(name), type: 'text' }))), row_count: typeof job['row_count'] === 'number' ? job['row_count'] : 1,
    digest: text('digest', '0'), engine: 'given', pack_digest: 'given', wrapped_key: Buffer.from('given'), elapsed_ms: 0,
  }).onConflict((conflict) => conflict.doNothing()).execute()
}

/** An id under which the vault keeps a version. */
const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Supplies of a story have versions by name, which no vault holds: their destruction is ordered, not begun. */
function destroyKeys(real: EffectRunner | undefined): EffectRunner {
  return async (args, context) => {
    const versions = (await suppliesOf(context.tx, { agreement: String(args['agreement']) })).map((supply) => supply.version).filter((version) => version !== '')
    if (real !== undefined && versions.every((version) => VERSION.test(version))) return real(args, context)
    await context.tx.insertInto('outbox').values({
      id: `out-${context.handle}`, case_id: context.state.id, handle: context.handle, port: 'vault', action: 'destroy', payload: { versions, results: [], on: context.act.date },
      concludes: typeof args['concludes'] === 'string' ? args['concludes'] : null, branch: branchKey(context.branch), state: 'waiting', last_error: null, result: null,
    }).execute()
  }
}
