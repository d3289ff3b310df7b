import { parseArgs } from 'node:util'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Platform } from '#apps/api/platform.ts'
import { rederive } from '#capabilities/operation/environment/rederive.job.ts'
import type { Rederivation } from '#capabilities/operation/environment/rederive.job.ts'
import { readRelease } from '#capabilities/operation/environment/release-binding.store.ts'
import { configOf } from './start.ts'
import { existing, withStoppedPlatform } from './stopped-platform.ts'

const USE = `由所绑定的输入重新得出已出域的结果，逐字节比对：
  npm run gongshu -- rederive <出域编号或者出域事项编号…>
  npm run gongshu -- rederive --all        逐一核对全部出域结果
数据目录为 GONGSHU_DATA；先停止使用同一数据目录的平台，或者由审核人在作业页面上核对。`

const OUTCOMES: Readonly<Record<Rederivation['outcome'], string>> = { identical: '逐字节相同', differs: '不符', impossible: '不能重新得出' }
const WRONG_USE = 2

/** Exit code 0 only where every release came out byte for byte; each re-derivation is an entry of evidence of the platform. */
export async function rederiveCommand(args: string[], env: Readonly<Record<string, string | undefined>>, print: (line: string) => void): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { all: { type: 'boolean' } }, allowPositionals: true })
  if (values.all !== true && positionals.length === 0) {
    print(USE)
    return WRONG_USE
  }
  return withStoppedPlatform(await existing(configOf(env)), print, async (platform) => {
    const wanted = values.all === true ? await everyRelease(platform) : positionals
    const answers: boolean[] = []
    for (const id of wanted) answers.push(await one(platform, id, print))
    print(`共 ${answers.length} 项，逐字节相同 ${answers.filter(Boolean).length} 项。`)
    return answers.every(Boolean) ? 0 : 1
  })
}

async function everyRelease({ db }: Platform): Promise<string[]> {
  const rows = await inTransaction(db, { as: 'system' }, (tx) => tx.selectFrom('release').select('id').orderBy('released_on').orderBy('id').execute())
  return rows.map(({ id }) => id)
}

async function one(platform: Platform, id: string, print: (line: string) => void): Promise<boolean> {
  const release = await inTransaction(platform.db, { as: 'system' }, (tx) => readRelease(tx, id))
  if (release === null) {
    print(`${id}：没有这一出域结果。`)
    return false
  }
  const { outcome, findings, entry } = await rederive(platform.operation.jobs, release, { person: 'platform', organization: 'platform', office: 'platform' })
  print(`${release.id}（${release.title}，${release.releasedOn}）：${OUTCOMES[outcome]}。存证 ${entry}`)
  for (const { code, message } of findings) print(`  ${message}［${code}］`)
  return outcome === 'identical'
}
