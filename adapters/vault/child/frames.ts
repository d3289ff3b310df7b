/**
 * The talk between the part that seals and the part that reads, over two pipes: a byte that says what it is, four bytes of
 * length (big endian), the content. Neither side keeps more than one frame; a full pipe makes the writer wait.
 */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** To the reader: the task, a piece of the source, its end, its break, a piece of the stage, a part of the version before, its end, names that were asked for; from it: a part, a piece to stage, the end of the stage, a wish for a piece of it, the answer, a wish for the next part of the version before, the wish to keep it, a question for names. */
export const frameKinds = { task: 1, source: 2, sourceEnd: 3, sourceBroken: 4, staged: 5, base: 6, baseEnd: 7, named: 8, part: 16, stage: 17, stageEnd: 18, wish: 19, answer: 20, wishBase: 21, keep: 22, names: 23 } as const
export type FrameKind = keyof typeof frameKinds

export interface Frame {
  kind: FrameKind
  content: Buffer
}

const lengthBytes = 4
const headBytes = 1 + lengthBytes
const kindsByByte = new Map<number, FrameKind>(Object.entries(frameKinds).map(([kind, byte]) => [byte, kind as FrameKind])) // the keys of frameKinds

/** What comes over the pipe is not as agreed. */
export class FrameBroken extends Error {}

/** The pipe ended within a frame: whoever wrote was ended. */
export class FrameCut extends FrameBroken {}

/** Writes one frame and waits until the pipe takes more. Throws where the pipe has ended. */
export async function writeFrame(pipe: Writable, kind: FrameKind, content: Buffer = Buffer.alloc(0)): Promise<void> {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(frameKinds[kind], 0)
  head.writeUInt32BE(content.length, 1)
  pipe.write(head)
  if (!pipe.write(content)) await once(pipe, 'drain')
}

/** The frames of a pipe until it ends. Throws `FrameBroken` for an unknown or overlong one, `FrameCut` for one that is cut. */
export async function* framesOf(pipe: Readable, contentBytesMax: number): AsyncGenerator<Frame> {
  let held: Buffer[] = []
  let heldBytes = 0
  const take = (bytes: number): Buffer => {
    const all = held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held)
    held = [all.subarray(bytes)]
    heldBytes -= bytes
    return all.subarray(0, bytes)
  }
  let head: { kind: FrameKind; bytes: number } | undefined
  for await (const piece of pipe) {
    held.push(Buffer.from(piece))
    heldBytes += held.at(-1)?.length ?? 0
    while (heldBytes >= (head === undefined ? headBytes : head.bytes)) {
      if (head === undefined) {
        head = headOf(take(headBytes), contentBytesMax)
        continue
      }
      yield { kind: head.kind, content: take(head.bytes) }
      head = undefined
    }
  }
  if (heldBytes > 0 || head !== undefined) throw new FrameCut('the pipe ended within a frame')
}

function headOf(head: Buffer, contentBytesMax: number): { kind: FrameKind; bytes: number } {
  const kind = kindsByByte.get(head.readUInt8(0))
  const bytes = head.readUInt32BE(1)
  if (kind === undefined) throw new FrameBroken(`no kind of frame: ${head.readUInt8(0)}`)
  if (bytes > contentBytesMax) throw new FrameBroken(`a frame of ${bytes} bytes`)
  return { kind, bytes }
}
