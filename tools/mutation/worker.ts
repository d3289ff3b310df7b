import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CollectedTest } from './collector.ts'
import { storyFiles } from './story-files.ts'
import type { FromWorker, Job } from './messages.ts'

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

async function work({ pack, share, of, from, only }: Job): Promise<void> {
  const [{ collected }, law, { Trial, baseline }, { mutantsOf }] = await Promise.all([import('./collector.ts'), import('./mutable-law.ts'), import('./trial.ts'), import('./mutants.ts')])
  const packs = law.readSources()
  const own = packs.get(pack)
  if (!own) throw new Error(`no pack ${pack}; there are: ${[...packs.keys()].join(', ')}`)
  const family = [...packs.keys()].filter((id) => id === pack || standsOn(id, pack, packs))
  const files = storyFiles(family)
  const tests: CollectedTest[] = []
  const broken: string[] = []
  for (const file of files.stories) {
    law.asked.clear()
    try {
      const loaded = await collected(file, () => import(pathToFileURL(resolve(file)).href))
      if ([...law.asked].some((id) => family.includes(id)) || family.some((id) => file.includes(`/${id}/`))) tests.push(...loaded.tests)
    } catch (error) {
      broken.push(`${file}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const { known, red } = await baseline(tests)
  say({ type: 'ready', tests: known.length, left: files.left, red: [...broken, ...red.map(({ test, error }) => `${test.file} › ${test.title}: ${error.message.split('\n')[0] ?? ''}`)] })
  const trial = new Trial(family, await law.sharedCalendar(), known)
  const mutants = mutantsOf(own.source)
  for (const [index, mutant] of mutants.entries()) {
    if (index % of !== share || index < from || (only !== null && !mutant.id.includes(only))) continue
    const { file, line } = own.places(mutant.path)
    const about = { index, id: mutant.id, kind: mutant.kind, what: mutant.what, place: `${file}:${line}` }
    say({ type: 'begun', ...about })
    say({ type: 'judged', ...about, verdict: await trial.judge(mutant) })
  }
}

function standsOn(id: string, pack: string, packs: ReadonlyMap<string, { source: { manifest: { parents: string[] } } }>): boolean {
  const parents = packs.get(id)?.source.manifest.parents ?? []
  return parents.some((parent) => parent === pack || standsOn(parent, pack, packs))
}
