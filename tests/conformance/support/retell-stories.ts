import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, expect } from 'vitest'
import type { Story } from '#tests/support/story.ts'
import { watchStories } from '#tests/support/story-watch.ts'
import { verdictOn } from './evidence-verdict.ts'
import { ToldOtherwise, retell } from './retell-story.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** How the scenario ran; `npm run conformance` reads it. */
    conformance?: { stories: number; retold: number; given: string[]; acts: number; told: number }
  }
}

/** The stories in which the running test asked something. */
const touched = new Set<Story>()
watchStories((story) => touched.add(story))
/** The last story of this file that went the same way twice. */
let last: Story | undefined

// What a passing test has told the engine is told again to the application; there it must go the same way.
afterEach(async ({ task }) => {
  const stories = [...touched].filter((story) => story.turns.length > 0)
  touched.clear()
  const ran = { stories: stories.length, retold: 0, given: new Set<string>(), acts: 0, told: 0 }
  try {
    if (task.result?.state === 'fail' || process.env['GONGSHU_TELL_AGAIN'] === 'no') return
    for (const story of stories) {
      const { given, acts, told } = await retell(story)
      last = story
      ran.retold += 1
      ran.acts += acts
      ran.told += told
      for (const name of given) ran.given.add(name)
    }
  } finally {
    task.meta.conformance = { ...ran, given: [...ran.given].toSorted() }
  }
})

// What the last story of a regulation has left as evidence is exported and checked by the offline verifier.
afterAll(async () => {
  if (last === undefined || !isLastOfRegulation(expect.getState().testPath ?? '')) return
  await retell(last, async (platform) => {
    const { findings, entries } = await verdictOn(platform)
    if (findings.length > 0 || entries === 0) throw new ToldOtherwise(`the verifier finds in ${entries} entries: ${findings.map(({ code, place, text }) => `${code} ${place} ${text}`).join('\n')}`)
  })
})

/** The last file of stories in its folder. */
function isLastOfRegulation(path: string): boolean {
  const folder = dirname(path)
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && readFileSync(join(folder, name), 'utf8').includes('new Story(')).toSorted()
  return basename(path) === files.at(-1)
}
