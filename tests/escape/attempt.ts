import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'

const CORPUS = fileURLToPath(new URL('./corpus/', import.meta.url))

/** How success shows: the planted secret comes out, the scene's files change, somebody is visited, or the answer says something. */
const Proof = z.enum(['secret', 'writes', 'visits', 'says'])

const Call = z.array(z.union([z.string(), z.int()])).min(1)

/** One entry of a corpus file; `each` makes one attempt of every combination of its values. */
const Entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  each: z.record(z.string(), z.union([z.array(z.string()), z.record(z.string(), z.string())])).optional(),
  /** SQL for a job; several are run one after the other. */
  sql: z.union([z.string(), z.array(z.string())]).optional(),
  /** Only judged with the statement gate in front: what it aims at lies in the worker for the platform's own use. */
  only: z.literal('gate').optional(),
  /** JavaScript in the place of the worker's own. */
  js: z.string().optional(),
  /** System calls made by a program of its own in the worker's place. */
  calls: z.array(Call).optional(),
  /** A file that is supplied, by its recipe in hostile-files.ts, and under what name. */
  file: z.string().optional(),
  name: z.string().optional(),
  /** What a reader that was taken over says to the part that holds the keys: kind of frame and content, a value or hex. */
  pipe: z.array(z.tuple([z.union([z.string(), z.int()]), z.union([z.json(), z.strictObject({ hex: z.string() })])])).optional(),
  /** Only tried in the place of the reader of supplied files, where the others are tried in both places. */
  at: z.literal('reader').optional(),
  /** What a worker that was taken over says on its pipe: frames as values, or raw bytes in hex. */
  frames: z.array(z.json()).optional(),
  raw: z.string().optional(),
  proof: Proof.optional(),
  /** For `says`: what the answer holds when the attempt has succeeded. */
  says: z.string().optional(),
})

export type AttemptKind = 'sql' | 'js' | 'calls' | 'frames' | 'file' | 'pipe'

export interface Attempt {
  readonly id: string
  readonly family: string
  readonly kind: AttemptKind
  readonly statements: readonly string[]
  readonly gateOnly: boolean
  readonly js: string
  readonly calls: readonly (readonly (string | number)[])[]
  readonly file: { readonly recipe: string; readonly name: string }
  readonly pipe: readonly (readonly [string | number, unknown])[]
  /** Only in the reader's place. */
  readonly readerOnly: boolean
  readonly frames: readonly unknown[]
  readonly raw: string | null
  readonly proof: z.infer<typeof Proof>
  readonly says: RegExp | null
}

/** The whole corpus, in the order of its files. @throws where an entry has not exactly one way of attack, or an id is used twice. */
export async function readCorpus(): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  for (const name of (await readdir(CORPUS)).filter((file) => file.endsWith('.yaml')).toSorted()) {
    const entries = z.array(Entry).parse(parse(await readFile(`${CORPUS}${name}`, 'utf8')))
    attempts.push(...entries.flatMap((entry) => expand(entry, name.replace('.yaml', ''))))
  }
  const seen = new Set<string>()
  for (const { id } of attempts) {
    if (seen.has(id)) throw new Error(`two attempts are called ${id}`)
    seen.add(id)
  }
  return attempts
}

type Values = Readonly<Record<string, { readonly name: string; readonly text: string }>>

function expand(entry: z.infer<typeof Entry>, family: string): readonly Attempt[] {
  let combinations: readonly Values[] = [{}]
  for (const [variable, listed] of Object.entries(entry.each ?? {})) {
    const values = Array.isArray(listed) ? listed.map((text, position) => ({ name: nameOf(text, position), text })) : Object.entries(listed).map(([name, text]) => ({ name, text }))
    combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [variable]: value })))
  }
  return combinations.map((values) => attemptOf(entry, family, values))
}

/** A value in the words of an id, with its position where it has none. */
function nameOf(text: string, position: number): string {
  return /^[a-z0-9_-]{1,40}$/.test(text) ? text.replaceAll('_', '-') : String(position + 1)
}

function attemptOf(entry: z.infer<typeof Entry>, family: string, values: Values): Attempt {
  const fill = (text: string): string => text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name]?.text ?? whole)
  const ways = (['sql', 'js', 'calls', 'file', 'pipe', 'frames', 'raw'] as const).filter((way) => entry[way] !== undefined)
  const [way] = ways
  if (ways.length !== 1 || way === undefined) throw new Error(`${family}: ${entry.id} has ${ways.length} ways of attack instead of one`)
  return {
    id: [entry.id, ...Object.values(values).map((value) => value.name)].join('-'),
    family,
    kind: way === 'raw' ? 'frames' : way,
    statements: (typeof entry.sql === 'string' ? [entry.sql] : (entry.sql ?? [])).map(fill),
    gateOnly: entry.only === 'gate',
    js: fill(entry.js ?? ''),
    calls: (entry.calls ?? []).map((call) => call.map((part) => (typeof part === 'string' ? fill(part) : part))),
    file: { recipe: fill(entry.file ?? ''), name: fill(entry.name ?? 'table') },
    pipe: entry.pipe ?? [],
    readerOnly: entry.at === 'reader',
    frames: entry.frames ?? [],
    raw: entry.raw ?? null,
    proof: entry.proof ?? (entry.says === undefined ? 'secret' : 'says'),
    // A system call that answers without an error has succeeded, unless the entry asks for more.
    says: entry.says === undefined ? (way === 'calls' && entry.proof === undefined ? /^calls answered/ : null) : new RegExp(fill(entry.says)),
  }
}
