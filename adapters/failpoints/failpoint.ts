import { destructionFailpoints } from '#adapters/vault/destroy.ts'

/** The variable that arms a failpoint in a child process of a test: `case.before-commit`, or `case.before-commit:3` for the third time. */
export const FAILPOINT_VARIABLE = 'GONGSHU_FAILPOINT'

/** Places that the city's daily work passes: around a step's commit, around a message's sending, and between the phases of a destruction. */
export const DAILY_FAILPOINTS: readonly string[] = ['case.before-commit', 'case.after-commit', 'outbox.before-send', 'outbox.after-send', ...destructionFailpoints]

/** Places around a trusted space's receipt, which only a supply to such a space passes. */
export const SPACE_FAILPOINTS: readonly string[] = ['space.announced', 'space.received']

/** Every place at which a process can be told to die. */
export const FAILPOINTS: readonly string[] = [...DAILY_FAILPOINTS, ...SPACE_FAILPOINTS]

/** A failpoint that must not be armed, or that does not exist: the process does not start. */
export class FailpointRefused extends Error {
  override readonly name = 'FailpointRefused'
  readonly code = 'failpoint-refused'
}

/** What the platform and its worker call at each named place. */
export type Failpoint = (name: string) => Promise<void> | void

/**
 * The failpoint that the environment arms: at the named place, the n-th time it is passed, the process kills itself with
 * SIGKILL, so that nothing is tidied up. Without the variable it does nothing.
 *
 * @throws FailpointRefused in production, and for a place that is not in FAILPOINTS or a count that is no positive whole number.
 */
export function failpointFrom(env: Readonly<Record<string, string | undefined>>, mode: 'demonstration' | 'production'): Failpoint {
  const armed = env[FAILPOINT_VARIABLE]
  if (armed === undefined || armed === '') return () => undefined
  if (mode === 'production') throw new FailpointRefused(`正式环境不得设置 ${FAILPOINT_VARIABLE}，它会使进程在指定位置自行终止。请去掉该设置。`)
  const [name = '', times = '1', ...more] = armed.split(':')
  if (!FAILPOINTS.includes(name) || !/^[1-9]\d{0,5}$/.test(times) || more.length > 0) {
    throw new FailpointRefused(`${FAILPOINT_VARIABLE} 应为“位置”或“位置:次数”，现为“${armed}”。位置有：${FAILPOINTS.join('、')}。`)
  }
  let left = Number(times)
  return async (passed) => {
    if (passed !== name) return
    left -= 1
    if (left > 0) return
    process.kill(process.pid, 'SIGKILL')
    // The signal is on its way: nothing after this place may still happen.
    await new Promise<never>(() => undefined)
  }
}
