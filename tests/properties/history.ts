import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Cast, Turn } from '#tests/support/story.ts'
import { Story, StoryBroken } from '#tests/support/story.ts'
import type { Draw } from './draw.ts'

/** A story as it was told in a test: its law, its cast, what was asked in it. */
export type Told = { law: CaseLaw; cast: Cast; turns: readonly Turn[] }

/** One command of a random history: a turn of some story, asked by somebody, some days after the one before. */
export type Command = { turn: Turn; who: string; later: number }

/** What came of a history. */
export type Outcome = { story: Story; accepted: number; refused: number; broken: string | null }

const DROPPED = 0.07 // share of a story's turns that are left out
const AGAIN = 0.05 // …that are asked once more, later
const OTHERS = 0.06 // …that somebody else asks
const LATER = 0.1 // …that come later than told
const LATER_DAYS = 40
const STORIES = 3 // told one after the other in one history

/** A random history: the commands of a few stories, some left out, some again, some by others, some later. */
export function drawHistory(corpus: readonly Told[], draw: Draw): { told: Told; commands: Command[] } | null {
  const told = draw.one(corpus)
  if (told === undefined) return null
  const people = Object.keys(told.cast.persons)
  const turns = [told, ...Array.from({ length: draw.below(STORIES) }, () => draw.one(corpus))].flatMap((one) => one?.turns ?? [])
  const again: Turn[] = []
  const commands = turns.flatMap((turn): Command[] => {
    if (draw.chance(DROPPED)) return []
    if (draw.chance(AGAIN)) again.push(turn)
    const repeated = draw.chance(AGAIN) ? again.splice(0) : []
    return [turn, ...repeated].map((one) => ({
      turn: one,
      who: draw.chance(OTHERS) && one.line.who !== 'platform' ? (draw.one(people) ?? one.line.who) : one.line.who,
      later: draw.chance(LATER) ? draw.below(LATER_DAYS) : 0,
    }))
  })
  return { told, commands: [...commands, ...again.map((turn) => ({ turn, who: turn.line.who, later: 1 }))] }
}

/**
 * Tells a history: refusals are fine, a fault of the engine is not. Cases are found by their procedure where a story
 * of their own did not come about.
 *
 * @param check is asked after each accepted command; what it says is broken ends the history.
 */
export function tell({ law, cast }: Told, commands: readonly Command[], check: (story: Story) => string | null): Outcome {
  const story = new Story(law, cast)
  const outcome: Outcome = { story, accepted: 0, refused: 0, broken: null }
  let today = ''
  for (const { turn, who, later } of commands) {
    const told = turn.line.on > today ? turn.line.on : today
    today = later === 0 ? told : addDays(legalDate(told), later)
    if (!(who in cast.persons) && who !== 'platform') continue
    try {
      ask(story, turn, who, today)
      outcome.accepted += 1
    } catch (error) {
      if (!(error instanceof StoryBroken)) return { ...outcome, broken: `the engine fails: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} at ${named(turn)}` }
      outcome.refused += 1
      continue
    }
    const broken = check(story)
    if (broken !== null) return { ...outcome, broken: `${broken} after ${named(turn)} on ${today}` }
  }
  return outcome
}

function ask(story: Story, { line, command, caseId }: Turn, who: string, on: string): void {
  const contents = 'contents' in command ? { contents: structuredClone(command.contents) } : {}
  // What a test tells of the case's own world may not be so in this history; what stands outside stays as told.
  const facts = Object.fromEntries(Object.entries(line.facts ?? {}).filter(([name]) => outside(story.law).has(name)))
  const asked = { on, who, ...contents, facts }
  if (command.type === 'open') {
    const links = Object.fromEntries(Object.entries(command.links).map(([name, id]) => [name, caseLike(story, id)]))
    story.open({ ...asked, procedure: command.procedure, links })
    return
  }
  const acted = caseLike(story, caseId ?? '')
  if (command.type === 'conclude') acted.act({ ...asked, task: command.task, outcome: command.outcome })
  else acted.command({ on, who }, command)
}

const OUTSIDE_FACTS = new Set(['environment.job', 'exit.copies'])
const outsideOf = new WeakMap<CaseLaw, ReadonlySet<string>>()

/** The names under which a law's steps ask for what no step of a case can produce. */
function outside(law: CaseLaw): ReadonlySet<string> {
  const known = outsideOf.get(law)
  if (known) return known
  const acts = Object.values(law.pack.procedures).flatMap((one) => [one.open, ...Object.values(one.steps).flatMap((step) => Object.values(step.outcomes))])
  const names = new Set(acts.flatMap((act) => Object.entries(act.facts).flatMap(([name, { fact }]) => (OUTSIDE_FACTS.has(fact) ? [name] : []))))
  outsideOf.set(law, names)
  return names
}

/** The case of this id; else the last one of its procedure, so that stories grow into each other. */
function caseLike(story: Story, id: string) {
  const procedure = id.replace(/-\d+$/, '')
  const found = story.cases.get(id) ?? [...story.cases.values()].findLast((one) => one.state.procedure === procedure)
  if (found === undefined) throw new StoryBroken(`no ${procedure} in this history`)
  return found
}

/** A command in a few words. */
export const named = ({ command, caseId }: Turn) => (command.type === 'conclude' ? `${caseId} ${command.task} ${command.outcome}` : command.type === 'open' ? `opening ${command.procedure}` : `${caseId} ${command.type}`)

/** A shorter history that is broken as well: commands are left out one by one, again and again, while it stays broken. */
export function shrink(told: Told, commands: readonly Command[], check: (story: Story) => string | null, patience: number): readonly Command[] {
  let shortest = commands
  for (let size = Math.ceil(shortest.length / 2), tries = 0; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < shortest.length && tries < patience; tries += 1) {
      const without = [...shortest.slice(0, from), ...shortest.slice(from + size)]
      if (tell(told, without, check).broken === null) from += size
      else shortest = without
    }
  }
  return shortest
}

