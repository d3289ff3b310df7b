import { afterEach, expect } from 'vitest'
import type { Story } from '#tests/support/story.ts'
import { watchStories } from '#tests/support/story-watch.ts'

/** The stories in which the running test asked something, where its file tells of a regulation. */
const touched = new Set<Story>()
watchStories((story) => touched.add(story))

/** Places of this file that were found right; the same documents are given again and again. */
const right = new Set<string>()

// What a passing story gives must be demanded, or be called voluntary by the list of its regulation.
afterEach(async ({ task }) => {
  const stories = [...touched]
  touched.clear()
  const path = task.file.name
  if (stories.length === 0 || task.result?.state === 'fail' || !(path.includes('tests/conformance/') || path.endsWith('-stories.test.ts'))) return
  const { wronglyDemanded } = await import('./voluntary.ts') // most files tell no story
  const looked = new Set<string>()
  const look = (pack: string, place: string) => {
    looked.add(`${pack} ${place}`)
    return !right.has(`${pack} ${place}`)
  }
  expect(wronglyDemanded(stories, look)).toEqual([])
  for (const place of looked) right.add(place)
})
