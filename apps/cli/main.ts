import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startEverything } from './start.ts'

const HELP = `公枢：公共数据资源授权运营平台

  npm start                          启动演示城市（默认只在本机，数据在 ./data）
  npm run gongshu -- start           同上；设 GONGSHU_MODE=production 为正式环境
  npm run journey                    不开网页，只经接口讲完从实施方案到退出的全过程，最后离线验证存证
      -- --url <地址>                对一个已启动的演示环境讲
      -- --to-service                讲到产品投入使用为止，留下可以登录继续办理的城市（不加的，讲到终止和退出）
      -- --data <目录>               自己启动时用的数据目录（默认 ./data/journey）；其中已有数据的，加 --again 接着讲下一个故事
      -- --bundle <文件>             留下存证包，以后可用 verify 再验
  npm run gongshu -- rules show <规则包>   打印规则包：谁、在多少日内、依据哪一条、做什么
  npm run gongshu -- rules diff <甲> <乙>   对照两个规则包；rules worst-case [规则包…]   从需求到数据的最长路径
  npm run gongshu -- rules simulate <存证包> <规则包>   把已办事项按另一规则包重办
  npm run gongshu -- rules new <文本文件> <文件夹>   由规定的文本起草规则包
  npm run gongshu -- enrol <文件夹>  正式环境：由文件登记单位、岗位和人员（含首批管理员）；--check 只核对
  npm run gongshu -- rederive <出域编号…>   由所绑定的输入重新得出已出域的结果，逐字节比对；--all 核对全部
  npm run gongshu -- marks           更换计算引擎后，由原输入重新得出此前出域结果的比对标记；不能重新得出的，记录主管机关的决定（--help）
  npm run gongshu -- verify <存证包> --keys <公钥文件>   离线验证存证包
  npm run gongshu -- report <作业编号>   核对作业检查报告的签名，并按报告所载方法重新得出，逐项对照（平台停止时使用）
  npm run gongshu -- help            本说明

设置（环境变量）：GONGSHU_MODE、GONGSHU_DATA、GONGSHU_HOST、GONGSHU_PORT、GONGSHU_CITY、GONGSHU_REGION、GONGSHU_EVIDENCE_ORIGIN、
GONGSHU_MASTER_KEY、GONGSHU_INTEGRATED_PLATFORM、DATABASE_URL；其他对接平台的地址见 docs/ports。`

const WRONG_USE = 2

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const complain = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const [command = 'help', ...rest] = process.argv.slice(2)
process.exitCode = await run(command, rest).catch((error: unknown) => {
  const wrongUse = isOptionError(error)
  complain(`${wrongUse ? '选项有误，没有执行：' : ''}${error instanceof Error ? error.message : String(error)}${wrongUse ? '。各命令的用法见 npm run gongshu -- help。' : ''}`)
  return wrongUse ? WRONG_USE : 1
})
// Children and pools are closed by now; what a library still holds must not keep the process. What was printed is
// written out first: a pipe takes a long page in parts.
process.stdout.write('', () => process.exit())

/** What the parser of options says of options that it does not know. */
function isOptionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

async function run(name: string, args: string[]): Promise<number> {
  switch (name) {
    case 'start':
      return start({ screens: !args.includes('--no-screens'), withParent: args.includes('--with-parent') })
    case 'journey': {
      const { journeyCommand } = await import('./journey.ts')
      return journeyCommand(args, print)
    }
    case 'rules': {
      const { rulesCommand } = await import('./rules.ts')
      return rulesCommand(args, print)
    }
    case 'enrol': {
      const { enrolCommand } = await import('./enrol.ts')
      return enrolCommand(args, process.env, print)
    }
    case 'rederive': {
      const { rederiveCommand } = await import('./rederive.ts')
      return rederiveCommand(args, process.env, print)
    }
    case 'marks': {
      const { marksCommand } = await import('./marks.ts')
      return marksCommand(args, process.env, print)
    }
    case 'verify':
      return verify(args)
    case 'report': {
      const { reportCommand } = await import('./report.ts')
      return reportCommand(args, print)
    }
    case 'help':
    case '--help':
      print(HELP)
      return 0
    default:
      complain(`没有“${name}”这一命令。\n\n${HELP}`)
      return WRONG_USE
  }
}

/**
 * Runs until a signal comes or a part ends by itself; then stops everything. `withParent`: also when the standard input
 * ends, which it does with the process that started this one, however that ended.
 */
async function start({ screens, withParent }: { screens: boolean; withParent: boolean }): Promise<number> {
  const asked = new Promise<'signal'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('signal'))
    if (withParent) process.stdin.resume().on('end', () => resolve('signal'))
  })
  const started = await startEverything({ env: process.env, screens, print })
  const why = await Promise.race([asked, started.broken])
  print(why === 'signal' ? '正在停止……' : `${why}，正在停止……`)
  await started.stop()
  print('已停止。')
  return why === 'signal' ? 0 : 1
}

/** Runs the offline verifier as a process of its own: it shares no code with the platform. */
async function verify(args: string[]): Promise<number> {
  const verifier = fileURLToPath(new URL('../verifier/verify.mjs', import.meta.url))
  const child = spawn(process.execPath, [verifier, ...args], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null] // what Node says of an exit
  return code ?? 1
}
