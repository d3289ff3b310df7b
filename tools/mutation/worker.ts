import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CollectedTest } from './collector.ts'
import { storyFiles } from './story-files.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import type { About, FromWorker, Job, Verdict } from './messages.ts'
import type { Mutant } from './mutants.ts'

/** One process that loads the stories once and tries a share of one pack's mutants on them. Started by `main.ts`. */
register('./hooks.ts', import.meta.url)

process.on('message', (job: Job) => {
  work(job).then(() => process.exit(0), (error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})

function say(message: FromWorker): void {
  process.send?.(message)
}

type Packs = ReadonlyMap<string, ReadPack>
type Tried = { about: About; mutant: Mutant; verdict: Verdict }

/** Golden cases and pack-check first, which need no story; then the stories, loaded only where something is left for them. */
async function work(job: Job): Promise<void> {
  const { pack, share, of, from, only, each } = job
  const [law, { GoldenCases }, { RuleChecks }, { mutantsOf }, { goldenLaw }] = await Promise.all([import('./mutable-law.ts'), import('./golden-cases.ts'), import('./rule-checks.ts'), import('./mutants.ts'), import('#tests/golden/recorded.ts')])
  const packs = law.readSources()
  const own = packs.get(pack)
  if (!own) throw new Error(`no pack ${pack}; there are: ${[...packs.keys()].join(', ')}`)
  const family = [...packs.keys()].filter((id) => id === pack || standsOn(id, pack, packs))
  const golden = new GoldenCases(await Promise.all(family.map(async (id) => ({ id, law: await goldenLaw(id), source: sourceOf(packs, id) }))))
  say({ type: 'golden', cases: golden.count, outOfDate: golden.outOfDate })
  const checks = new RuleChecks(family, await law.sharedCalendar())
  const waiting: Tried[] = []
  for (const [index, mutant] of mutantsOf(own.source).entries()) {
    if (index % of !== share || index < from || (only !== null && !mutant.id.includes(only))) continue
    const { file, line } = own.places(mutant.path)
    const sampled = each > 0 && Math.floor(index / of) % each === 0
    const about = { index, sampled, id: mutant.id, kind: mutant.kind, what: mutant.what, place: `${file}:${line}` }
    const undo = mutant.make()
    const verdict: Verdict = { golden: golden.killer(mutant), check: null, stories: null }
    if (verdict.golden === null) {
      const refusal = checks.refusal(mutant)
      if (refusal !== null) Object.assign(verdict, refusal.killed === 'golden' ? { golden: refusal.by } : { check: refusal.by })
    }
    undo()
    if (sampled || (verdict.golden === null && verdict.check === null)) waiting.push({ about, mutant, verdict })
    else say({ type: 'judged', ...about, verdict })
  }
  if (waiting.length > 0) await askStories(family, waiting)
}

async function askStories(family: readonly string[], waiting: readonly Tried[]): Promise<void> {
  const [{ collected }, law, { Trial, baseline }] = await Promise.all([import('./collector.ts'), import('./mutable-law.ts'), import('./trial.ts')])
  const files = storyFiles(family)
  const tests: CollectedTest[] = []
  const broken: string[] = []
  for (const file of files.stories) {
    law.asked.clear()
    law.sectionsRead.clear()
    try {
      const loaded = await collected(file, () => import(pathToFileURL(resolve(file)).href))
      if ([...law.asked].some((id) => family.includes(id)) || family.some((id) => file.includes(`/${id}/`))) tests.push(...loaded.tests.map((test) => ({ ...test, atLoad: [...law.sectionsRead].map((section) => `section:${section}`) })))
    } catch (error) {
      broken.push(`${file}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const { known, questions, red } = await baseline(tests)
  say({ type: 'ready', tests: known.length, left: files.left, red: [...broken, ...red.map(({ test, error }) => `${test.file} › ${test.title}: ${error.message.split('\n')[0] ?? ''}`)] })
  const trial = new Trial(known, questions)
  for (const { about, mutant, verdict } of waiting) {
    say({ type: 'begun', ...about, verdict })
    say({ type: 'judged', ...about, verdict: { ...verdict, stories: await trial.tell(mutant) } })
  }
  say({ type: 'ended', red: await trial.leftBroken() })
}

function sourceOf(packs: Packs, id: string): PackSource {
  const found = packs.get(id)
  if (!found) throw new Error(`no pack ${id}`)
  return found.source
}

function standsOn(id: string, pack: string, packs: ReadonlyMap<string, { source: { manifest: { parents: string[] } } }>): boolean {
  const parents = packs.get(id)?.source.manifest.parents ?? []
  return parents.some((parent) => parent === pack || standsOn(parent, pack, packs))
}
