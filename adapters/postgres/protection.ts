import type { ClientBase } from 'pg'
import { StorageError } from './storage-error.ts'

/** Something in the schema that lets a reader past the row-level security, and what to write. */
export type Gap = { object: string; cure: string }

/** Objects of the platform: those in no system schema and of no extension. */
const OWN_RELATIONS = `
  select c.* , format('%I.%I', n.nspname, c.relname) as shown
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
     and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

const OWN_FUNCTIONS = `
  select p.*, p.oid::regprocedure::text as shown
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('pg_catalog', 'information_schema')
     and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`

/** One query for each kind of gap; PUBLIC is the grantee with the object id 0. */
const GAPS = `
  with relation as (${OWN_RELATIONS}), function as (${OWN_FUNCTIONS})
  select shown as object, 'alter table ' || shown || ' enable row level security;' as cure
    from relation where relkind in ('r', 'p') and not relrowsecurity
  union all
  select shown, 'alter table ' || shown || ' force row level security;'
    from relation where relkind in ('r', 'p') and not relforcerowsecurity
  union all
  select shown, 'alter view ' || shown || ' set (security_invoker = true);'
    from relation where relkind = 'v' and not coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false)
  union all
  select shown, 'drop materialized view ' || shown || ';' from relation where relkind = 'm'
  union all
  select distinct shown, 'revoke all on ' || shown || ' from public;'
    from relation, aclexplode(relacl) where grantee = 0
  union all
  select distinct shown || '.' || a.attname, 'revoke all (' || quote_ident(a.attname) || ') on ' || shown || ' from public;'
    from relation join pg_attribute a on a.attrelid = relation.oid, aclexplode(a.attacl) where grantee = 0
  union all
  select distinct shown, 'revoke all on function ' || shown || ' from public;'
    from function, aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0
  union all
  select distinct quote_ident(nspname), 'revoke all on schema ' || quote_ident(nspname) || ' from public;'
    from pg_namespace, aclexplode(nspacl) where grantee = 0 and nspname not in ('pg_catalog', 'information_schema')
  union all
  select distinct quote_ident(datname), 'revoke all on database ' || quote_ident(datname) || ' from public;'
    from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) where grantee = 0 and datname = current_database()
  union all
  select rolname, 'alter role ' || rolname || ' nosuperuser nobypassrls nocreaterole nocreatedb;'
    from pg_roles where rolname in ('gongshu_owner', 'gongshu_app', 'gongshu_audit') and (rolsuper or rolbypassrls or rolcreaterole)
  order by 1, 2`

/** Lists every table without row-level security enabled and forced, every grant to PUBLIC and every way around them. */
export async function findGaps(client: ClientBase): Promise<Gap[]> {
  return (await client.query<Gap>(GAPS)).rows
}

/**
 * Refuses a schema with a gap.
 *
 * @throws StorageError `table-unprotected` with the SQL that closes each.
 */
export async function refuseUnlessProtected(client: ClientBase): Promise<void> {
  const gaps = await findGaps(client)
  if (gaps.length === 0) return
  throw new StorageError('table-unprotected', `数据库中有对象未受行级安全保护或向 PUBLIC 授权，平台拒绝启动。请在迁移中补上：\n${gaps.map((gap) => gap.cure).join('\n')}`)
}
