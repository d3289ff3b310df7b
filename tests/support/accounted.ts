import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { forgetStories, storiesSince } from './chengdu-oversight-story.ts'
import { accountOf } from './story-account.ts'

const FOLDER = 'tests/conformance/chengdu-2026/told'
/** Set to `write` where the law has changed and the accounts were read through. */
const WRITES = process.env['ACCOUNTS'] === 'write'

/**
 * A `test` whose stories, beyond what it asserts itself, must cause exactly what their account says: every task with
 * office and due date, every notice, record, publication and standing. The accounts stand in `told/<name>.yaml`.
 */
export function accounted(name: string, also: readonly string[] = []): (title: string, body: () => unknown) => void {
  const path = `${FOLDER}/${name}.yaml`
  const known: Record<string, string[]> = existsSync(path) ? (parse(readFileSync(path, 'utf8')) as Record<string, string[]>) : {} // our own file
  return (title, body) => {
    test(title, async () => {
      forgetStories()
      await body()
      const found = storiesSince().flatMap((story) => accountOf(story, also))
      if (WRITES) {
        known[title] = found
        writeFileSync(path, stringify(known, { lineWidth: 0 }))
      }
      expect(found).toEqual(known[title])
    })
  }
}
