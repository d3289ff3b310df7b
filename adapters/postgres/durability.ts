import type { ClientBase } from 'pg'
import { StorageError } from './storage-error.ts'

/**
 * Refuses a server that may lose what it has acknowledged. Looks at the effective settings of this connection and at
 * what is set for single roles and databases.
 *
 * @throws StorageError `storage-not-durable` naming the setting and the cure.
 */
export async function refuseUnlessDurable(client: ClientBase): Promise<void> {
  const answer = await client.query<{ name: string; place: string }>(`
    select name, '' as place from pg_settings
     where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
    union all
    select 'synchronous_commit', coalesce(r.rolname, d.datname, '')
      from pg_db_role_setting s
      left join pg_roles r on r.oid = s.setrole
      left join pg_database d on d.oid = s.setdatabase
     where 'synchronous_commit=off' = any (s.setconfig)
       and (s.setdatabase = 0 or d.datname = current_database())`)
  if (answer.rows.length === 0) return
  const found = answer.rows.map((row) => (row.place === '' ? row.name : `${row.name}（${row.place}）`)).join('、')
  throw new StorageError(
    'storage-not-durable',
    `数据库设置 ${found} 为 off，断电时会丢失已确认的记录，平台拒绝启动。请在 postgresql.conf、ALTER SYSTEM、ALTER ROLE 或 ALTER DATABASE 中恢复为 on 后重试。`,
  )
}
