/**
 * Tells the stories of a pack and keeps what made-up contents do not reach: one accepted act for each outcome, one
 * refused act for each check. `npm run golden -- --seeds` runs it, one process for each pack.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readPacks } from '#adapters/packs/read-pack.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { answerOf } from './answer.ts'
import { casesOf, withoutCheck } from './cases.ts'
import { seedFile, sorted } from './seeds.ts'
import type { Told } from './seeds.ts'

register('../../tools/mutation/hooks.ts', import.meta.url)

const KEPT = 4 // acts of one kind that are tried

take(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})

async function take(pack: string): Promise<void> {
  const { goldenLaw } = await import('./recorded.ts')
  const law = await goldenLaw(pack)
  const source = readPacks('packs').get(pack)?.source
  if (source === undefined) throw new Error(`no pack ${pack}`)
  const procedures = Object.keys(source.procedures).toSorted().flatMap((id) => law.pack.procedures[id] ?? [])
  const unreached = new Set(procedures.flatMap((procedure) => casesOf(law, procedure).unreached))
  const told = await actsOfStories(pack, unreached)
  const seeds = procedures.flatMap((procedure) => wanted(law, procedure, told))
  mkdirSync(dirname(seedFile(pack)), { recursive: true })
  writeFileSync(seedFile(pack), `[\n${seeds.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
  console.log(`${pack}: made-up contents miss ${unreached.size} outcomes; ${seeds.length} acts of stories kept`)
}

/** What the stories asked: accepted acts for the outcomes that are missed, refused acts by their code. */
async function actsOfStories(pack: string, unreached: ReadonlySet<string>): Promise<Map<string, Told[]>> {
  const [{ collected }, { runTest }, { storyFiles }, { Story }] = await Promise.all([import('#tools/mutation/collector.ts'), import('#tools/mutation/trial.ts'), import('#tools/mutation/story-files.ts'), import('#tests/support/story.ts')])
  const told = new Map<string, Told[]>()
  const judge = Story.prototype.judge
  Story.prototype.judge = function keepJudged(this: InstanceType<typeof Story>, input: DecisionInput) {
    const decision = judge.call(this, input)
    if (this.law.ref.id !== pack) return decision
    for (const [key, one] of toldBy(input, decision)) {
      const list = told.get(key) ?? []
      if ((unreached.has(key) || !decision.accepted) && list.length < KEPT) told.set(key, [...list, structuredClone(one)])
    }
    return decision
  }
  for (const file of storyFiles([pack]).stories) {
    const { tests } = await collected(file, () => import(pathToFileURL(resolve(file)).href))
    for (const test of tests) await runTest(test, () => false)
  }
  return told
}

function toldBy(input: DecisionInput, decision: Decision): [string, Told][] {
  const { law: _law, ...bare } = input
  const procedure = input.command.type === 'open' ? input.command.procedure : (input.state?.procedure ?? '')
  if (!decision.accepted) {
    const act = actOf(input)
    return [[`${procedure}/${act} ${decision.refusal.code}`, { procedure, act, input: bare }]]
  }
  const acts = decision.events.flatMap((event) => (event.type === 'case-opened' ? ['open'] : event.type === 'step-concluded' ? [`${event.step}.${event.outcome}`] : []))
  return acts.map((act) => [`${procedure}/${act}`, { procedure, act, input: bare }])
}

/** Of the acts told of a procedure those that reach something more. */
function wanted(law: CaseLaw, procedure: Procedure, told: Map<string, Told[]>): Told[] {
  const id = procedure.procedure
  const own: Told[] = []
  const now = () => casesOf(law, procedure, sorted(law, own).get(id))
  let state = now()
  for (let place = state.unreached.find((one) => told.has(one)); place !== undefined; place = state.unreached.find((one) => told.has(one))) {
    const one = told.get(place)?.shift()
    if (told.get(place)?.length === 0) told.delete(place)
    if (one === undefined || sorted(law, [one]).get(id)?.done.length !== 1) continue
    own.push(one)
    state = now()
  }
  for (const line of state.untripped) {
    const [place = '', at = '', code = ''] = line.split(' ')
    const [check, act] = [Number(at) - 1, place.slice(id.length + 1)]
    const without = withoutCheck(law, id, act, check)
    const one = told.get(`${place} ${code}`)?.find(({ input }) => answerOf(law, input)[0]?.includes(` ${code}（`) === true && answerOf(law, input).join() !== answerOf(without, input).join())
    if (one !== undefined) own.push({ ...one, check })
  }
  return own
}

/** The act that a command asks for. */
function actOf({ command, state }: DecisionInput): string {
  if (command.type !== 'conclude') return command.type
  const step = state?.tasks.find((one) => one.id === command.task)?.step ?? command.task
  return `${step}.${command.outcome}`
}
