import { readCorpus, type Attempt } from '#tests/escape/attempt.ts'
import { openPlainDoors, type PlainDoors, type Said } from '#tests/escape/plain-doors.ts'
import { openScene, type Scene } from '#tests/escape/scene.ts'
import { SYSTEM_CALLS_RUN_HERE } from '#tests/escape/system-calls.ts'
import { openWalledDoors, type WalledDoors } from '#tests/escape/walled-doors.ts'

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
/** Speech: to be answered is to be believed. */
const BELIEVED = new Set(['frames', 'pipe'])

/** A scene of its own with both kinds of doors: what one lane does, another does not see. */
interface Lane {
  readonly scene: Scene
  readonly plain: PlainDoors
  readonly walled: WalledDoors
}

/**
 * Makes each chosen attempt first without and then with the platform's walls, and compares what came of it.
 * @param choose which attempts of the corpus
 * @param tell called after each, for a person who waits; `chosen` is how many there will be
 * @param lanes how many attempts are made at once, each in a scene of its own
 */
export async function runCorpus(choose: (attempt: Attempt, position: number) => boolean, tell: (tried: Tried, chosen: number) => void = () => undefined, lanes = 1): Promise<CorpusReport> {
  const chosen = (await readCorpus()).filter(choose)
  const opened = await Promise.all(Array.from({ length: Math.max(1, Math.min(lanes, chosen.length)) }, openLane))
  const posture = opened[0]?.walled.posture.mode ?? 'plain'
  const notTried = chosen.flatMap((attempt) => {
    const why = whyNot(attempt, posture)
    return why === null ? [] : [{ attempt, why }]
  })
  const possible = chosen.filter((attempt) => whyNot(attempt, posture) === null)
  const tried = new Map<Attempt, Tried>()
  const waiting = possible.values()
  try {
    // All lanes take from one list, so that none waits for another.
    await Promise.all(opened.map(async (lane) => {
      for (const attempt of waiting) {
        const one = await tryOne(attempt, lane)
        tried.set(attempt, one)
        tell(one, possible.length)
      }
    }))
  } finally {
    await Promise.all(opened.map(closeLane))
  }
  return { tried: possible.flatMap((attempt) => tried.get(attempt) ?? []), notTried, posture }
}

/** What this machine cannot show; null where it can. */
function whyNot(attempt: Attempt, posture: string): string | null {
  if (NATIVE.has(attempt.kind) && posture !== 'bubblewrap-filtered') return `the posture of this machine is ${posture}`
  if (attempt.kind === 'calls' && !SYSTEM_CALLS_RUN_HERE) return `no program of system calls for ${process.arch}`
  return null
}

async function openLane(): Promise<Lane> {
  const scene = await openScene()
  const plain = await openPlainDoors(scene)
  return { scene, plain, walled: await openWalledDoors(scene, plain.program) }
}

async function closeLane({ scene, plain, walled }: Lane): Promise<void> {
  await plain.close()
  await walled.close()
  await scene.close()
}

async function tryOne(attempt: Attempt, { scene, plain, walled }: Lane): Promise<Tried> {
  const succeeded = async (before: Awaited<ReturnType<Scene['state']>>, said: Said): Promise<boolean> => {
    await new Promise((resolve) => { setTimeout(resolve, NOTICE_MS) })
    const after = await scene.state()
    return said.text.includes(scene.secret) || after.files !== before.files || after.visits !== before.visits
      || (said.answered && attempt.says !== null && attempt.says.test(said.text))
      || (said.answered && BELIEVED.has(attempt.kind))
  }
  const atFirst = await scene.state()
  const outside = await plain.try(attempt)
  const shown = await succeeded(atFirst, outside)
  const before = await scene.state()
  const answers = await walled.try(attempt)
  const escapedBy: string[] = []
  for (const [door, said] of answers) {
    if (await succeeded(before, said)) escapedBy.push(door)
  }
  return { attempt, shown, plain: outside, escapedBy, answers }
}
