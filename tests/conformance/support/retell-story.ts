import type { Answer } from '#adapters/cases/case-office.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import { replay } from '#core/procedure/evolve.ts'
import type { Story, Turn } from '#tests/support/story.ts'
import { givenFacts } from './given-facts.ts'
import type { GivenFacts } from './given-facts.ts'
import { openRetelling } from './retelling-parts.ts'
import type { Retelling } from './retelling-parts.ts'
import { beginningsOf, noteKept, noteToldWhole, planOf, wasToldWhole } from './told-before.ts'
import { worldDifferences } from './world-differences.ts'

/** What the platform did otherwise than the story. */
export class ToldOtherwise extends Error {
  override readonly name = 'ToldOtherwise'
}

/** What came of a story told again: which facts were given, how many acts it has, and how many of them were told here and now. */
export type Retold = { given: string[]; acts: number; told: number }

/**
 * Tells a story again, turn by turn, to the platform's case office over a database of its own: each act must be
 * accepted or be refused with the same code and provision; at the end every case must have the same events in the same
 * order and the same open tasks with the same due dates, and the same notices, publications, records, standings and
 * messages must be there. Where stories begin alike, the platform is kept after the beginning, and later ones go on
 * from there; what was told from beginning to end already is not told twice.
 *
 * @param atEnd looks at the platform before it is closed.
 * @throws ToldOtherwise with the turn and what differs.
 */
export async function retell(story: Story, atEnd?: (platform: Retelling) => Promise<void>): Promise<Retold> {
  const facts = givenFacts()
  const beginnings = beginningsOf(story)
  const whole = beginnings.at(-1) ?? ''
  const result = { given: givenIn(story), acts: story.turns.length }
  if (atEnd === undefined && wasToldWhole(whole)) return { ...result, told: 0 }
  const { from, keepAt } = planOf(beginnings)
  const start = from ?? 0
  let platform = await openRetelling(story, facts.offered, from === null ? undefined : beginnings[from])
  try {
    for (let index = start; index <= story.turns.length; index += 1) {
      if (index === keepAt) platform = await keepAndGoOn(platform, story, facts, beginnings[index] ?? '')
      const turn = story.turns[index]
      if (turn === undefined) break
      const differs = answerDiffers(turn, await ask(story, turn, index, platform, facts))
      if (differs !== null) throw new ToldOtherwise(`turn ${index + 1}, ${nameOf(turn)}: ${differs} ${(await historyDiffers(story, index, platform)).join('\n')}`)
    }
    const differences = [...(await historyDiffers(story, story.turns.length - 1, platform)), ...(await worldDifferences(story, platform.database))]
    if (differences.length > 0) throw new ToldOtherwise(differences.join('\n'))
    if (atEnd !== undefined) {
      await platform.settle()
      await atEnd(platform)
    }
  } finally {
    await platform.close()
  }
  noteToldWhole(whole)
  return { ...result, told: story.turns.length - start }
}

async function keepAndGoOn(platform: Retelling, story: Story, facts: GivenFacts, beginning: string): Promise<Retelling> {
  await platform.keep(beginning)
  noteKept(beginning)
  return openRetelling(story, facts.offered, beginning)
}

/** The names of facts that lines of the story give, and `vault-versions` where the vault's versions are the story's. */
function givenIn({ turns, told }: Story): string[] {
  const facts = turns.flatMap(({ line }) => Object.keys(line.facts ?? {}))
  const destroys = told.some(({ events }) => events.some((event) => event.type === 'effect-intended' && event.effect === 'exit.destroy-keys'))
  return [...new Set([...facts, ...(destroys ? ['vault-versions'] : [])])].toSorted()
}

/** Digits of a turn's number in its key; a key has a least length. */
const KEY_DIGITS = 6

/** Sends the turn's command as the person of the cast, on its day. */
function ask(story: Story, { line, command, caseId }: Turn, index: number, { office, clock, cases }: Retelling, facts: GivenFacts): Promise<Answer> {
  clock.today = legalDate(line.recorded ?? line.on)
  cases.count = Object.keys(story.turns[index - 1]?.seqs ?? {}).length
  facts.expect(factsAsked(story, command, caseId, story.turns[index - 1]), line.facts ?? {})
  const request = { actor: story.input(line, command, null, {}).actor, actDate: legalDate(line.on), idempotencyKey: `told-again-${String(index).padStart(KEY_DIGITS, '0')}` }
  if (command.type === 'open') return office.open(story.law.ref.id, command, request)
  return office.act(caseId ?? '', command, request)
}

/** The names of the facts that an act asks for, in the order in which they are read. */
function factsAsked(story: Story, command: Turn['command'], caseId: string | null, before: Turn | undefined): string[] {
  if (command.type === 'open') return Object.keys(story.law.pack.procedures[command.procedure]?.open.facts ?? {})
  if (command.type !== 'conclude' || caseId === null) return []
  const state = replay(eventsOf(story, caseId, before?.seqs[caseId] ?? 0))
  const task = state.tasks.find((one) => one.id === command.task)
  const outcome = task === undefined ? undefined : story.law.pack.procedures[state.procedure]?.steps[task.step]?.outcomes[command.outcome]
  return Object.keys(outcome?.facts ?? {})
}

function eventsOf(story: Story, caseId: string, count: number): CaseEvent[] {
  return story.cases.get(caseId)?.events.slice(0, count) ?? []
}

function answerDiffers({ refusal, caseId, seqs }: Turn, answer: Answer): string | null {
  if (refusal === null) {
    if (!answer.accepted) return `refused as ${answer.refusal.code} (${answer.refusal.provision}) ${answer.refusal.message}, though the story was accepted;`
    // What an act leads to in other cases may come back to its own.
    return answer.seq <= (seqs[caseId ?? ''] ?? 0) ? null : `the case has ${answer.seq} events, and ${seqs[caseId ?? '']} in the story;`
  }
  if (answer.accepted) return `accepted, though the story was refused as ${refusal.code} (${refusal.provision});`
  const [told, found] = [`${refusal.code} (${refusal.provision})`, `${answer.refusal.code} (${answer.refusal.provision})`]
  return told === found ? null : `refused as ${found}, though the story was refused as ${told};`
}

/** Compares every case with the story as it was after a turn: which there are, their events, their status and open tasks. */
async function historyDiffers(story: Story, index: number, { database }: Retelling): Promise<string[]> {
  const seqs = story.turns[index]?.seqs ?? {}
  const rows = await database.owner.db.selectFrom('legal_case').select('id').execute()
  const [told, found] = [Object.keys(seqs).toSorted(), rows.map((row) => row.id).toSorted()]
  if (told.join(' ') !== found.join(' ')) return [`there are the cases ${found.join(', ')}, and in the story ${told.join(', ')}`]
  const differences: string[] = []
  for (const [id, seq] of Object.entries(seqs)) {
    const differs = (await eventsDiffer(story, id, seq, database)) ?? (await tasksDiffer(story, id, seq, database))
    if (differs !== null) differences.push(`case ${id}: ${differs}`)
  }
  return differences
}

async function eventsDiffer(story: Story, id: string, count: number, { owner }: Retelling['database']): Promise<string | null> {
  const rows = await owner.db.selectFrom('case_event').select('bytes').where('case_id', '=', id).orderBy('seq').execute()
  const [told, found] = [eventsOf(story, id, count).map(textOf), rows.map((row) => Buffer.from(row.bytes).toString('utf8'))]
  if (told.length !== found.length) return `${found.length} events (${typesOf(found)}), and ${told.length} in the story (${typesOf(told)})`
  const at = told.findIndex((text, index) => text !== found[index])
  return at < 0 ? null : `event ${at + 1}, ${firstDifference(JSON.parse(told[at] ?? 'null'), JSON.parse(found[at] ?? 'null'))}`
}

/** Where two values first differ, and what stands there. */
function firstDifference(told: Json, found: Json, path = ''): string {
  if (isObject(told) && isObject(found)) {
    const key = [...new Set([...Object.keys(told), ...Object.keys(found)])].toSorted().find((one) => JSON.stringify(told[one]) !== JSON.stringify(found[one]))
    if (key !== undefined) return firstDifference(told[key] ?? null, found[key] ?? null, `${path}.${key}`)
  }
  return `${path}: the platform has ${JSON.stringify(found)}, the story has ${JSON.stringify(told)}`
}

function textOf(event: CaseEvent): string {
  return Buffer.from(canonicalBytes(event as unknown as Json)).toString('utf8') // events are plain JSON
}

function typesOf(texts: readonly string[]): string {
  return texts.map((text) => (JSON.parse(text) as CaseEvent).type).join(', ') // written by textOf or by the case store
}

async function tasksDiffer(story: Story, id: string, count: number, { owner }: Retelling['database']): Promise<string | null> {
  const state = replay(eventsOf(story, id, count))
  const told = state.tasks.map((task) => [task.id, task.step, branchKey(task.branch), task.office, task.organization, task.clock === null ? null : dueDateOf(task.clock, story.law.calendar).due].join(' '))
  const rows = await owner.db.selectFrom('task').select(['task', 'step', 'branch', 'office', 'organization', 'due']).where('case_id', '=', id).where('open', '=', true).execute()
  const found = rows.map((row) => [row.task, row.step, row.branch, row.office, row.organization, row.due].join(' '))
  const row = await owner.db.selectFrom('legal_case').select('status').where('id', '=', id).executeTakeFirstOrThrow()
  if (row.status !== state.status) return `its status is ${row.status}, and ${state.status} in the story`
  const [a, b] = [told.toSorted().join('\n'), found.toSorted().join('\n')]
  return a === b ? null : `its open tasks are\n${b}\nand in the story\n${a}`
}

function nameOf({ line, command, caseId }: Turn): string {
  const what = command.type === 'open' ? `opening ${command.procedure}` : command.type === 'conclude' ? `${command.task} ${command.outcome}` : command.type
  return `${line.on} ${line.who} ${what}${command.type === 'open' ? '' : ` of ${caseId}`}`
}
