import { randomUUID } from 'node:crypto'
import { isLegalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { provisionOf } from '#core/pack/basis.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import { textArg } from './capability-port.ts'
import type { EffectContext, EffectRunner } from './capability-port.ts'
import { placeContent } from '#core/procedure/place-content.ts'

/** The effects that belong to no single capability: notices, publications, registers, standings, other cases, the outbox. */
export const SHARED_EFFECTS: Readonly<Record<string, EffectRunner>> = {
  notify,
  publish,
  'register.put': putRecord,
  'register.end': endRecord,
  'standing.set': setStanding,
  'case.open': openCase,
  'case.status': setCaseStatus,
  'clock.suspend': (args, context) => changeClocks('suspend', args, context),
  'clock.resume': (args, context) => changeClocks('resume', args, context),
  port: sendToPort,
}

async function notify(args: JsonObject, context: EffectContext): Promise<void> {
  const offices = Array.isArray(args['to']) ? args['to'] : [args['to']]
  for (const office of offices) {
    if (typeof office !== 'string') continue
    const organization = context.state.parties[office] ?? context.partyOf(office)
    if (organization === undefined) throw new TypeError(`nobody holds the office ${office} in case ${context.state.id}: the notice reaches no one`)
    await context.tx.insertInto('notice').values({
      id: `notice-${randomUUID()}`, organization, office, case_id: context.state.id,
      task: typeof args['task'] === 'string' ? args['task'] : null,
      notice: textArg(args, 'notice'), text: typeof args['text'] === 'string' ? args['text'] : textArg(args, 'notice'),
      legal_date: context.act.date, received_by: null, received_at: null,
    }).execute()
  }
}

async function publish(args: JsonObject, context: EffectContext): Promise<void> {
  const { kind: _kind, title: _title, ...body } = args
  await context.tx.insertInto('publication').values({
    id: `publication-${randomUUID()}`, kind: textArg(args, 'kind'), title: textArg(args, 'title'), body: body as JsonObject, // what is left of a JSON object
    legal_date: context.act.date, case_id: context.state.id,
  }).execute()
}

async function putRecord(args: JsonObject, context: EffectContext): Promise<void> {
  const [register, key] = [textArg(args, 'register'), textArg(args, 'key')]
  const { register: _register, key: _key, ...fields } = args
  const last = await context.tx.selectFrom('register_record').select(['version', 'record', 'current'])
    .where('register', '=', register).where('key', '=', key).orderBy('version', 'desc').executeTakeFirst()
  if (last?.current) {
    await context.tx.updateTable('register_record').set({ current: false, ended_on: context.act.date, ended_because: 'new-version' })
      .where('register', '=', register).where('key', '=', key).where('version', '=', last.version).execute()
  }
  await context.tx.insertInto('register_record').values({
    register, key, version: (last?.version ?? 0) + 1, record: { ...(last?.current ? last.record : {}), ...(fields as JsonObject) }, // what is left of a JSON object
    from_date: context.act.date, ended_on: null, ended_because: null, current: true, case_id: context.state.id,
  }).execute()
}

async function endRecord(args: JsonObject, context: EffectContext): Promise<void> {
  await context.tx.updateTable('register_record')
    .set({ current: false, ended_on: context.act.date, ended_because: textArg(args, 'reason') })
    .where('register', '=', textArg(args, 'register')).where('key', '=', textArg(args, 'key')).where('current', '=', true).execute()
}

const STANDINGS = new Set(['granted', 'suspended', 'restored', 'revoked', 'ended'])

/** What was revoked or ended never comes back by a later grant of the same name. */
async function setStanding(args: JsonObject, context: EffectContext): Promise<void> {
  const [kind, state] = [textArg(args, 'kind'), textArg(args, 'to')]
  if (!STANDINGS.has(state)) throw new TypeError(`a standing is granted, suspended, restored, revoked or ended, not ${state}`)
  const ids = Array.isArray(args['id']) ? args['id'] : [args['id']]
  for (const id of ids) {
    if (typeof id !== 'string' || id === '') throw new TypeError(`the standing of a ${kind} needs an id`)
    await changeStanding(context, { kind, id, state, reason: optionalText(args['reason']), under: optionalText(args['under']) })
  }
}

export async function changeStanding(context: EffectContext, change: { kind: string; id: string; state: string; reason: string | null; under: string | null }): Promise<void> {
  const { kind, id, state, reason, under } = change
  const now = await context.tx.selectFrom('standing').select('state').where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
  if (now?.state === 'revoked' || now?.state === 'ended') return
  if (state === 'restored') {
    if (now?.state === 'suspended') await restoreStanding(context, change)
    return
  }
  const common = { state, since: context.act.date, reason, provision: provisionOf(context.basis), case_id: context.state.id }
  await context.tx.insertInto('standing').values({ kind, id, under, ...common })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(common)).execute()
  await context.tx.insertInto('standing_change').values({ kind, thing: id, handle: context.handle, ...common }).execute()
}

/** A suspension is lifted: what was granted before is granted again; what never was has no standing again. */
async function restoreStanding(context: EffectContext, change: Parameters<typeof changeStanding>[1]): Promise<void> {
  const { kind, id } = change
  const granted = await context.tx.selectFrom('standing_change').select('id').where('kind', '=', kind).where('thing', '=', id).where('state', '=', 'granted').limit(1).executeTakeFirst()
  if (granted === undefined) await context.tx.deleteFrom('standing').where('kind', '=', kind).where('id', '=', id).execute()
  else await changeStanding(context, { ...change, state: 'granted' })
}

function optionalText(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

async function openCase(args: JsonObject, context: EffectContext): Promise<void> {
  const links: Record<string, string> = {}
  const contents: Record<string, Json> = {}
  for (const [name, value] of Object.entries(args)) {
    if (name.startsWith('link.')) links[name.slice('link.'.length)] = textArg(args, name)
    else if (name.startsWith('content.')) placeContent(contents, name.slice('content.'.length).split('.'), value)
  }
  await context.openCase(textArg(args, 'procedure'), links, contents)
}

async function setCaseStatus(args: JsonObject, context: EffectContext): Promise<void> {
  await context.onCase(textArg(args, 'case'), { type: 'status-from-case', status: textArg(args, 'status'), because: context.state.id })
}

/** Suspends or resumes the clocks of one case or of several, in the name of this one. */
async function changeClocks(change: 'suspend' | 'resume', args: JsonObject, { state, law, act, basis, onCase }: EffectContext): Promise<void> {
  const day = args[change === 'suspend' ? 'from' : 'on']
  const on = typeof day === 'string' && isLegalDate(day) ? day : act.date
  const because = optionalText(args['reason']) ?? `因${procedureOf(law, state.procedure).title}（${state.number}）`
  for (const id of Array.isArray(args['case']) ? args['case'] : [args['case']]) {
    if (typeof id !== 'string' || id === '') throw new TypeError(`the clocks of a case need its id, not ${JSON.stringify(id)}`)
    await onCase(id, { type: 'clock-from-case', change, on, step: optionalText(args['step']), by: state.id, because, basis })
  }
}

async function sendToPort(args: JsonObject, context: EffectContext): Promise<void> {
  const { port: _port, action: _action, concludes, ...payload } = args
  const step = optionalText(concludes)
  if (step !== null) stepOf(procedureOf(context.law, context.state.procedure), step)
  await context.tx.insertInto('outbox').values({
    id: `out-${randomUUID()}`, case_id: context.state.id, handle: context.handle, port: textArg(args, 'port'), action: textArg(args, 'action'),
    payload: payload as JsonObject, concludes: step, branch: branchKey(context.branch), state: 'waiting', last_error: null, result: null, // what is left of a JSON object
  }).execute()
}
