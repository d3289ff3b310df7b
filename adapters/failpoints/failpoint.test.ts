import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { FAILPOINTS, FAILPOINT_VARIABLE, FailpointRefused, failpointFrom } from './failpoint.ts'

const PASSES = `
import { failpointFrom } from './adapters/failpoints/failpoint.ts'
const failpoint = failpointFrom(process.env, 'demonstration')
for (const place of ['case.before-commit', 'case.after-commit', 'case.before-commit', 'case.before-commit']) {
  await failpoint(place)
  process.stdout.write(place + '\\n')
}`

/** What a child process says before it ends, and by which signal. */
function child(armed: string | undefined): { said: string[]; signal: string | null } {
  const env = { ...process.env }
  delete env[FAILPOINT_VARIABLE]
  if (armed !== undefined) env[FAILPOINT_VARIABLE] = armed
  const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PASSES], { env, encoding: 'utf8' })
  return { said: run.stdout.split('\n').filter((line) => line !== ''), signal: run.signal }
}

describe('a failpoint', () => {
  test('does nothing where none is armed', () => {
    expect(child(undefined)).toEqual({ said: ['case.before-commit', 'case.after-commit', 'case.before-commit', 'case.before-commit'], signal: null })
  })

  test('kills its process at the named place', () => {
    expect(child('case.after-commit')).toEqual({ said: ['case.before-commit'], signal: 'SIGKILL' })
  })

  test('kills it the n-th time only', () => {
    expect(child('case.before-commit:3')).toEqual({ said: ['case.before-commit', 'case.after-commit', 'case.before-commit'], signal: 'SIGKILL' })
  })

  test('is refused in production, whichever it is', () => {
    for (const armed of [...FAILPOINTS, 'nonsense']) expect(() => failpointFrom({ [FAILPOINT_VARIABLE]: armed }, 'production')).toThrow(FailpointRefused)
    expect(() => failpointFrom({}, 'production')).not.toThrow()
  })

  test.each(['nowhere', 'case.before-commit:0', 'case.before-commit:x', 'case.before-commit:1:1', ':1'])('that does not exist (%s) is refused', (armed) => {
    expect(() => failpointFrom({ [FAILPOINT_VARIABLE]: armed }, 'demonstration')).toThrow('应为“位置”或“位置:次数”')
  })
})
