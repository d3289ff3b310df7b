import { readCorpus, type Attempt } from '#tests/escape/attempt.ts'
import { openPlainDoors, type Said } from '#tests/escape/plain-doors.ts'
import { openScene, type Scene } from '#tests/escape/scene.ts'
import { SYSTEM_CALLS_RUN_HERE } from '#tests/escape/system-calls.ts'
import { openWalledDoors } from '#tests/escape/walled-doors.ts'

/** One attempt at all its doors. */
export interface Tried {
  readonly attempt: Attempt
  /** It succeeded where nothing stands in its way: without this, being stopped says nothing. */
  readonly shown: boolean
  readonly plain: Said
  /** Doors of the platform through which it got. */
  readonly escapedBy: readonly string[]
  readonly answers: ReadonlyMap<string, Said>
}

export interface CorpusReport {
  readonly tried: readonly Tried[]
  /** Attempts that this machine cannot make, with the reason. */
  readonly notTried: readonly { readonly attempt: Attempt; readonly why: string }[]
  readonly posture: string
}

/** A visitor is noticed this much after the caller's end. */
const NOTICE_MS = 20
const NATIVE = new Set(['js', 'calls'])

/**
 * Makes each chosen attempt first without and then with the platform's walls, and compares what came of it.
 * @param choose which attempts of the corpus
 * @param tell called after each, for a person who waits
 */
export async function runCorpus(choose: (attempt: Attempt, position: number) => boolean, tell: (tried: Tried) => void = () => undefined): Promise<CorpusReport> {
  const chosen = (await readCorpus()).filter(choose)
  const scene = await openScene()
  const plain = await openPlainDoors(scene)
  const walled = await openWalledDoors(scene, plain.program)
  const isolated = walled.posture.mode === 'bubblewrap-filtered'
  const tried: Tried[] = []
  const notTried: { attempt: Attempt; why: string }[] = []
  try {
    for (const attempt of chosen) {
      if (NATIVE.has(attempt.kind) && !isolated) notTried.push({ attempt, why: `the posture of this machine is ${walled.posture.mode}` })
      else if (attempt.kind === 'calls' && !SYSTEM_CALLS_RUN_HERE) notTried.push({ attempt, why: `no program of system calls for ${process.arch}` })
      else {
        const one = await tryOne(attempt, scene, plain.try, walled.try)
        tried.push(one)
        tell(one)
      }
    }
  } finally {
    await plain.close()
    await walled.close()
    await scene.close()
  }
  return { tried, notTried, posture: walled.posture.mode }
}

async function tryOne(attempt: Attempt, scene: Scene, outside: (attempt: Attempt) => Promise<Said>, inside: (attempt: Attempt) => Promise<ReadonlyMap<string, Said>>): Promise<Tried> {
  const succeeded = async (before: Awaited<ReturnType<Scene['state']>>, said: Said): Promise<boolean> => {
    await new Promise((resolve) => { setTimeout(resolve, NOTICE_MS) })
    const after = await scene.state()
    return said.text.includes(scene.secret) || after.files !== before.files || after.visits !== before.visits
      || (said.answered && attempt.says !== null && attempt.says.test(said.text))
      || (said.answered && attempt.kind === 'frames')
  }
  const atFirst = await scene.state()
  const plain = await outside(attempt)
  const shown = await succeeded(atFirst, plain)
  const before = await scene.state()
  const answers = await inside(attempt)
  const escapedBy: string[] = []
  for (const [door, said] of answers) {
    if (await succeeded(before, said)) escapedBy.push(door)
  }
  return { attempt, shown, plain, escapedBy, answers }
}
