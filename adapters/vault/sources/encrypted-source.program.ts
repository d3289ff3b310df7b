/** A process that trusts what its environment says: asks a store and databases under each name, at loopback, and prints what came of it. */
import { tableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { openStoredObject } from '#adapters/vault/sources/object-source.ts'
import { openMysqlTable } from '#adapters/vault/sources/mysql-source.ts'
import { openPostgresTable } from '#adapters/vault/sources/postgres-source.ts'

const [store = '', postgresql = '', mysql = '', mariadb = '', ...names] = process.argv.slice(2)
const address = '127.0.0.1'
const schema = tableSchema.parse({ name: 'visits', title: '就诊', entity: { kind: 'none' }, columns: [{ name: 'no', header: '序号', title: '序号', type: 'integer', nullable: false }] })

/** The text that comes, or the refusal with what was wrong with the certificate. */
async function outcome(opening: Promise<AsyncIterable<Buffer>>): Promise<string> {
  try {
    let text = ''
    for await (const piece of await opening) text += piece.toString()
    return text
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    const [why = ''] = /self-signed certificate|does not match certificate's altnames/.exec(error.cause instanceof Error ? error.cause.message : '') ?? []
    return `${error.code} ${why}`.trim()
  }
}

const ofPostgres = (name: string): Promise<string> => outcome(openPostgresTable({ url: `postgres://user:hidden@${name}:${postgresql}/city?sslmode=verify-full`, address, namespace: 'public', table: 'visits' }, schema))
const ofMysql = (name: string, port: string): Promise<string> => outcome(openMysqlTable({ url: `mysql://user:hidden@${name}:${port}/city?ssl=${encodeURIComponent('{"rejectUnauthorized":true,"verifyIdentity":true}')}`, address, namespace: 'city', table: 'visits' }, schema))

const said: unknown[] = []
for (const name of names) {
  said.push({
    store: await outcome(openStoredObject({ endpoint: `https://${name}:${store}`, address, region: 'cn', bucket: 'city', key: 'a.csv', accessKeyId: 'AKID', secretAccessKey: 'hidden' })),
    postgresql: await ofPostgres(name),
    mysql: await ofMysql(name, mysql),
    mariadb: await ofMysql(name, mariadb),
  })
}
process.stdout.write(JSON.stringify(said), () => process.exit(0))
