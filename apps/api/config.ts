import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isLegalDate } from '#core/calendar/legal-date.ts'

/** How the platform runs. `demonstration` is null in production. */
export type ServerConfig = {
  mode: 'demonstration' | 'production'
  dataDir: string
  /** An external PostgreSQL instead of the embedded one. */
  databaseUrl: string | null
  host: string
  port: number
  /** The city's name on screens; in the demonstration that of the demonstration city. */
  city: string | null
  /** Region code of the city, six digits; in the demonstration that of the demonstration city. */
  region: string | null
  /** Name of the evidence log: host and path without scheme. */
  evidenceOrigin: string
  packsDir: string
  /** What the last run of the scenarios recorded of each obligation; may be missing. */
  scenariosFile: string
  /** The notices of days off, from which the calendar is made. */
  calendarDir: string
  /** Where the vault's master key lies; null: beside the vault's directory. */
  masterKeyPath: string | null
  /** Folders with the declared schemas of data sets. */
  schemaDirs: readonly string[]
  consoleDir: string
  portalDir: string
  /** Requests that one session or address may make in a minute. */
  requestsPerMinute: number
  /** Whether drafts may be tried in a preview space; off unless switched on. */
  preview?: boolean
  /** Outside platforms whose parts are played on this machine, by their names; none outside the demonstration. */
  standIns?: readonly string[]
  demonstration: { password: string; startDate: string; cityDir: string } | null
}

/** A setting under which the platform must not start; the message says which and what to do. */
export class ConfigRefused extends Error {
  readonly code = 'configuration-refused'
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DEFAULT_PORT = 8_026
const PORT_MAX = 65_535
const REQUESTS_PER_MINUTE = 3_000
/** The first day on which the demonstration's rules are in force; its clock moves forward from there. */
const DEMONSTRATION_START = '2026-06-08'
const DEMONSTRATION_PASSWORD = 'gongshu-demo-2026'
const DEMONSTRATION_ORIGIN = 'gongshu.localhost/evidence'

/**
 * Reads the settings from the environment: GONGSHU_MODE, GONGSHU_DATA, DATABASE_URL, GONGSHU_HOST, GONGSHU_PORT,
 * GONGSHU_CITY, GONGSHU_REGION, GONGSHU_EVIDENCE_ORIGIN, GONGSHU_MASTER_KEY, GONGSHU_PACKS (the folder of rule packs), GONGSHU_PREVIEW (`on`: a preview space for drafts), and for the demonstration GONGSHU_DEMONSTRATION_PASSWORD and
 * GONGSHU_DEMONSTRATION_START.
 *
 * @throws ConfigRefused in production without its own settings, or with any of the demonstration's.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ServerConfig {
  const mode = env['GONGSHU_MODE'] ?? 'demonstration'
  if (mode !== 'demonstration' && mode !== 'production') throw new ConfigRefused(`GONGSHU_MODE 应为 demonstration 或 production，现为“${mode}”。`)
  const common = {
    dataDir: resolve(env['GONGSHU_DATA'] ?? join(ROOT, '.data')),
    databaseUrl: env['DATABASE_URL'] === undefined || env['DATABASE_URL'] === '' ? null : env['DATABASE_URL'],
    host: env['GONGSHU_HOST'] ?? '127.0.0.1',
    port: portOf(env['GONGSHU_PORT']),
    packsDir: resolve(env['GONGSHU_PACKS'] ?? join(ROOT, 'packs')),
    scenariosFile: join(ROOT, 'docs', 'conformance', 'scenarios.json'),
    calendarDir: join(ROOT, 'packs', 'national-holidays'),
    masterKeyPath: env['GONGSHU_MASTER_KEY'] ?? null,
    schemaDirs: [join(ROOT, 'demo', 'data'), join(ROOT, 'demo', 'enterprises'), join(ROOT, 'demo', 'persons')],
    consoleDir: join(ROOT, 'dist', 'console'),
    portalDir: join(ROOT, 'dist', 'portal'),
    requestsPerMinute: REQUESTS_PER_MINUTE,
    preview: env['GONGSHU_PREVIEW'] === 'on',
  }
  return mode === 'production' ? productionConfig(env, common) : demonstrationConfig(env, common)
}

type Common = Omit<ServerConfig, 'mode' | 'city' | 'region' | 'evidenceOrigin' | 'demonstration'>

function productionConfig(env: Readonly<Record<string, string | undefined>>, common: Common): ServerConfig {
  const ofDemonstration = Object.keys(env).filter((name) => name.startsWith('GONGSHU_DEMONSTRATION_'))
  if (ofDemonstration.length > 0) throw new ConfigRefused(`正式环境不得使用演示设置，请去掉：${ofDemonstration.join('、')}。`)
  const [city, evidenceOrigin] = [env['GONGSHU_CITY'], env['GONGSHU_EVIDENCE_ORIGIN']]
  if (city === undefined || city === '') throw new ConfigRefused('正式环境须以 GONGSHU_CITY 写明城市名称。')
  const region = env['GONGSHU_REGION']
  if (region === undefined || !/^\d{6}$/.test(region)) throw new ConfigRefused('正式环境须以 GONGSHU_REGION 写明本地区的行政区划代码（六位数字）。')
  if (evidenceOrigin === undefined || evidenceOrigin === '' || evidenceOrigin === DEMONSTRATION_ORIGIN) {
    throw new ConfigRefused('正式环境须以 GONGSHU_EVIDENCE_ORIGIN 写明存证日志自己的名称（主机名和路径，不含协议），不得沿用演示名称。')
  }
  return { ...common, mode: 'production', city, region, evidenceOrigin, demonstration: null }
}

function demonstrationConfig(env: Readonly<Record<string, string | undefined>>, common: Common): ServerConfig {
  if (!isLoopback(common.host)) throw new ConfigRefused(`演示环境的账号和口令是公开的，只能在本机提供服务，不能监听 ${common.host}。请去掉 GONGSHU_HOST，或者按正式环境部署。`)
  const startDate = env['GONGSHU_DEMONSTRATION_START'] ?? DEMONSTRATION_START
  if (!isLegalDate(startDate)) throw new ConfigRefused(`GONGSHU_DEMONSTRATION_START 应为日期（年-月-日），现为“${startDate}”。`)
  return {
    ...common,
    mode: 'demonstration',
    city: env['GONGSHU_CITY'] ?? null,
    region: env['GONGSHU_REGION'] ?? null,
    evidenceOrigin: env['GONGSHU_EVIDENCE_ORIGIN'] ?? DEMONSTRATION_ORIGIN,
    demonstration: { password: env['GONGSHU_DEMONSTRATION_PASSWORD'] ?? DEMONSTRATION_PASSWORD, startDate, cityDir: join(ROOT, 'demo', 'city') },
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) throw new ConfigRefused(`GONGSHU_PORT 应为 0 至 ${PORT_MAX} 的整数，现为“${text}”。`)
  return port
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) !== 0 && host.startsWith('127.'))
}

/** Where the platform's own database lies. */
export function embeddedDataDir({ dataDir }: Pick<ServerConfig, 'dataDir'>): string {
  return join(dataDir, 'database')
}
