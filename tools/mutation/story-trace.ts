import type { DecisionInput } from '#core/procedure/decision-input.ts'
import { Story, StoryCase } from '#tests/support/story.ts'
import { sectionsRead } from './mutable-law.ts'

/** What the stories told since the last `begin` have touched: procedures, steps, outcomes, contents, expected codes. */
const touched = new Set<string>()
const stories = new Set<Story>()
let told = 0
/** What they asked of the engine. */
let asked: DecisionInput[] = []
/** Only while the unchanged packs are looked at: later it would cost time for nothing. */
let tracing = true

/** Starts over. */
export function begin(): void {
  sectionsRead.clear()
  touched.clear()
  stories.clear()
  told = 0
  asked = []
}

/** Stops the tracing of words; stories are still heard of. */
export function stopTracing(): void {
  tracing = false
}

/** The stories in which something happened since the last `begin`. */
export const heard = (): ReadonlySet<Story> => stories

/** The words touched, how many acts were tried, and what was asked of the engine. */
export function traced(): { touched: ReadonlySet<string>; acts: number; questions: readonly DecisionInput[] } {
  for (const section of sectionsRead) touched.add(`section:${section}`)
  return { touched: new Set(touched), acts: told, questions: asked }
}

const input = Story.prototype.input
Story.prototype.input = function traceInput(this: Story, ...args: Parameters<typeof input>) {
  if (!tracing) return input.apply(this, args)
  const [line, command, state] = args
  told += 1
  const procedure = command.type === 'open' ? command.procedure : (state?.procedure ?? '')
  touched.add(procedure)
  if (command.type === 'open') touched.add(`${procedure}/open`)
  for (const task of state?.tasks ?? []) touched.add(`${procedure}/${task.step}`)
  if (command.type === 'conclude') {
    const step = state?.tasks.find((task) => task.id === command.task)?.step ?? command.task
    touched.add(`${procedure}/${step}`).add(`${procedure}/${step}/${command.outcome}`)
  }
  for (const key of Object.keys(line.contents ?? {})) touched.add(`content:${key}`)
  const { code } = line as { code?: string } // where a table of lines carries the code it expects
  if (code !== undefined) touched.add(code)
  return input.apply(this, args)
}

const judge = Story.prototype.judge
Story.prototype.judge = function traceJudge(this: Story, question: DecisionInput) {
  if (tracing) asked.push(question)
  return judge.call(this, question)
}

const take = StoryCase.prototype.take
StoryCase.prototype.take = function traceTake(this: StoryCase, ...args: Parameters<typeof take>) {
  take.apply(this, args)
  stories.add(this.story)
  if (!tracing) return
  const { procedure } = this.state
  for (const event of args[0]) {
    if (event.type === 'task-opened') touched.add(`${procedure}/${event.step}`)
    if (event.type === 'step-concluded') touched.add(`${procedure}/${event.step}`).add(`${procedure}/${event.step}/${event.outcome}`)
    if ('contents' in event) for (const key of Object.keys(event.contents)) touched.add(`content:${key}`)
  }
}
