import { readFile, statfs } from 'node:fs/promises'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { SystemView } from '../wire/administration.ts'

/** unit: messages shown; what is more is counted */
const MESSAGES_MAX = 100
/** unit: tries in vain after which a message that still waits is shown beside the failed ones */
const TRIES_SHOWN_FROM = 3
const GIGABYTE = 1_073_741_824

/** How the platform is doing: versions, isolation, database, disk, evidence, and what outside platforms did not take. */
export async function systemView(parts: ApiParts): Promise<SystemView> {
  const posture = await sandboxPosture()
  const { size } = await parts.evidence.checkpoint()
  const seen = await readingAsSystem(parts, async (tx) => ({ database: await databaseLines(tx), outbox: await outboxView(tx), checkpoint: await tx.selectFrom('evidence_checkpoint').select(['size', 'made_at']).orderBy('size', 'desc').executeTakeFirst() }))
  return {
    versions: await versionLines(parts),
    posture: [...posture.inForce.map((text) => ({ text, in_force: true })), ...[...posture.missing, ...standInLines(parts.config)].map((text) => ({ text, in_force: false }))],
    database: seen.database,
    storage: await storageLines(parts.config.dataDir),
    evidence: [
      { title: '存证条数', text: String(size) },
      { title: '最近一次签名检查点', text: seen.checkpoint === undefined ? '尚无' : `第 ${seen.checkpoint.size} 条，${timeText(seen.checkpoint.made_at)}` },
      { title: '密码算法自检', text: '启动时已通过' },
    ],
    outbox: seen.outbox,
  }
}

/** What is said of outside platforms that are only played: nothing that goes to them or comes from them counts. */
export function standInLines({ standIns = [] }: ApiParts['config']): string[] {
  return standIns.map((name) => `${name}由本机的参考对接平台代替，仅供演示：不是真实的平台，不核验对方身份，所出的回执没有效力`)
}

async function versionLines({ config, packs }: ApiParts): Promise<SystemView['versions']> {
  const about = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string } // our own file
  return [
    { title: '平台版本', text: about.version },
    { title: '运行方式', text: config.mode === 'production' ? '正式' : '演示' },
    { title: 'Node.js', text: process.versions.node },
    ...packs.all.map(({ pack: { manifest }, ref }) => ({ title: `规则包《${manifest.title}》`, text: `第 ${ref.version} 版，摘要 ${ref.digest}` })),
  ]
}

async function databaseLines(tx: Tx): Promise<SystemView['database']> {
  const { rows: [row] } = await sql<{ version: string; role: string; superuser: boolean; bypass: boolean; durable: string; bytes: string; migration: string }>`
    select current_setting('server_version') as version, current_user as role, r.rolsuper as superuser, r.rolbypassrls as bypass,
           current_setting('fsync') || '／' || current_setting('full_page_writes') as durable, pg_database_size(current_database())::text as bytes,
           (select name from schema_migration order by number desc limit 1) as migration
      from pg_roles r where r.rolname = current_user`.execute(tx)
  if (row === undefined) throw new Error('the database does not know the role that asks it')
  return [
    { title: 'PostgreSQL', text: row.version },
    { title: '平台所用角色', text: `${row.role}（${row.superuser ? '超级用户，应改正' : '非超级用户'}，${row.bypass ? '可绕过行级安全，应改正' : '受行级安全约束'}）` },
    { title: '落盘设置（fsync／full_page_writes）', text: row.durable },
    { title: '数据库大小', text: sizeText(Number(row.bytes)) },
    { title: '最近的结构变更', text: row.migration },
  ]
}

async function storageLines(dataDir: string): Promise<SystemView['storage']> {
  const disk = await statfs(dataDir)
  const [free, total] = [disk.bavail * disk.bsize, disk.blocks * disk.bsize]
  return [
    { title: '数据目录', text: dataDir },
    { title: '磁盘可用／总量', text: `${sizeText(free)}／${sizeText(total)}` },
  ]
}

async function outboxView(tx: Tx): Promise<SystemView['outbox']> {
  const counts = await tx.selectFrom('outbox').select((select) => ['state', select.fn.countAll<number>().as('count')]).where('state', '!=', 'done').groupBy('state').execute()
  const rows = await tx.selectFrom('outbox as o').innerJoin('legal_case as c', 'c.id', 'o.case_id')
    .select(['o.id', 'c.number', 'o.port', 'o.action', 'o.state', 'o.attempts', 'o.next_at', 'o.last_error'])
    .where((where) => where.or([where('o.state', '=', 'failed'), where.and([where('o.state', '=', 'waiting'), where('o.attempts', '>=', TRIES_SHOWN_FROM)])]))
    .orderBy('o.next_at').orderBy('o.id').limit(MESSAGES_MAX).execute()
  const countOf = (state: string) => Number(counts.find((one) => one.state === state)?.count ?? 0)
  return {
    waiting: countOf('waiting'),
    failed: countOf('failed'),
    rows: rows.map((row) => ({ ...row, state: row.state === 'failed' ? 'failed' as const : 'waiting' as const, next_at: row.next_at.toISOString(), last_error: row.last_error ?? '' })),
  }
}

function sizeText(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(2)} GB`
}

function timeText(at: Date): string {
  return at.toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })
}
