import type { Story } from './story.ts'

const watchers: ((story: Story) => void)[] = []

/** Lets a watcher hear of every story in which something was asked from now on; the conformance run tells them again elsewhere. */
export function watchStories(heard: (story: Story) => void): void {
  watchers.push(heard)
}

/** Called by a story each time that something is asked in it. */
export function storyTouched(story: Story): void {
  for (const heard of watchers) heard(story)
}
