import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RegisterAct } from '#adapters/identity/register.ts'
import { firstPassword, hashPassword } from '#adapters/identity/passwords.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { CityFilesRefused, readCity } from '#apps/api/city-files.ts'
import type { CityFiles } from '#apps/api/city-files.ts'
import { enterCity, officesOf, registeredCity } from '#apps/api/enter-city.ts'
import type { CityEnrolment } from '#apps/api/enter-city.ts'
import type { Platform } from '#apps/api/platform.ts'
import { planEnrolment } from '#capabilities/governance/organizations/enrolment.ts'
import { configOf } from './start.ts'
import { withStoppedPlatform } from './stopped-platform.ts'

const USE = `由文件登记单位、岗位和人员（正式环境；演示城市的单位和人员随启动建立）：
  npm run gongshu -- enrol <文件夹>            登记其中 organizations.yaml 和 persons.yaml 写明而尚未登记的单位、岗位和人员
  npm run gongshu -- enrol <文件夹> --check    只核对文件，说明将登记什么，不作改动
文件的写法见 demo/city。三名管理员（system-administrator、security-administrator、audit-administrator）写在 persons.yaml，各为一人。
初始口令逐人生成，写入只有本机当前用户可读的文件，首次登录须另设口令；口令发给本人后请删除该文件。
已登记的不作改动，由安全管理员在“人员与岗位”页办理。先停止使用同一数据目录的平台。`

const WRONG_USE = 2
const OWNER_ONLY_FILE = 0o600

/** Exit code 0 where the register now holds what the files say; nothing is written where one line of them is refused. */
export async function enrolCommand(args: string[], env: Readonly<Record<string, string | undefined>>, print: (line: string) => void): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  const [folder, ...more] = positionals
  if (values.help === true || folder === undefined || more.length > 0) {
    print(USE)
    return WRONG_USE
  }
  const config = configOf(env)
  if (config.demonstration !== null) {
    print('演示城市的单位和人员随启动建立，不另行登记。登记正式的单位和人员，请设 GONGSHU_MODE=production 及所需设置（npm run gongshu -- help）。')
    return 1
  }
  const city = await readCity(folder).catch((error: unknown) => {
    if (!(error instanceof CityFilesRefused)) throw error
    print(`没有登记：${error.message}［${error.code}］`)
    return null
  })
  if (city === null) return 1
  return withStoppedPlatform(config, print, (platform) => enrol(platform, city, values.check === true, print))
}

async function enrol(platform: Platform, city: CityFiles, onlyCheck: boolean, print: (line: string) => void): Promise<number> {
  const planned = await plannedFor(platform, city)
  if ('faults' in planned) {
    for (const { place, message, cure, code } of planned.faults) print(`${place}：${message}${cure}［${code}］`)
    print(`没有登记：文件有 ${planned.faults.length} 处须改正，登记未作任何改动。`)
    return 1
  }
  const { plan } = planned
  tell(plan, print)
  if (onlyCheck || plan.organizations.length + plan.holdings.length + plan.persons.length === 0) return 0
  const passwords = new Map(plan.persons.map(({ login }) => [login, firstPassword()]))
  // Written before the register is: a password that nobody can read would lock its person out.
  const file = passwords.size === 0 ? null : await keepPasswords(platform, plan, passwords)
  try {
    await write(platform, city, passwords)
  } catch (error) {
    if (file !== null) await rm(file)
    throw error
  }
  print('已登记，各项岗位和权限均已存证。')
  if (file !== null) print(`初始口令在 ${file}（只有当前用户可读）。请分别发给本人，然后删除该文件。`)
  return 0
}

type Planned = ReturnType<typeof planEnrolment<CityFiles['organizations'][number], CityFiles['persons'][number]>>

function plannedFor({ db, clock, packs }: Platform, city: CityFiles): Promise<Planned> {
  return inTransaction(db, { as: 'system' }, async (tx) => planEnrolment(city, await registeredCity(tx, await clock.today(tx)), officesOf(packs)))
}

/** Plans once more within the transaction that writes: the register may have changed since it was shown. Returns when the entries are durable. */
async function write({ db, clock, packs, evidence }: Platform, city: CityFiles, passwords: ReadonlyMap<string, string>): Promise<void> {
  const hashes = new Map(await Promise.all([...passwords].map(async ([login, password]) => [login, await hashPassword(password)] as const)))
  let entries: string[] = []
  await inTransaction(db, { as: 'system' }, async (tx) => {
    entries = []
    const act: RegisterAct = { person: 'platform', organization: 'platform', today: await clock.today(tx), now: clock.now(), entered: (entry) => entries.push(entry) }
    const planned = planEnrolment(city, await registeredCity(tx, act.today), officesOf(packs))
    if ('faults' in planned) throw new Error('登记在核对之后又有变化，没有登记；请再运行一次。')
    await enterCity(tx, planned.plan, { demonstration: false, idOf: () => undefined, passwordHashOf: (login) => hashOf(hashes, login) }, act)
  })
  evidence.poke()
  await Promise.all(entries.map((entry) => evidence.waitFor(entry)))
}

function hashOf(hashes: ReadonlyMap<string, string>, login: string): string {
  const found = hashes.get(login)
  if (found === undefined) throw new Error(`登记在核对之后又有变化（账号 ${login}），没有登记；请再运行一次。`)
  return found
}

function tell({ organizations, holdings, persons, there }: CityEnrolment, print: (line: string) => void): void {
  for (const { id, name } of organizations) print(`单位　${name}（${id}）`)
  for (const { organization, office } of holdings) print(`岗位　${organization.name}：${office}（${organization.holds.decision_number}，自 ${organization.holds.from} 起）`)
  for (const { login, name, organization, offices } of persons) print(`人员　${name}（${login}，${organization}）：${offices.join('、')}`)
  print(`共 ${organizations.length} 个单位、${holdings.length} 项岗位、${persons.length} 名人员待登记；已登记的 ${there} 项不作改动。`)
}

/** A new file of the owner's alone; answers its path. */
async function keepPasswords({ config, clock }: Platform, { persons }: CityEnrolment, passwords: ReadonlyMap<string, string>): Promise<string> {
  const path = join(config.dataDir, `first-passwords-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}.txt`)
  const file = await open(path, 'wx', OWNER_ONLY_FILE)
  try {
    await file.writeFile(persons.map(({ login, name, organization }) => `${organization}\t${name}\t${login}\t${passwords.get(login) ?? ''}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  return path
}
