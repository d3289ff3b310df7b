import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Story } from '#tests/support/story.ts'
import type { Told } from './history.ts'

/**
 * A process of its own that tells the stories of one regulation once, takes what was asked in them apart, and tells
 * random histories made of it. Its stories come from the tests themselves, by the collector of the mutation run.
 */
export type Job = { pack: string; seed: number; histories: number }
export type Report = { pack: string; seed: number; stories: number; histories: number; accepted: number; refused: number; violations: { seed: number; what: string; commands: string[] }[] }

register('../../tools/mutation/hooks.ts', import.meta.url)

process.on('message', (job: Job) => {
  run(job).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

const VIOLATIONS = 3 // enough to know that something is broken
const PATIENCE = 400 // histories told while one is made shorter

async function run({ pack, seed, histories }: Job): Promise<Report> {
  const [corpus, { Draw }, { drawHistory, named, shrink, tell }, { ORDERS, Watch }] = await Promise.all([corpusOf(pack), import('./draw.ts'), import('./history.ts'), import('./must-hold.ts')])
  const order = ORDERS[pack]
  if (order === undefined) throw new Error(`no order of reviews is written down for ${pack}: add it to must-hold.ts`)
  const report: Report = { pack, seed, stories: corpus.length, histories: 0, accepted: 0, refused: 0, violations: [] }
  const watched = () => {
    const watch = new Watch(order)
    return (story: Story) => watch.broken(story)
  }
  for (let at = seed; at < seed + histories && report.violations.length < VIOLATIONS; at += 1) {
    const drawn = drawHistory(corpus, new Draw(at))
    if (drawn === null) break
    const outcome = tell(drawn.told, drawn.commands, watched())
    report.histories += 1
    report.accepted += outcome.accepted
    report.refused += outcome.refused
    if (outcome.broken === null) continue
    const short = shrink(drawn.told, drawn.commands, (story) => watched()(story), PATIENCE)
    report.violations.push({ seed: at, what: outcome.broken, commands: short.map(({ turn, who }) => `${who}: ${named(turn)}`) })
  }
  return report
}

/** Every story that the tests of a regulation tell. */
async function corpusOf(pack: string): Promise<Told[]> {
  const [{ collected }, trace, { runTest }, { storyFiles }] = await Promise.all([import('#tools/mutation/collector.ts'), import('#tools/mutation/story-trace.ts'), import('#tools/mutation/trial.ts'), import('#tools/mutation/story-files.ts')])
  const told: Told[] = []
  for (const file of storyFiles([pack]).stories) {
    const { tests } = await collected(file, () => import(pathToFileURL(resolve(file)).href))
    for (const test of tests) {
      if ((await runTest(test, () => false)) !== null) continue // red by itself, and told so by its own run
      for (const { law, cast, turns } of trace.heard()) if (law.ref.id === pack && turns.length > 1) told.push({ law, cast, turns: turns.filter((turn) => turn.refusal === null) })
    }
  }
  return told
}
