import type { ChildProcess } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GIVING_WAY } from '#adapters/sandbox/give-way.ts'
import { prlimitArguments, type ProcessLimits } from '#adapters/sandbox/limits.ts'
import { systemCallFilter } from '#adapters/sandbox/system-call-filter.ts'

/** From strong to weak; see posture.ts for what each gives and lacks. */
export type IsolationMode = 'bubblewrap-filtered' | 'bubblewrap' | 'unshare-setpriv' | 'limits-only' | 'plain'

export interface RuntimePaths {
  /** File name of the child's script in this folder, or the full path of a program in one file that needs nothing but the engine. */
  readonly script: string
  /** Host directory with the job's input files, seen by the child as INPUT_DIRECTORY under bubblewrap; null for none. */
  readonly inputDirectory: string | null
  /**
   * The one place the child may write to; absent: none. Under bubblewrap it is memory of its own of so many bytes and
   * `directory` stays untouched; the weaker modes write into `directory`, whose size nothing limits.
   */
  readonly workplace?: { readonly directory: string; readonly bytes: number }
  /** Whether the child gives way to the server and its database where they want the processors. */
  readonly givesWay?: boolean
  /** The only processors that it may use, as taskset lists them; null or absent: all. */
  readonly processors?: string | null
}

export interface ChildCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Directory in which the child finds the input files. */
  readonly inputsSeenAt: string
  /** Where the child finds its workplace; empty where it has none. */
  readonly workSeenAt: string
  /** What the isolating program reads on FILTER_DESCRIPTOR; null where there is no filter. */
  readonly filter: Buffer | null
  /** Whether its session is to give way; whoever starts the child sees to it. */
  readonly givesWay?: boolean
}

/** The descriptor behind standard input, output and error. */
const FILTER_DESCRIPTOR = 3
const HERE = dirname(fileURLToPath(import.meta.url))
const INPUT_DIRECTORY = '/inputs'
const WORK_DIRECTORY = '/work'
const RUNTIME = '/runtime'
/** What a child's script is made of, beside itself. */
const PARTS: Readonly<Record<string, readonly string[]>> = { 'job-child.mjs': ['job-engine.mjs', 'job-service.mjs', 'loaded-tables.mjs', 'nested-values.mjs', 'probe-runs.mjs'] }
/** uid and gid of "nobody" on Linux. */
const NOBODY = '65534'
/** V8's own heap in MiB; rows pass through it in chunks. */
const HEAP_MB = 256
const nodeFlags = (limits: ProcessLimits): readonly string[] => [`--max-old-space-size=${limits.heapMb ?? HEAP_MB}`, '--no-warnings', '--disallow-code-generation-from-strings']

/**
 * The command line that starts a child under an isolation mode.
 * The runtime is bound file by file: no shell, no /etc, no home, nothing of the platform but the child's own script.
 */
export function childCommand(mode: IsolationMode, paths: RuntimePaths, limits: ProcessLimits): ChildCommand {
  const limited = [...onProcessors(paths.processors ?? null), ...(paths.givesWay === true ? ['nice', '-n', String(GIVING_WAY)] : []), 'prlimit', ...prlimitArguments(limits)]
  const plainNode = [process.execPath, ...nodeFlags(limits), isAbsolute(paths.script) ? paths.script : join(HERE, paths.script)]
  const inBubble = mode === 'bubblewrap' || mode === 'bubblewrap-filtered'
  const seen = {
    givesWay: paths.givesWay === true,
    inputsSeenAt: inBubble ? INPUT_DIRECTORY : (paths.inputDirectory ?? ''),
    workSeenAt: paths.workplace === undefined ? '' : inBubble ? WORK_DIRECTORY : paths.workplace.directory,
  }
  switch (mode) {
    case 'bubblewrap-filtered':
    case 'bubblewrap': {
      const filter = mode === 'bubblewrap' ? null : systemCallFilter(process.arch, paths.workplace !== undefined)
      const filtering = filter === null ? [] : ['--seccomp', String(FILTER_DESCRIPTOR)]
      const inside = [`${RUNTIME}/node`, ...nodeFlags(limits), `${RUNTIME}/child/${basename(paths.script)}`]
      // The limits are set outside: bubblewrap and the child inherit them, and no tool has to be bound into the sandbox.
      return split([...limited, 'bwrap', ...bubblewrapArguments(paths), ...filtering, ...inside], seen, filter)
    }
    case 'unshare-setpriv': {
      const asRoot = process.getuid?.() === 0
      const user = asRoot ? [] : ['--user', '--map-current-user']
      const drop = asRoot
        ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
        : ['setpriv', '--no-new-privs']
      const namespaces = ['unshare', ...user, '--net', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc']
      return split([...limited, ...namespaces, ...drop, ...plainNode], seen)
    }
    case 'limits-only': return split([...limited, ...plainNode], seen)
    case 'plain': return split(plainNode, seen)
  }
}

function split(words: readonly string[], seen: Pick<ChildCommand, 'inputsSeenAt' | 'workSeenAt' | 'givesWay'>, filter: Buffer | null = null): ChildCommand {
  const [command = '', ...args] = words
  return { command: systemTool(command), args: args.map((word) => (TOOLS.has(word) ? systemTool(word) : word)), ...seen, filter }
}

const TOOLS = new Set(['taskset', 'nice', 'prlimit', 'bwrap', 'unshare', 'setpriv'])

/** Nothing where the system has no such tool: the child then uses all of them. */
function onProcessors(list: string | null): readonly string[] {
  return list === null || systemTool('taskset') === 'taskset' ? [] : ['taskset', '-c', list]
}

/** Children start with an empty environment, so tools are named by their full path. */
function systemTool(name: string): string {
  if (!TOOLS.has(name)) return name
  return ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin'].map((place) => join(place, name)).find((path) => existsSync(path)) ?? name
}

function bubblewrapArguments(paths: RuntimePaths): readonly string[] {
  const files = isAbsolute(paths.script) ? [paths.script] : [paths.script, 'child-frames.mjs', ...(PARTS[paths.script] ?? [])].map((file) => join(HERE, file))
  const libraries = ['/usr/lib', '/usr/lib64', '/lib', '/lib64'].filter((path) => existsSync(path))
  return [
    // No --new-session: whoever starts the child gives it a session without a terminal, and the processors are shared by sessions.
    '--unshare-user', '--unshare-all', '--disable-userns', '--uid', NOBODY, '--gid', NOBODY, '--hostname', 'job',
    '--die-with-parent', '--cap-drop', 'ALL', '--clearenv', '--setenv', 'MALLOC_ARENA_MAX', '2',
    ...libraries.flatMap((path) => ['--ro-bind', realpathSync(path), path]),
    '--ro-bind', realpathSync(process.execPath), `${RUNTIME}/node`,
    ...enginePackages().flatMap(([name, path]) => ['--ro-bind', path, `${RUNTIME}/node_modules/${name}`]),
    ...files.flatMap((file) => ['--ro-bind', file, `${RUNTIME}/child/${basename(file)}`]),
    ...(paths.inputDirectory === null ? [] : ['--ro-bind', paths.inputDirectory, INPUT_DIRECTORY]),
    // No other place to write to, neither a file nor shared memory.
    ...(paths.workplace === undefined ? [] : ['--perms', '0700', '--size', String(paths.workplace.bytes), '--tmpfs', WORK_DIRECTORY]),
    '--proc', '/proc', '--remount-ro', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--chdir', '/', '--remount-ro', '/',
  ]
}

/** The engine's packages with their real places: the API, the loader, the native library of this machine, and one helper. */
function enginePackages(): readonly (readonly [string, string])[] {
  const fromHere = createRequire(import.meta.url)
  const apiRoot = dirname(fromHere.resolve('@duckdb/node-api/package.json'))
  const scope = dirname(apiRoot)
  const fromBindings = createRequire(join(scope, 'node-bindings', 'package.json'))
  const helper = dirname(fromBindings.resolve('detect-libc/package.json'))
  return [['@duckdb', realpathSync(scope)], ['detect-libc', realpathSync(helper)]]
}

/** Standard streams as pipes, and one more for the filter where there is one. */
export function childStreams(command: ChildCommand): 'pipe'[] {
  return Array.from({ length: command.filter === null ? FILTER_DESCRIPTOR : FILTER_DESCRIPTOR + 1 }, () => 'pipe')
}

/** Hands the filter over; a child that could not start has nobody to take it, and says so by its end. */
export function handFilter(child: ChildProcess, command: ChildCommand): void {
  const stream = child.stdio[FILTER_DESCRIPTOR]
  if (command.filter === null || !(stream instanceof Socket)) return
  stream.on('error', () => stream.destroy())
  stream.resume()
  stream.end(command.filter)
}
