import { afterEach } from 'vitest'
import type { Story } from '#tests/support/story.ts'
import { watchStories } from '#tests/support/story-watch.ts'
import { retell } from './retell-story.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** How the scenario ran; `npm run conformance` reads it. */
    conformance?: { stories: number; retold: number; given: string[]; acts: number; told: number }
  }
}

/** The stories in which the running test asked something. */
const touched = new Set<Story>()
watchStories((story) => touched.add(story))

// What a passing test has told the engine is told again to the application; there it must go the same way.
afterEach(async ({ task }) => {
  const stories = [...touched].filter((story) => story.turns.length > 0)
  touched.clear()
  const ran = { stories: stories.length, retold: 0, given: new Set<string>(), acts: 0, told: 0 }
  try {
    if (task.result?.state === 'fail') return
    for (const story of stories) {
      const { given, acts, told } = await retell(story)
      ran.retold += 1
      ran.acts += acts
      ran.told += told
      for (const name of given) ran.given.add(name)
    }
  } finally {
    task.meta.conformance = { ...ran, given: [...ran.given].toSorted() }
  }
})
