import { startChild, type SandboxChild } from '#adapters/sandbox/child-process.ts'
import { readTree, writeTree } from '#adapters/sandbox/exact-tree.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'

/** The gate instance needs little; what a hostile statement makes it need beyond that is its own end. */
const GATE_LIMITS = { memoryMb: 512, seconds: 3600, threads: 1 }
/** A statement parses in about a millisecond; the rest is for a cold start on a busy machine. */
const DEFAULT_ANSWER_MS = 5000
/** Bytes of a tree: about a thousand for each expression of the longest statement that a policy allows. */
const MAX_TREE_BYTES = 32 * 1024 * 1024

export type ParseAnswer =
  | { readonly ok: true; readonly tree: unknown }
  | { readonly ok: false; readonly code: 'parse-timeout' | 'parse-crashed' | 'parse-failed'; readonly message: string }

export type RenderAnswer =
  | { readonly ok: true; readonly sql: string }
  | { readonly ok: false; readonly code: 'parse-timeout' | 'parse-crashed' | 'parse-failed'; readonly message: string }

/** Parses statements in a process of its own, kept warm, replaced when it dies. */
export interface ParseGate {
  /** The tree of json_serialize_sql. A crash, a time-out or a refusal of the parser is an answer, never a throw. */
  parse(sql: string): Promise<ParseAnswer>
  /** The statement text of a tree, for queries that the platform derives from a checked one. */
  render(tree: unknown): Promise<RenderAnswer>
  close(): Promise<void>
}

interface Pending {
  readonly resolve: (answer: Raw) => void
  readonly timer: NodeJS.Timeout
}
type Raw = { readonly ok: true; readonly text: string } | Extract<ParseAnswer, { ok: false }>

const FAILURES = {
  'parse-timeout': '语句解析超时，未予执行。请简化语句后重新提交。',
  'parse-crashed': '语句使解析器异常退出，未予执行。请简化语句后重新提交。',
  'parse-failed': '语句无法解析。请检查语法后重新提交。',
} as const

/** Opens a gate; the child starts with the first question. `answerMs` bounds one answer, start included. */
export function openParseGate(answerMs: number = DEFAULT_ANSWER_MS): ParseGate {
  let child: SandboxChild | null = null
  let starting: Promise<SandboxChild> | null = null
  let nextId = 1
  const pending = new Map<number, Pending>()

  const settle = (id: number, answer: Raw): void => {
    const entry = pending.get(id)
    if (entry === undefined) return
    pending.delete(id)
    clearTimeout(entry.timer)
    entry.resolve(answer)
  }
  const start = async (): Promise<SandboxChild> => {
    const { mode } = await sandboxPosture()
    const started = startChild({ mode, paths: { script: 'gate-child.mjs', inputDirectory: null }, limits: GATE_LIMITS, maxFrameBytes: MAX_TREE_BYTES })
    child = started
    started.listen((frame) => {
      const answer = readAnswer(frame)
      if (answer !== null) settle(answer.id, answer.raw)
    })
    void noteEnd(started)
    return started
  }
  const noteEnd = async (started: SandboxChild): Promise<void> => {
    await started.ended
    if (child === started) { child = null; starting = null }
    // A new child is started by the next question only, so whoever still waits, waits on the dead one.
    for (const id of pending.keys()) settle(id, failure('parse-crashed'))
  }
  const ask = async (question: 'parse' | 'render', text: string): Promise<Raw> => {
    starting ??= start()
    const target = await starting
    return new Promise((resolve) => {
      const id = nextId
      nextId += 1
      const timer = setTimeout(() => { settle(id, failure('parse-timeout')); target.kill() }, answerMs)
      pending.set(id, { resolve, timer })
      target.send({ id, ask: question, text })
    })
  }
  // A statement that hangs or kills the parser is refused alone, and nobody else's with it.
  const inTurn = takingTurns()
  return {
    parse: async (sql) => {
      const raw = await inTurn(() => ask('parse', sql))
      return raw.ok ? { ok: true, tree: readTree(raw.text) } : raw
    },
    render: async (tree) => {
      const raw = await inTurn(() => ask('render', writeTree(tree)))
      return raw.ok ? { ok: true, sql: raw.text } : raw
    },
    close: async () => {
      const open = child
      open?.kill()
      await open?.ended
    },
  }
}

/** Runs one act after the other, in the order in which they were asked for; an act that throws does not stop the next. */
function takingTurns(): <T>(act: () => Promise<T>) => Promise<T> {
  let turn: Promise<void> = Promise.resolve()
  return async (act) => {
    const before = turn
    let pass = (): void => undefined
    turn = new Promise((resolve) => { pass = resolve })
    await before
    try {
      return await act()
    } finally {
      pass()
    }
  }
}

function failure(code: keyof typeof FAILURES): Raw {
  return { ok: false, code, message: FAILURES[code] }
}

function readAnswer(frame: unknown): { readonly id: number; readonly raw: Raw } | null {
  if (typeof frame !== 'object' || frame === null || !('id' in frame) || typeof frame.id !== 'number') return null
  if ('answer' in frame && typeof frame.answer === 'string') return { id: frame.id, raw: { ok: true, text: frame.answer } }
  return { id: frame.id, raw: failure('parse-failed') }
}
