// @ts-check
// Length-prefixed JSON over the standard streams of a sandboxed child. Plain JavaScript, because the child must start
// without a compiler: the cold start of an isolated worker is budgeted in milliseconds.

const PREFIX_BYTES = 4

/**
 * Calls `onFrame` for each frame that arrives on standard input and ends the process when the parent closes it.
 * @param {(frame: any) => void} onFrame
 */
export function readFrames(onFrame) {
  /** @type {Buffer} */
  let held = Buffer.alloc(0)
  process.stdin.on('data', (/** @type {Buffer} */ part) => {
    held = held.length === 0 ? part : Buffer.concat([held, part])
    while (held.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + held.readUInt32BE(0)
      if (held.length < end) break
      const frame = JSON.parse(held.toString('utf8', PREFIX_BYTES, end))
      held = held.subarray(end)
      onFrame(frame)
    }
  })
  process.stdin.on('end', () => process.exit(0))
}

/**
 * Writes one frame and waits until the pipe takes more, so that a large result never piles up in the child's memory.
 * @param {object} frame
 * @returns {Promise<void>}
 */
export async function writeFrame(frame) {
  const body = Buffer.from(JSON.stringify(frame), 'utf8')
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(body.length, 0)
  const roomLeft = process.stdout.write(Buffer.concat([prefix, body]))
  if (!roomLeft) await new Promise((resolve) => process.stdout.once('drain', () => resolve(undefined)))
}
