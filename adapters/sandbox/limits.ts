/** What one job may use. The supervisor ends it at `seconds`, and kills it two seconds later if it has not ended. */
export interface JobLimits {
  /** Memory of the engine in MiB; the process may map ADDRESS_SPACE_BASE_MB more. */
  readonly memoryMb: number
  /** Wall time from the hand-over of the job to its last row, loading included. */
  readonly seconds: number
  readonly threads: number
  /** Rows, bytes and bytes of one cell of a result. */
  readonly maxRows: number
  readonly maxBytes: number
  readonly maxCellBytes: number
}

/** Platform defaults, sized for two cores; an operator sets others in the job request. */
export const DEFAULT_JOB_LIMITS: JobLimits = {
  memoryMb: 1024,
  seconds: 60,
  threads: 2,
  maxRows: 100_000,
  maxBytes: 32 * 1024 * 1024,
  maxCellBytes: 1000,
}

/** MiB of address space that Node and the engine map before any job; measured 860, rounded up for threads and buffers. */
export const ADDRESS_SPACE_BASE_MB = 1536
const BYTES_PER_MB = 1024 * 1024
/** Grace between the interrupt and the kill. */
export const KILL_GRACE_MS = 2000

/** What one child process may use, whatever it does. */
export interface ProcessLimits extends Pick<JobLimits, 'memoryMb' | 'seconds' | 'threads'> {
  /** V8's own heap in MiB, where the usual one is too small. */
  readonly heapMb?: number
  /** Bytes of one file, for a child that has a workplace. */
  readonly fileBytes?: number
}

/** The resource limits of the process, as arguments of prlimit. A child without a workplace writes no file; none leaves a core or opens many. */
export function prlimitArguments(limits: ProcessLimits): readonly string[] {
  return [
    `--as=${(ADDRESS_SPACE_BASE_MB + limits.memoryMb) * BYTES_PER_MB}`,
    // A process that escapes the supervisor's clock still ends; start and loading are not free, hence the addition.
    `--cpu=${Math.ceil(limits.seconds * limits.threads) + 10}`,
    '--core=0',
    '--nofile=128',
    `--fsize=${limits.fileBytes ?? 16 * BYTES_PER_MB}`,
    '--nproc=512',
  ]
}
