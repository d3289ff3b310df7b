import type { Kysely, Transaction } from 'kysely'
import type { SourceAddress } from '#core/boundary/source-address.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

/** Who allowed an address, and when. */
export type AllowedHost = SourceAddress & { allowedBy: string; allowedAt: Date }

/** The addresses that data may be fetched from. */
export async function allowedHosts(tx: Transaction<Tables> | Kysely<Tables>): Promise<AllowedHost[]> {
  const rows = await tx.selectFrom('source_host').selectAll().orderBy('host').orderBy('port').execute()
  return rows.map((row) => ({ host: row.host, port: row.port, allowedBy: row.allowed_by, allowedAt: row.allowed_at }))
}

/** Puts an address on the list; one that stands there already stays as it is. Answers whether it is new. */
export async function allowHost(tx: Transaction<Tables>, { host, port }: SourceAddress, by: string): Promise<boolean> {
  const row = await tx.insertInto('source_host').values({ host: host.toLowerCase(), port, allowed_by: by }).onConflict((conflict) => conflict.doNothing()).returning('host').executeTakeFirst()
  return row !== undefined
}

/** Takes an address off the list. Answers whether it stood there. */
export async function disallowHost(tx: Transaction<Tables>, { host, port }: SourceAddress): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('source_host').where('host', '=', host.toLowerCase()).where('port', '=', port).executeTakeFirst()
  return numDeletedRows > 0n
}
