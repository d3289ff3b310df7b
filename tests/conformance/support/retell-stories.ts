import { afterEach } from 'vitest'
import type { Story } from '#tests/support/story.ts'
import { watchStories } from '#tests/support/story-watch.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** How the scenario ran; `npm run conformance` reads it. */
    conformance?: { stories: number; retold: number; given: string[] }
  }
}

const begun = new Set<Story>()
watchStories((story) => begun.add(story))

afterEach(({ task }) => {
  task.meta.conformance = { stories: begun.size, retold: 0, given: [] }
  begun.clear()
})
