import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import type { Story } from '#tests/support/story.ts'

/** A folder that all workers of a run share and that is gone after it. */
export function runFolder(): string {
  return dirname(inject('databaseDoor'))
}

/**
 * Names the beginning of a story after each number of turns: two stories with one name have the same law, the same cast
 * and the same turns so far, asked and answered alike.
 */
export function beginningsOf(story: Story): string[] {
  const { law, cast } = story
  let name = digestOf({ law: law.ref.digest, status: law.pack.manifest.status, cast: plain(cast) })
  // The contents of a line are in its command.
  return [name, ...story.turns.map(({ line: { contents: _contents, ...line }, command, refusal }) => {
    name = digestOf({ name, line: plain(line), command: plain(command), refusal: refusal === null ? null : refusal.code })
    return name
  })]
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json // what JSON gives back
}

/** unit: hexadecimal digits; short enough for a database's name, long enough for no two to meet */
const NAME_DIGITS = 24

function digestOf(value: Json): string {
  return createHash('sha256').update(canonicalBytes(value)).digest('hex').slice(0, NAME_DIGITS)
}

/** Only every so many turns a beginning is remembered, and it must save so many turns to be kept. */
const STRIDE = 5
const WORTH = 10

/** Of a story's beginnings: from which a kept platform can go on, and at which it should be kept for later stories. */
export type Plan = { from: number | null; keepAt: number | null }

/** Looks which beginnings other stories of this run have told, and notes this one's. */
export function planOf(beginnings: readonly string[]): Plan {
  const folder = join(runFolder(), 'beginnings')
  mkdirSync(folder, { recursive: true })
  const marked = beginnings.flatMap((_, at) => (at % STRIDE === 0 ? [at] : []))
  const seen = marked.filter((at) => !noteFirst(join(folder, `${beginnings[at]}.told`)))
  const from = marked.findLast((at) => existsSync(join(folder, `${beginnings[at]}.kept`))) ?? null
  const deepest = from === null ? 0 : (seen.findLast((at) => at >= from + WORTH) ?? null)
  return { from, keepAt: deepest }
}

/** Notes that the platform was kept at a beginning, for all workers. */
export function noteKept(beginning: string): void {
  noteFirst(join(runFolder(), 'beginnings', `${beginning}.kept`))
}

/** Whether a story with this last beginning went the same way in this run already, from its first turn to its last. */
export function wasToldWhole(beginning: string): boolean {
  return existsSync(join(runFolder(), 'beginnings', `${beginning}.whole`))
}

export function noteToldWhole(beginning: string): void {
  noteFirst(join(runFolder(), 'beginnings', `${beginning}.whole`))
}

/** Makes an empty file; false where it is there already. */
function noteFirst(path: string): boolean {
  try {
    writeFileSync(path, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
