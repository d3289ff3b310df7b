import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Answers requests on loopback as a process of its own, says on which port (`listening <port>`), and ends when it is told
 * to or when its parent is gone.
 *
 * @param port 0 for any that is free
 */
export function listenAlone(port: number, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
  const server = createServer(answer)
  server.listen(port, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    process.stdout.write(`listening ${address.port}\n`)
  })
  process.on('SIGTERM', () => server.close(() => process.exit(0)))
  // The parent's end is ours: a stand-in must not outlive the story.
  process.stdin.resume().on('end', () => process.exit(0))
}
