/** The servers that service calls are compared with; takes a JSON of orders, prints its port. See `startReference`. */
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { NaturalBatch } from '#adapters/services/natural-batch.ts'

const { answer, databaseUrl } = JSON.parse(process.argv[2] ?? '{}') as { answer: string; databaseUrl: string | null } // from startReference
const BATCH = 1_000
const bytes = Buffer.from(answer)
const written = databaseUrl === null ? null : await openBatch(databaseUrl)

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
    const body = Buffer.concat(parts)
    JSON.parse(body.toString('utf8'))
    const reply = () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
      response.end(bytes)
    }
    if (written === null) return reply()
    written.ask(body).then(reply, () => {
      response.writeHead(500, { 'content-length': 0 })
      response.end()
    })
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`${address.port}\n`)
})
process.once('SIGTERM', () => process.exit(0))

/** While one statement is under way new calls collect; at its end all go out in the next: one commit for many. */
async function openBatch(url: string): Promise<NaturalBatch<Buffer, boolean>> {
  const pool = new Pool({ connectionString: url, max: 1 })
  await pool.query('create table if not exists bench_call (id bigint generated always as identity primary key, body bytea not null, at timestamptz not null default clock_timestamp())')
  return new NaturalBatch(async (bodies) => {
    await pool.query({ name: 'insert', text: 'insert into bench_call (body) select unnest($1::bytea[])', values: [bodies] })
    return bodies.map(() => true)
  }, BATCH)
}
