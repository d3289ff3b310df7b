import { readFile } from 'node:fs/promises'

const LOOK_MS = 100
const KIB_PER_MB = 1_024

/** The most that each kind of process held at once, while it is watched: the process itself, and those below it by their program. */
export class HeldMemory {
  readonly #root: number
  readonly #kindOf: (commandLine: string) => string | null
  readonly #peaks = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  /** @param kindOf names the kind of a process below `root` by its command line; null where it does not count */
  constructor(root: number, kindOf: (commandLine: string) => string | null) {
    this.#root = root
    this.#kindOf = kindOf
    this.#timer = setInterval(() => void this.#look(String(root)), LOOK_MS)
  }

  /** MB, of the kernel's resident set. */
  peakMb(kind: string): number {
    return (this.#peaks.get(kind) ?? 0) / KIB_PER_MB
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(pid: string): Promise<void> {
    const kind = pid === String(this.#root) ? 'server' : this.#kindOf(await text(`/proc/${pid}/cmdline`))
    const held = Number(/VmRSS:\s+(\d+)/.exec(await text(`/proc/${pid}/status`))?.[1] ?? 0)
    if (kind !== null) this.#peaks.set(kind, Math.max(this.#peaks.get(kind) ?? 0, held))
    for (const child of (await text(`/proc/${pid}/task/${pid}/children`)).trim().split(' ')) if (child !== '') await this.#look(child)
  }
}

/** Empty where the process has ended since. */
function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
