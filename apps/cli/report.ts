import { inTransaction } from '#adapters/postgres/transaction.ts'
import { verifyReport } from '#adapters/evidence/signed-report.ts'
import type { ReportSignature } from '#adapters/evidence/signed-report.ts'
import { readJob } from '#capabilities/operation/environment/environment.store.ts'
import { rederiveReport } from '#capabilities/operation/environment/rederive-report.job.ts'
import { configOf } from './start.ts'
import { existing, withStoppedPlatform } from './stopped-platform.ts'

const WRONG_USE = 2
/** Differences told one by one; the rest are counted. */
const DIFFERENCES_SHOWN = 50

const SIGNATURES: Readonly<Record<ReportSignature, string>> = {
  valid: '签名有效', 'report-changed': '报告与签名所载摘要不符', 'signature-invalid': '签名无效', 'no-known-key': '签名所用密钥不在平台公钥之列',
}

/**
 * Checks the signature of a stored job's report and derives the report anew by its recipe; says identical, or where not.
 * Opens the data of GONGSHU_DATA by itself: the platform must not be running on the same directory.
 * @returns 0 where the signature holds and both are identical to the letter
 */
export async function reportCommand(args: readonly string[], print: (line: string) => void): Promise<number> {
  const [id, another] = args
  if (id === undefined || another !== undefined) {
    print('用法：npm run gongshu -- report <作业编号>')
    return WRONG_USE
  }
  return withStoppedPlatform(await existing(configOf(process.env)), print, async (platform) => {
    const job = await inTransaction(platform.db, { as: 'system' }, (tx) => readJob(tx, id))
    if (job === null) {
      print(`没有作业 ${id}。`)
      return 1
    }
    const signature = job.reportNote === null ? null : verifyReport(job.reportNote, job.id, job.report, platform.keys.publicKeys)
    print(signature === null ? '报告没有签名。' : `${SIGNATURES[signature]}。`)
    const answer = await rederiveReport(platform.operation.jobs, job)
    if (answer.outcome === 'impossible') print(`无法重新得出：${answer.message}`)
    if (answer.outcome === 'identical') print('重新得出的检查报告与所存报告逐字相同。')
    if (answer.outcome === 'differs') {
      print(`重新得出的检查报告与所存报告有 ${answer.differences.length} 处不同：`)
      for (const { path, stored, derived } of answer.differences.slice(0, DIFFERENCES_SHOWN)) print(`  ${path}：所存 ${stored}，重新得出 ${derived}`)
    }
    return signature === 'valid' && answer.outcome === 'identical' ? 0 : 1
  })
}
