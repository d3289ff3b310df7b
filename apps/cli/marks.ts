import { parseArgs } from 'node:util'
import type { Platform } from '#apps/api/platform.ts'
import { decideMarks, ledgerStanding, renewMarks } from '#capabilities/operation/environment/renew-marks.job.ts'
import type { LedgerStanding } from '#capabilities/operation/environment/renew-marks.job.ts'
import { configOf } from './start.ts'
import { existing, withStoppedPlatform } from './stopped-platform.ts'

const USE = `更换计算引擎的版本后，由所绑定的输入重新得出此前出域结果的比对标记（逐项存证；中断后再次运行，从中断处继续）：
  npm run gongshu -- marks                 重新得出全部缺少的标记
  npm run gongshu -- marks --status        只看哪些出域结果缺少现行引擎的标记
标记不能重新得出的（例如输入已经销毁），在主管机关作出决定之前，其他作业的结果不能出域。有决定的，记录决定：
  npm run gongshu -- marks --set-aside <出域编号> --decided-by <机关> --document <文号>   不再与该结果比对，此后各作业均提示审查人
  npm run gongshu -- marks --keep <出域编号> --decided-by <机关> --document <文号>        原标记继续有效（限于其他结果的标记在两个版本之间逐字节相同的）
数据目录为 GONGSHU_DATA；先停止使用同一数据目录的平台。`

const WRONG_USE = 2

/** Exit code 0 only where every earlier release can be compared with, or was set aside by a recorded decision. */
export async function marksCommand(args: string[], env: Readonly<Record<string, string | undefined>>, print: (line: string) => void): Promise<number> {
  const asked = askedOf(args)
  if (asked === null) {
    print(USE)
    return WRONG_USE
  }
  return withStoppedPlatform(await existing(configOf(env)), print, (platform) => (asked.do === 'decide' ? decide(platform, asked, print) : renew(platform, asked.do === 'renew', print)))
}

type Asked = { do: 'renew' | 'status' } | { do: 'decide'; how: 'kept' | 'set-aside'; release: string; decidedBy: string; document: string }

function askedOf(args: string[]): Asked | null {
  const { values } = parseArgs({ args, options: { status: { type: 'boolean' }, 'set-aside': { type: 'string' }, keep: { type: 'string' }, 'decided-by': { type: 'string' }, document: { type: 'string' }, help: { type: 'boolean' } } })
  const { keep, document, 'set-aside': setAside, 'decided-by': decidedBy } = values
  if (values.help === true || (keep !== undefined && setAside !== undefined)) return null
  const release = keep ?? setAside
  if (release === undefined) return document === undefined && decidedBy === undefined ? { do: values.status === true ? 'status' : 'renew' } : null
  if (document === undefined || decidedBy === undefined || document.trim() === '' || decidedBy.trim() === '') return null
  return { do: 'decide', how: keep === undefined ? 'set-aside' : 'kept', release, decidedBy, document }
}

async function renew(platform: Platform, make: boolean, print: (line: string) => void): Promise<number> {
  const standing = await ledgerStanding(platform.operation.jobs)
  tell(standing, print)
  if (!make || standing.lacking.length === 0) return standing.lacking.length === 0 ? 0 : 1
  let [at, made, same] = [0, 0, 0]
  for await (const { release, title, outcome, findings, entry, ...one } of renewMarks(platform.operation.jobs, standing)) {
    at += 1
    made += outcome === 'renewed' ? 1 : 0
    same += one.same ? 1 : 0
    print(`［${at}/${standing.lacking.length}］${release}（${title}）：${outcome === 'renewed' ? `已重新得出${one.same ? '，与原标记逐字节相同' : ''}` : '不能重新得出'}。存证 ${entry}`)
    for (const { code, message } of findings) print(`  ${message}［${code}］`)
  }
  print(`共 ${standing.lacking.length} 项，重新得出 ${made} 项（其中与原标记逐字节相同 ${same} 项），不能重新得出 ${standing.lacking.length - made} 项。`)
  if (made < standing.lacking.length) print('不能重新得出的，其他作业的结果暂不能出域，须由主管机关决定；记录决定的办法见 npm run gongshu -- marks --help。')
  return made === standing.lacking.length ? 0 : 1
}

function tell({ engine, current, setAside, lacking }: LedgerStanding, print: (line: string) => void): void {
  print(`现行计算引擎 ${engine}：${current.length} 项出域结果有比对标记，${setAside.length} 项经决定不再比对，${lacking.length} 项缺少标记。`)
  for (const { release, marks } of lacking) print(`  缺少：${release}（原标记由 ${[...new Set(marks.map(({ kept }) => kept.engine))].join('、')} 得出）`)
}

async function decide(platform: Platform, { how, release, decidedBy, document }: Extract<Asked, { do: 'decide' }>, print: (line: string) => void): Promise<number> {
  const answer = await decideMarks(platform.operation.jobs, release, { how, decidedBy, document })
  print(answer.recorded ? `已记录“${decidedBy}”${document}的决定：${release}${how === 'kept' ? '的原标记继续有效' : '不再比对'}。存证 ${answer.entry}` : `没有记录：${answer.message}［${answer.code}］`)
  return answer.recorded ? 0 : 1
}
