import type { Json, JsonObject } from '#core/json.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { ToldAct } from './case-bundle.ts'

/** The stories of which a history is forged. */
export type World = 'agreementInForce' | 'delayed' | 'disclosed' | 'rectified' | 'released' | 'replanned' | 'terminated'

type Found = { code: string; case: string; /** A step's id, or `open`, `withdraw` or `case` for the case itself. */ step: string }
export type Forgery = { name: string; world: World; forge: (acts: ToldAct[]) => void; found: Found }
type Of<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>

/** What a story told with every case named by its procedure and its place among them, so that other cases may come and go. */
export function namedByProcedure(acts: readonly ToldAct[]): ToldAct[] {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const { events: [event] } of acts) {
    if (event?.type !== 'case-opened') continue
    const count = (counts.get(event.procedure) ?? 0) + 1
    counts.set(event.procedure, count)
    for (const old of [event.case, event.number]) names.set(JSON.stringify(old).slice(1, -1), `${event.procedure}-${count}`)
  }
  const longestFirst = [...names.keys()].toSorted((a, b) => b.length - a.length)
  const any = new RegExp(`(?:${longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?![0-9])`, 'g')
  return JSON.parse(JSON.stringify(acts).replaceAll(any, (name) => names.get(name) ?? name))
}

/** The title by which the verifier names the step. */
export function stepTitle(law: CaseLaw, acts: readonly ToldAct[], { case: id, step }: Found): string {
  const opening = acts.find(({ caseId }) => caseId === id)?.events[0]
  const procedure = opening?.type === 'case-opened' ? law.pack.procedures[opening.procedure] : undefined
  if (!procedure) throw new Error(`no case ${id} of a known procedure`)
  const others: Record<string, string> = { open: procedure.open.title, withdraw: `撤回${procedure.title}`, case: procedure.title }
  return procedure.steps[step]?.title ?? others[step] ?? step
}

const PLAN = 'implementation-plan-1'
const SELECTION = 'operator-selection-1'
const AGREEMENT = 'operation-agreement-1'
const DEMAND = 'data-demand-1'
const REGISTRATION = 'registration-1'
const RECTIFICATION = 'rectification-1'
const RELEASE = 'output-release-1'
const EXIT = 'exit-1'
const ENVIRONMENT = 'provider-review@providers=environment-bureau'

/** The act of a case that begins (after voided conclusions) with an event that fits. */
function actOf(acts: readonly ToldAct[], id: string, fits: (event: CaseEvent) => boolean): ToldAct {
  const found = acts.find(({ caseId, events }) => caseId === id && events.some((event, at) => (at === 0 || events[at - 1]?.type === 'conclusion-voided') && fits(event)))
  if (found === undefined) throw new Error(`no such act in ${id}`)
  return found
}

const concluding = (acts: readonly ToldAct[], id: string, task: string, outcome?: string) =>
  actOf(acts, id, (event) => event.type === 'step-concluded' && event.task === task && (outcome === undefined || event.outcome === outcome))

/** The first event of a kind in an act, to be changed in place. */
function eventOf<T extends CaseEvent['type']>(act: ToldAct, type: T, fits: (event: Of<T>) => boolean = () => true): Of<T> {
  const found = act.events.find((event): event is Of<T> => event.type === type && fits(event as Of<T>)) // told apart by its type
  if (found === undefined) throw new Error(`no ${type} in an act of ${act.caseId}`)
  return found
}

const conclusion = (acts: readonly ToldAct[], id: string, task: string, outcome?: string) => eventOf(concluding(acts, id, task, outcome), 'step-concluded', (event) => event.task === task)

/** A group inside an event, to be changed in place. */
function group(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a group was expected')
  return value
}

function rows(value: Json | undefined): JsonObject[] {
  if (!Array.isArray(value)) throw new Error('a table was expected')
  return value.map(group)
}

/** An act without the events that fit. */
function without(acts: ToldAct[], act: ToldAct, fits: (event: CaseEvent) => boolean): void {
  acts[acts.indexOf(act)] = { ...act, events: act.events.filter((event) => !fits(event)) }
}

function inserted(acts: ToldAct[], act: ToldAct, event: CaseEvent, at = act.events.length): void {
  acts[acts.indexOf(act)] = { ...act, events: act.events.toSpliced(at, 0, event) }
}

const dropped = (acts: ToldAct[], act: ToldAct) => acts.splice(acts.indexOf(act), 1)
const onDay = (event: { act: { date: string; recorded: string } }, date: string, recorded = date) => Object.assign(event, { act: { date, recorded } })
const another = (event: { by: object }, person: string, organization: string, office: string) => Object.assign(event, { by: { person, organization, office } })

function who(): Forgery[] {
  return [
    { name: 'another organisation’s office concludes', world: 'delayed', found: { code: 'actor-must-be-concerned-organization', case: DEMAND, step: 'provider-review' },
      forge: (acts) => another(conclusion(acts, DEMAND, ENVIRONMENT), 'transport', 'transport-bureau', 'data-provider') },
    { name: 'another office concludes', world: 'delayed', found: { code: 'actor-must-hold-office', case: DEMAND, step: 'formal-review' },
      forge: (acts) => another(conclusion(acts, DEMAND, 'formal-review'), 'operator', 'tianfu-data', 'operator') },
    { name: 'another officer concludes what was handed over', world: 'delayed', found: { code: 'task-must-be-yours', case: DEMAND, step: 'provider-review' },
      forge: (acts) => another(conclusion(acts, DEMAND, ENVIRONMENT), 'deputy', 'environment-bureau', 'data-provider') },
    { name: 'another organisation opens for a fixed office', world: 'agreementInForce', found: { code: 'office-holder-differs', case: SELECTION, step: 'open' },
      forge: (acts) => {
        const opening = eventOf(actOf(acts, SELECTION, ({ type }) => type === 'case-opened'), 'case-opened')
        another(opening, 'elsewhere', 'weather-bureau', 'implementing-agency')
        opening.parties['implementing-agency'] = 'weather-bureau'
      } },
    { name: 'a task is opened for another organisation', world: 'delayed', found: { code: 'task-opened-differs', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(eventOf(concluding(acts, DEMAND, 'formal-review'), 'task-opened', ({ task }) => task === ENVIRONMENT), { organization: 'transport-bureau' }) },
    { name: 'a party is exchanged at the opening', world: 'delayed', found: { code: 'party-must-be-the-same', case: DEMAND, step: 'open' },
      forge: (acts) => {
        const opening = eventOf(actOf(acts, DEMAND, ({ type }) => type === 'case-opened'), 'case-opened')
        another(opening, 'stranger', 'other-data', 'operator')
        opening.parties['operator'] = 'other-data'
      } },
    { name: 'one person signs for both sides', world: 'agreementInForce', found: { code: 'seats-must-be-taken-by-different-persons', case: AGREEMENT, step: 'sign-agency' },
      forge: (acts) => another(conclusion(acts, AGREEMENT, 'sign-agency'), 'operator', 'big-data-centre', 'implementing-agency') },
    { name: 'the author reviews the own text', world: 'replanned', found: { code: 'reviewer-must-not-be-author', case: PLAN, step: 'review-fair-competition' },
      forge: (acts) => another(conclusion(acts, PLAN, 'review-fair-competition'), 'drafter', 'big-data-centre', 'implementing-agency') },
    { name: 'somebody hands over another organisation’s task', world: 'delayed', found: { code: 'actor-must-be-concerned-organization', case: DEMAND, step: 'provider-review' },
      forge: (acts) => another(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'task-handed-over'), 'task-handed-over'), 'transport', 'transport-bureau', 'data-provider') },
    { name: 'a person does what is the platform’s', world: 'rectified', found: { code: 'actor-must-hold-office', case: DEMAND, step: 'supply-receipt' },
      forge: (acts) => another(eventOf(actOf(acts, DEMAND, (event) => event.type === 'step-concluded' && event.step === 'supply-receipt'), 'step-concluded'), 'manager', 'operation-office', 'public-data-manager') },
  ]
}

function when(): Forgery[] {
  return [
    { name: 'a due date is a day later', world: 'delayed', found: { code: 'task-opened-differs', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(eventOf(concluding(acts, DEMAND, 'formal-review'), 'task-opened', ({ task }) => task === ENVIRONMENT).clock ?? {}, { amount: 11 }) },
    { name: 'a period begins a day later', world: 'delayed', found: { code: 'task-opened-differs', case: DEMAND, step: 'formal-review' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'case-opened'), 'task-opened').clock?.history[0] ?? {}, { on: '2026-09-15' }) },
    { name: 'an approval lies before its task', world: 'agreementInForce', found: { code: 'act-must-not-precede-task', case: AGREEMENT, step: 'deliberate' },
      forge: (acts) => onDay(conclusion(acts, AGREEMENT, 'deliberate'), '2026-08-14', '2026-08-18') },
    { name: 'an act lies ahead of its recording', world: 'agreementInForce', found: { code: 'act-must-not-lie-ahead', case: AGREEMENT, step: 'deliberate' },
      forge: (acts) => onDay(conclusion(acts, AGREEMENT, 'deliberate'), '2026-08-19', '2026-08-18') },
    { name: 'the recording is dated back', world: 'replanned', found: { code: 'recording-must-not-go-back', case: PLAN, step: 'guide-data-authority' },
      forge: (acts) => onDay(conclusion(acts, PLAN, 'guide-data-authority'), '2026-06-23') },
    { name: 'lateness is written off', world: 'delayed', found: { code: 'step-concluded-differs', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(conclusion(acts, DEMAND, 'provider-review@providers=transport-bureau'), { overdue_days: 0 }) },
    { name: 'lateness is told before the day', world: 'delayed', found: { code: 'period-must-have-ended', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'task-overdue'), 'task-overdue'), { on: '2026-10-10' }) },
    { name: 'the publicity period ends a day early', world: 'agreementInForce', found: { code: 'period-must-have-ended', case: SELECTION, step: 'publicize' },
      forge: (acts) => onDay(conclusion(acts, SELECTION, 'publicize'), '2026-08-10') },
    { name: 'an extension beyond the cap', world: 'delayed', found: { code: 'extension-cap-exceeded', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'extension-asked'), 'extension-asked').asked, { days: 11 }) },
    { name: 'an extension longer than was asked for', world: 'delayed', found: { code: 'clock-changed-differs', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'clock-changed'), 'clock-changed').entry, { days: 12 }) },
    { name: 'an extension granted by who asked for it', world: 'delayed', found: { code: 'actor-must-hold-office', case: DEMAND, step: 'provider-review' },
      forge: (acts) => another(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'clock-changed'), 'clock-changed'), 'environment', 'environment-bureau', 'data-provider') },
    { name: 'an extension that nobody asked for', world: 'delayed', found: { code: 'extension-must-be-asked', case: DEMAND, step: 'provider-review' },
      forge: (acts) => dropped(acts, actOf(acts, DEMAND, ({ type }) => type === 'extension-asked')) },
    { name: 'rules that were not in force yet', world: 'replanned', found: { code: 'rules-must-be-in-force', case: PLAN, step: 'open' },
      forge: (acts) => onDay(eventOf(actOf(acts, PLAN, ({ type }) => type === 'case-opened'), 'case-opened'), '2026-06-07') },
  ]
}

function what(): Forgery[] {
  const review = (acts: readonly ToldAct[]) => conclusion(acts, DEMAND, ENVIRONMENT)
  const deliberation = (acts: readonly ToldAct[]) => group(conclusion(acts, PLAN, 'deliberate#2').contents['collective-decision'])
  return [
    { name: 'a content is missing', world: 'delayed', found: { code: 'content-must-be-present', case: DEMAND, step: 'formal-review' },
      forge: (acts) => delete conclusion(acts, DEMAND, 'formal-review').contents['formal-checklist'] },
    { name: 'an item of a content is missing', world: 'delayed', found: { code: 'content-must-be-present', case: DEMAND, step: 'provider-review' },
      forge: (acts) => delete rows(review(acts).contents['review-decisions'])[0]?.['basis-title'] },
    { name: 'a content that nobody asked for', world: 'delayed', found: { code: 'content-must-be-declared', case: DEMAND, step: 'formal-review' },
      forge: (acts) => Object.assign(conclusion(acts, DEMAND, 'formal-review').contents, { opinion: '同意' }) },
    { name: 'a decision without quorum', world: 'replanned', found: { code: 'decision-must-carry', case: PLAN, step: 'deliberate' },
      forge: (acts) => Object.assign(deliberation(acts), { members: 20 }) },
    { name: 'a decision on another text', world: 'replanned', found: { code: 'decision-must-carry', case: PLAN, step: 'deliberate' },
      forge: (acts) => Object.assign(deliberation(acts), { 'text-hash': 'd'.repeat(64) }) },
    { name: 'a text changed after both signed', world: 'agreementInForce', found: { code: 'decision-must-carry', case: AGREEMENT, step: 'deliberate' },
      forge: (acts) => Object.assign(group(conclusion(acts, AGREEMENT, 'draft').contents['operation-agreement']), { other: '另有约定' }) },
    { name: 'a review whose checklist says incomplete', world: 'delayed', found: { code: 'formal-review-must-be-complete', case: DEMAND, step: 'formal-review' },
      forge: (acts) => Object.assign(group(conclusion(acts, DEMAND, 'formal-review').contents['formal-checklist']), { complete: false }) },
    { name: 'a provider decides on another’s data', world: 'delayed', found: { code: 'decision-must-be-on-own-items', case: DEMAND, step: 'provider-review' },
      forge: (acts) => Object.assign(rows(review(acts).contents['review-decisions'])[1] ?? {}, { entry: 'bus-lines' }) },
    { name: 'fields beyond the approval are delivered', world: 'rectified', found: { code: 'provision-must-not-exceed-approval', case: DEMAND, step: 'provision' },
      forge: (acts) => Object.assign(group(conclusion(acts, DEMAND, `provision@${ENVIRONMENT.slice(ENVIRONMENT.indexOf('@') + 1)}/approved-items=air-quality`).contents['provision']), { fields: ['station', 'hour', 'pm25', 'owner'] }) },
    { name: 'a fact that the rule asks for is left out', world: 'delayed', found: { code: 'facts-must-be-those-asked-for', case: DEMAND, step: 'formal-review' },
      forge: (acts) => Object.assign(conclusion(acts, DEMAND, 'formal-review'), { facts: {} }) },
    { name: 'a value read from a linked case is another', world: 'delayed', found: { code: 'read-differs', case: DEMAND, step: 'open' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, DEMAND, ({ type }) => type === 'case-opened'), 'case-opened').read, { 'link.agreement.content.operation-agreement.term.end': '2035-12-31' }) },
    { name: 'a demand before the agreement was in force', world: 'delayed', found: { code: 'demand-must-rest-on-agreement', case: DEMAND, step: 'open' },
      forge: (acts) => {
        const opening = actOf(acts, DEMAND, ({ type }) => type === 'case-opened')
        dropped(acts, opening)
        acts.splice(acts.indexOf(concluding(acts, AGREEMENT, 'sign-operator')), 0, opening)
      } },
    { name: 'a basis that is not the pack’s', world: 'delayed', found: { code: 'step-concluded-differs', case: DEMAND, step: 'formal-review' },
      forge: (acts) => Object.assign(conclusion(acts, DEMAND, 'formal-review'), { basis: { order: '领导批示' } }) },
  ]
}

function whatFollows(): Forgery[] {
  const granted: CaseEvent = {
    type: 'effect-intended', handle: 'rectify@measures=补报使用情况/2', effect: 'standing.set', args: { kind: 'supply', id: 'GJ-1', to: 'granted', reason: '整改完成' },
    basis: { provision: 'cd26-33.1', says: '待问题整改完成后，重新恢复提供数据' },
  }
  const receipt = (acts: readonly ToldAct[]) => actOf(acts, DEMAND, (event) => event.type === 'step-concluded' && event.step === 'supply-receipt')
  const put = (event: CaseEvent): event is Of<'effect-intended'> => event.type === 'effect-intended' && event.effect === 'register.put' && event.args['register'] === 'supplies'
  return [
    { name: 'a supply without review', world: 'rectified', found: { code: 'step-must-be-open', case: DEMAND, step: 'provision' },
      forge: (acts) => dropped(acts, concluding(acts, DEMAND, ENVIRONMENT)) },
    { name: 'a register entry after a refusal', world: 'replanned', found: { code: 'what-follows-must-be-the-packs', case: PLAN, step: 'deliberate' },
      forge: (acts) => Object.assign(conclusion(acts, PLAN, 'deliberate#2'), { outcome: 'reject', contents: { opinion: '方案不成熟，不予通过' } }) },
    { name: 'an effect with other arguments', world: 'rectified', found: { code: 'effect-intended-differs', case: DEMAND, step: 'supply-receipt' },
      forge: (acts) => Object.assign(eventOf(receipt(acts), 'effect-intended', put).args, { fields: ['station', 'hour', 'pm25', 'owner'] }) },
    { name: 'an effect left out', world: 'rectified', found: { code: 'effect-intended-differs', case: DEMAND, step: 'supply-receipt' },
      forge: (acts) => without(acts, receipt(acts), put) },
    { name: 'the companion of a join skipped', world: 'replanned', found: { code: 'event-without-cause', case: PLAN, step: 'guide-data-authority' },
      forge: (acts) => dropped(acts, concluding(acts, PLAN, 'guide-public-data-manager')) },
    { name: 'a next step left out', world: 'rectified', found: { code: 'what-follows-must-be-complete', case: RECTIFICATION, step: 'order' },
      forge: (acts) => {
        acts.splice(acts.indexOf(concluding(acts, RECTIFICATION, 'order')) + 1)
        without(acts, concluding(acts, RECTIFICATION, 'order'), (event) => event.type === 'task-opened' && event.step === 'suspension')
      } },
    { name: 'a step that no outcome opened', world: 'replanned', found: { code: 'event-without-cause', case: PLAN, step: 'submit' },
      forge: (acts) => inserted(acts, concluding(acts, PLAN, 'submit'), { type: 'task-opened', task: 'file-with-province', step: 'file-with-province', branch: [], office: 'data-authority', organization: 'development-commission', on: legalDate('2026-07-06'), clock: null }) },
    { name: 'a supply resumed without an accepted proof', world: 'rectified', found: { code: 'what-follows-must-be-the-packs', case: RECTIFICATION, step: 'rectify' },
      forge: (acts) => inserted(acts, concluding(acts, RECTIFICATION, 'rectify@measures=补报使用情况'), granted, 2) },
    { name: 'a rectification closed with a measure open', world: 'rectified', found: { code: 'event-without-cause', case: RECTIFICATION, step: 'accept' },
      forge: (acts) => dropped(acts, concluding(acts, RECTIFICATION, 'accept@measures=补报使用情况')) },
    { name: 'a release with one review missing', world: 'released', found: { code: 'event-without-cause', case: RELEASE, step: 'providers-passed' },
      forge: (acts) => dropped(acts, concluding(acts, RELEASE, 'agency-review')) },
    { name: 'a decision kept though its text changed', world: 'replanned', found: { code: 'what-follows-must-be-the-packs', case: PLAN, step: 'revise' },
      forge: (acts) => without(acts, concluding(acts, PLAN, 'revise'), ({ type }) => type === 'conclusion-voided') },
    { name: 'two acts in each other’s place', world: 'replanned', found: { code: 'step-must-be-open', case: PLAN, step: 'submit' },
      forge: (acts) => {
        const [submit, review] = [concluding(acts, PLAN, 'submit'), concluding(acts, PLAN, 'review-fair-competition')]
        const [from, to] = [acts.indexOf(submit), acts.indexOf(review)]
        ;[acts[from], acts[to]] = [review, submit]
      } },
  ]
}

function amongCases(): Forgery[] {
  const isOpening = ({ type }: CaseEvent) => type === 'case-opened'
  return [
    { name: 'a status without a cause', world: 'agreementInForce', found: { code: 'status-must-have-cause', case: AGREEMENT, step: 'case' },
      forge: (acts) => acts.push({ caseId: AGREEMENT, events: [{ type: 'status-changed', status: 'ended', date: legalDate('2026-11-30'), because: 'exit-4' }] }) },
    { name: 'a status that another case did not give', world: 'terminated', found: { code: 'status-must-have-cause', case: AGREEMENT, step: 'case' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, AGREEMENT, ({ type }) => type === 'status-changed'), 'status-changed'), { status: 'suspended' }) },
    { name: 'a status that was given and not taken', world: 'terminated', found: { code: 'effect-must-be-carried-out', case: EXIT, step: 'case' },
      forge: (acts) => dropped(acts, actOf(acts, AGREEMENT, ({ type }) => type === 'status-changed')) },
    { name: 'a case that was to be opened and is not there', world: 'rectified', found: { code: 'effect-must-be-carried-out', case: DEMAND, step: 'case' },
      forge: (acts) => dropped(acts, actOf(acts, REGISTRATION, isOpening)) },
    { name: 'a case that the platform opened by itself', world: 'rectified', found: { code: 'opening-must-have-cause', case: 'registration-99', step: 'open' },
      forge: (acts) => acts.push(JSON.parse(JSON.stringify(actOf(acts, REGISTRATION, isOpening)).replaceAll(REGISTRATION, 'registration-99'))) },
    { name: 'a yearly case opened twice', world: 'disclosed', found: { code: 'opening-must-have-cause', case: 'disclosure-99', step: 'open' },
      forge: (acts) => acts.push(JSON.parse(JSON.stringify(actOf(acts, 'disclosure-1', isOpening)).replaceAll('disclosure-1', 'disclosure-99'))) },
    { name: 'a yearly case opened for half a year', world: 'disclosed', found: { code: 'opening-must-have-cause', case: 'disclosure-1', step: 'open' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, 'disclosure-1', isOpening), 'case-opened').contents, { 'period-to': '2026-06-30' }) },
    { name: 'a number used twice', world: 'delayed', found: { code: 'number-must-be-used-once', case: 'catalog-entry-1', step: 'open' },
      forge: (acts) => Object.assign(eventOf(actOf(acts, 'catalog-entry-2', isOpening), 'case-opened'), { number: 'catalog-entry-1' }) },
    { name: 'a withdrawal when it is too late', world: 'replanned', found: { code: 'withdrawal-must-be-early', case: PLAN, step: 'withdraw' },
      forge: (acts) => acts.push({ caseId: PLAN, events: [{
        type: 'case-withdrawn', by: { person: 'drafter', organization: 'big-data-centre', office: 'implementing-agency' }, act: { date: legalDate('2026-07-20'), recorded: legalDate('2026-07-20') },
        reason: '另行编制', status: 'withdrawn', basis: { 'platform-default': '撤回' },
      }] }) },
    { name: 'an effect said to be done that nobody intended', world: 'agreementInForce', found: { code: 'effect-must-be-intended', case: AGREEMENT, step: 'case' },
      forge: (acts) => acts.push({ caseId: AGREEMENT, events: [{ type: 'effect-done', handle: 'exit/1', result: {}, on: legalDate('2026-11-30') }] }) },
  ]
}

/** Histories changed by somebody who knows the rules of the evidence and not those of the law. */
export const FORGERIES: readonly Forgery[] = [...who(), ...when(), ...what(), ...whatFollows(), ...amongCases()]
