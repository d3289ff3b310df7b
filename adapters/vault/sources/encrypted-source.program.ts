/** A process that trusts what its environment says: asks a store and a database under a name, at loopback, and prints what came of it. */
import { tableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { openStoredObject } from '#adapters/vault/sources/object-source.ts'
import { openPostgresTable } from '#adapters/vault/sources/postgres-source.ts'

const [name = '', store = '', database = ''] = process.argv.slice(2)
const address = '127.0.0.1'
const schema = tableSchema.parse({ name: 'visits', title: '就诊', entity: { kind: 'none' }, columns: [{ name: 'no', header: '序号', title: '序号', type: 'integer', nullable: false }] })

/** The text that comes, or the refusal with the code of its cause. */
async function outcome(opening: Promise<AsyncIterable<Buffer>>): Promise<string> {
  try {
    let text = ''
    for await (const piece of await opening) text += piece.toString()
    return text
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    const { cause } = error
    return `${error.code} ${cause instanceof Error && 'code' in cause ? String(cause.code) : ''}`.trim()
  }
}

const said = {
  store: await outcome(openStoredObject({ endpoint: `https://${name}:${store}`, address, region: 'cn', bucket: 'city', key: 'a.csv', accessKeyId: 'AKID', secretAccessKey: 'hidden' })),
  database: await outcome(openPostgresTable({ url: `postgres://user:hidden@${name}:${database}/city?sslmode=verify-full`, address, namespace: 'public', table: 'visits' }, schema)),
}
process.stdout.write(JSON.stringify(said), () => process.exit(0))
