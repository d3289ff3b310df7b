import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { CONCERNED } from '#capabilities/supervision/standing-notices/standing-notices.effects.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import type { Story } from '#tests/support/story.ts'

/** Where the platform's tables do not hold what the effects of a story intend, one line each; empty where all is there. */
export async function worldDifferences(story: Story, { owner: { db } }: FreshDatabase): Promise<string[]> {
  const intended = intendedEffects(story)
  const of = (...names: string[]) => intended.filter((one) => names.includes(one.effect))
  // Those concerned by a change of standing are told by the platform, of what it knows; the procedures' notices are compared.
  const notices = await db.selectFrom('notice').select(['case_id', 'office', 'notice']).where('office', '<>', CONCERNED).execute()
  const publications = await db.selectFrom('publication').select(['case_id', 'kind', 'title']).execute()
  const records = await db.selectFrom('register_record').select(['register', 'key', 'version', 'record', 'from_date', 'current', 'ended_because']).execute()
  const standings = await db.selectFrom('standing').select(['kind', 'id', 'state']).execute()
  const messages = await db.selectFrom('outbox').select(['case_id', 'port', 'action']).execute()
  return [
    ...differ('notices', notices.map((row) => `${row.case_id} ${row.office} ${row.notice}`), of('notify').flatMap(({ caseId, args }) => listOf(args['to']).map((office) => `${caseId} ${office} ${args['notice']}`))),
    ...differ('publications', publications.map((row) => `${row.case_id} ${row.kind} ${row.title}`), of('publish').map(({ caseId, args }) => `${caseId} ${args['kind']} ${args['title']}`)),
    ...differ('messages', messages.filter((row) => row.port !== 'vault').map((row) => `${row.case_id} ${row.port} ${row.action}`), of('port').map(({ caseId, args }) => `${caseId} ${args['port']} ${args['action']}`)),
    ...differ('standings', standings.map((row) => `${row.kind}/${row.id} ${row.state}`), Object.entries(story.world.standings).map(([thing, state]) => `${thing} ${state}`)),
    ...differ('records', records.filter((row) => row.current).map((row) => `${row.register}/${row.key} v${row.version} from ${row.from_date} ${textOf(row.record)}`), currentOf(story)),
    ...differ('ended records', lastOf(records).filter((row) => !row.current).map((row) => `${row.register}/${row.key} ${row.ended_because}`), endedOf(story)),
  ]
}

type Intended = { caseId: string; effect: string; args: JsonObject }

/** What is to be seen outside of cases; a preview is not. */
function intendedEffects(story: Story): Intended[] {
  return story.told.filter(({ caseId }) => story.cases.get(caseId)?.state.preview !== true).flatMap(({ caseId, events }) => events.flatMap((event) => (event.type === 'effect-intended' ? [{ caseId, effect: event.effect, args: event.args }] : [])))
}

function currentOf({ world }: Story): string[] {
  return Object.entries(world.editions).flatMap(([place, { version, from, current }]) => (current ? [`${place} v${version} from ${from} ${textOf(recordAt(world.registers, place))}`] : []))
}

function endedOf({ world }: Story): string[] {
  return Object.entries(world.editions).flatMap(([place, { current }]) => (current ? [] : [`${place} ${String(recordAt(world.registers, place)['ended'])}`]))
}

/** `register/key`; a key may have slashes of its own. */
function recordAt(registers: Record<string, Record<string, JsonObject>>, place: string): JsonObject {
  const slash = place.indexOf('/')
  return registers[place.slice(0, slash)]?.[place.slice(slash + 1)] ?? {}
}

function lastOf<T extends { register: string; key: string; version: number }>(rows: readonly T[]): T[] {
  return rows.filter((row) => !rows.some((other) => other.register === row.register && other.key === row.key && other.version > row.version))
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function textOf(value: JsonObject): string {
  return Buffer.from(canonicalBytes(value)).toString('utf8')
}

/** What the platform has too many of, and what it lacks, each as often as it does. */
function differ(what: string, found: readonly string[], told: readonly string[]): string[] {
  const rest = [...told]
  const extra = found.filter((one) => {
    const at = rest.indexOf(one)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return [...extra.map((one) => `${what}: the platform has ${one}`), ...rest.map((one) => `${what}: the story has ${one}`)]
}
