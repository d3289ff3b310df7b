import { spawn } from 'node:child_process'
import { childCommand, childStreams, handFilter, type IsolationMode, type RuntimePaths } from '#adapters/sandbox/child-command.ts'

/** How children are isolated on this machine, in words for the posture page. */
export interface SandboxPosture {
  readonly mode: IsolationMode
  /** Chinese sentences: what is in force, and what is missing. */
  readonly inForce: readonly string[]
  readonly missing: readonly string[]
}

const ENGINE_WALL = '数据库引擎已锁定：不能读写文件、不能联网、不能加载扩展、不能更改设置'
const TYPED_PIPE = '结果只能以带类型的数据经管道返回，作业不能输出文件'
const RESOURCE_LIMITS = '内存、处理器时间、打开文件数、文件大小和进程数有上限，禁止内存转储'
const SEPARATE_PROCESS = '每个作业使用独立进程，超时强制结束，崩溃不影响平台'

/** The process that reads supplied files stands behind the same walls as a job. */
const READER_WALLED = '解析供给文件的进程与作业进程同样隔离，不持有密钥，只能写入自身的内存空间且大小有上限'
const READER_KEYLESS = '解析供给文件的进程是独立进程，不持有密钥'
const READER_ROOM_OPEN = '解析供给文件的进程所写的临时目录没有大小上限'
const SAME_USER = '作业进程与平台使用同一系统用户，未与平台的文件、进程和网络隔离，仅靠引擎锁定阻止访问'
const READER_OPEN = '解析供给文件的进程未与平台的文件、进程和网络隔离，文件如能控制该进程，即可读取平台的文件和密钥'
const NO_FILTER = '未启用系统调用过滤（seccomp）'
const IN_BUBBLE = [
  SEPARATE_PROCESS, ENGINE_WALL, TYPED_PIPE, RESOURCE_LIMITS,
  '作业进程运行在独立的用户、进程、网络、挂载命名空间中，看不到平台的文件、进程和网络',
  '作业进程以无权限用户运行，全部特权能力已去除，环境变量已清空，输入文件只读，没有可写入的位置',
  READER_WALLED,
]

const POSTURES: Readonly<Record<IsolationMode, Omit<SandboxPosture, 'mode'>>> = {
  'bubblewrap-filtered': {
    inForce: [
      ...IN_BUBBLE,
      '系统调用按清单放行（seccomp）：作业进程不能新建进程、网络连接和命名空间，不能跟踪其他进程或读取其内存',
    ],
    missing: [],
  },
  bubblewrap: { inForce: IN_BUBBLE, missing: [NO_FILTER] },
  'unshare-setpriv': {
    inForce: [
      SEPARATE_PROCESS, ENGINE_WALL, TYPED_PIPE, RESOURCE_LIMITS,
      '作业进程运行在独立的网络、进程和挂载命名空间中，以无权限用户运行，环境变量已清空',
      READER_KEYLESS,
    ],
    missing: ['作业进程和解析供给文件的进程仍能看到主机上允许任何用户读取的文件', READER_ROOM_OPEN, NO_FILTER],
  },
  'limits-only': {
    inForce: [SEPARATE_PROCESS, ENGINE_WALL, TYPED_PIPE, RESOURCE_LIMITS, '环境变量已清空', READER_KEYLESS],
    missing: [
      SAME_USER,
      READER_OPEN,
      READER_ROOM_OPEN,
      '请安装 bubblewrap（bwrap）并允许用户命名空间，否则不宜处理敏感数据',
    ],
  },
  plain: {
    inForce: [SEPARATE_PROCESS, ENGINE_WALL, TYPED_PIPE, '环境变量已清空', READER_KEYLESS],
    missing: [
      SAME_USER,
      READER_OPEN,
      READER_ROOM_OPEN,
      '内存和处理器时间没有系统级上限，仅由引擎和平台的计时器控制',
      '请安装 util-linux（prlimit）和 bubblewrap（bwrap），否则不宜处理敏感数据',
    ],
  },
}

const BY_STRENGTH: readonly IsolationMode[] = ['bubblewrap-filtered', 'bubblewrap', 'unshare-setpriv', 'limits-only', 'plain']
const PROBE_LIMITS = { memoryMb: 64, seconds: 5, threads: 1 }

let probed: Promise<SandboxPosture> | null = null

/** The strongest isolation that works here, tried out once for each process by starting a real child in it. */
export function sandboxPosture(): Promise<SandboxPosture> {
  probed ??= probe()
  return probed
}

/** What a mode means, for showing postures other than the one in force. */
export function describePosture(mode: IsolationMode): SandboxPosture {
  return { mode, ...POSTURES[mode] }
}

async function probe(): Promise<SandboxPosture> {
  for (const mode of BY_STRENGTH) {
    if (await starts(mode)) return describePosture(mode)
  }
  throw new Error('没有可用的作业进程：连不加隔离的子进程也无法启动。请检查 Node.js 与 @duckdb/node-api 的安装。')
}

function starts(mode: IsolationMode): Promise<boolean> {
  const paths: RuntimePaths = { script: 'probe-child.mjs', inputDirectory: null }
  const from = childCommand(mode, paths, PROBE_LIMITS)
  if (mode === 'bubblewrap-filtered' && from.filter === null) return Promise.resolve(false)
  return new Promise((resolve) => {
    const child = spawn(from.command, [...from.args], { env: {}, stdio: childStreams(from), detached: true, timeout: 10_000, killSignal: 'SIGKILL' })
    handFilter(child, from)
    let said = ''
    child.stdout?.on('data', (part: Buffer) => { said += part.toString('utf8') })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0 && said === 'engine-found'))
  })
}
