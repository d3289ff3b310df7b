import type { Story } from './story.ts'

let watcher: ((story: Story) => void) | undefined

/** Lets one watcher hear of every story that begins from now on; the conformance run tells them again elsewhere. */
export function watchStories(heard: (story: Story) => void): void {
  watcher = heard
}

/** Called by every story at its beginning. */
export function storyBegun(story: Story): void {
  watcher?.(story)
}
