import type { Story } from './story.ts'

let watcher: ((story: Story) => void) | undefined

/** Lets one watcher hear of every story in which something was asked from now on; the conformance run tells them again elsewhere. */
export function watchStories(heard: (story: Story) => void): void {
  watcher = heard
}

/** Called by a story each time that something is asked in it. */
export function storyTouched(story: Story): void {
  watcher?.(story)
}
