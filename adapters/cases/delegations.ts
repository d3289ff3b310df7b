import { randomUUID } from 'node:crypto'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { mayActAs } from '#adapters/identity/persons.ts'
import type { DelegationTable } from '#adapters/postgres/tables/delegations.ts'
import type { Tx } from './case-store.ts'

/** Who shall act for whom, in which office, from and to which day (both included), and why. */
export type NewDelegation = { principal: string; deputy: string; office: string; from: LegalDate; until: LegalDate; reason: string }

/** A delegation that runs today, as its deputy sees it. */
export type RunningDelegation = { id: string; principal: string; office: string; until: string }

/** Who makes or ends a delegation, and when. */
export type DelegationAct = { actor: Actor; today: LegalDate; now: Date }

export type DelegationAnswer = { accepted: true; id: string; entry: string } | { accepted: false; refusal: Refusal }

/**
 * Lets a person act for another of the same organisation in one office. The principal says so, or another person of that
 * office (a principal may be absent). Both must belong to the organisation; the deputy needs no office of their own.
 */
export async function makeDelegation(tx: Tx, one: NewDelegation, { actor, today, now }: DelegationAct): Promise<DelegationAnswer> {
  const refusal = (await delegationRefusal(tx, one, actor)) ?? (one.until < today ? no('delegation-must-not-be-over', `代理截止日${one.until}已过。`, '请核对起止日期。') : null)
  if (refusal) return { accepted: false, refusal }
  const id = `delegation-${randomUUID()}`
  await tx.insertInto('delegation').values({
    id, organization: actor.organization, office: one.office, principal: one.principal, deputy: one.deputy, from_date: one.from, until_date: one.until, reason: one.reason, made_by: actor.person, made_on: today, ended_on: null,
  }).execute()
  const entry = await addPending(tx, entryOf('delegation-made', { id, office: one.office }, actor, today, { principal: one.principal, deputy: one.deputy, from: one.from, until: one.until }), now)
  return { accepted: true, id, entry }
}

/** Ends a delegation early: from the next day on nobody acts under it. The principal, the deputy or another of the office may. */
export async function endDelegation(tx: Tx, id: string, { actor, today, now }: DelegationAct): Promise<DelegationAnswer> {
  const row = await tx.selectFrom('delegation').selectAll().where('id', '=', id).where('organization', '=', actor.organization).forUpdate().executeTakeFirst()
  if (row === undefined) return { accepted: false, refusal: no('delegation-must-be-on-record', '本单位没有这一代理。', '请从列表中选择。') }
  const may = [row.principal, row.deputy].includes(actor.person) || actor.offices.includes(row.office)
  if (!may) return { accepted: false, refusal: no('actor-must-hold-office', '只有被代理人、代理人或者同一岗位的人员可以终止代理。', '请由其办理。') }
  if (row.ended_on !== null) return { accepted: false, refusal: no('delegation-must-be-running', `该代理已于${row.ended_on}终止。`, '无需重复办理。') }
  await tx.updateTable('delegation').set({ ended_on: today }).where('id', '=', id).execute()
  return { accepted: true, id, entry: await addPending(tx, entryOf('delegation-ended', row, actor, today, {}), now) }
}

/**
 * The actor as a deputy on a day, with the delegated office; null where no delegation covers it. `asked` names the
 * principal, or the delegation itself where the principal delegated several offices.
 */
export async function actorFor(tx: Tx, actor: Actor, asked: string, on: LegalDate): Promise<Actor | null> {
  const first = (await delegationsTo(tx, actor, on)).find((one) => one.id === asked || one.principal === asked)
  if (first === undefined) return null
  // Under a delegation a person acts in the delegated office only: what was not delegated is not done in another's name.
  return { person: actor.person, organization: actor.organization, offices: [first.office], acting_for: { person: first.principal, delegation: first.id } }
}

/** The delegations under which a person may act on a day, the oldest first; one whose principal lost the office gives nothing. */
export async function delegationsTo(tx: Tx, { person, organization }: Pick<Actor, 'person' | 'organization'>, on: LegalDate): Promise<RunningDelegation[]> {
  const rows = await tx.selectFrom('delegation').select(['id', 'office', 'principal', 'ended_on', 'until_date as until']).where('deputy', '=', person).where('organization', '=', organization)
    .where('from_date', '<=', on).where('until_date', '>=', on).orderBy('made_on').orderBy('id').execute()
  const held: RunningDelegation[] = []
  for (const { ended_on: endedOn, ...row } of rows) if ((endedOn === null || endedOn >= on) && (await mayActAs(tx, row.principal, organization, row.office))) held.push(row)
  return held
}

/** The delegations of an organisation that run on or after a day. */
export async function delegationsOf(tx: Tx, organization: string, on: LegalDate): Promise<DelegationTable[]> {
  return tx.selectFrom('delegation').selectAll().where('organization', '=', organization).where('until_date', '>=', on).orderBy('from_date').orderBy('id').execute()
}

async function delegationRefusal(tx: Tx, { principal, deputy, office, from, until, reason }: NewDelegation, actor: Actor): Promise<Refusal | null> {
  if (principal === deputy) return no('deputy-must-be-another', '代理人不能是被代理人本人。', '请另选代理人。')
  if (until < from) return no('delegation-must-have-an-end', `截止日${until}早于开始日${from}。`, '请核对起止日期。')
  if (reason.trim() === '') return no('content-must-be-present', '缺少代理原因。', '请填写代理原因。')
  if (actor.person !== principal && !actor.offices.includes(office)) return no('actor-must-hold-office', '代理应由被代理人或者同一岗位的人员办理。', '请由其办理。')
  if (!(await mayActAs(tx, principal, actor.organization, office))) return no('principal-must-hold-office', '被代理人不在本单位，或者没有该岗位。', '请核对被代理人和岗位。')
  const member = await tx.selectFrom('person').select('id').where('id', '=', deputy).where('organization', '=', actor.organization).where('disabled_at', 'is', null).executeTakeFirst()
  return member === undefined ? no('deputy-must-be-a-colleague', '代理人不在本单位。', '请从本单位人员中选择。') : null
}

function entryOf(type: 'delegation-made' | 'delegation-ended', { id, office }: { id: string; office: string }, actor: Actor, today: LegalDate, detail: EvidenceDraft['detail']): EvidenceDraft {
  return { type, legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office, action: type, object: { kind: 'delegation', id }, decision: 'done', detail }
}

function no(code: string, message: string, cure: string): Refusal {
  return refuse(code, null, message, cure, {})
}
