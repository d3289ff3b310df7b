import { expect, test } from 'vitest'
import { compareStatements } from './compare-statements.ts'

const shown = (before: string, now: string) => compareStatements(before, now).map(({ sign, text }) => sign + text)

test('what stayed stays in its place, what changed is taken out and put in', () => {
  expect(shown('select a,\n  count(*)\nfrom t\ngroup by a', 'select a, b,\n  count(*)\nfrom t\ngroup by a, b')).toEqual(['-select a,', '+select a, b,', '   count(*)', ' from t', '-group by a', '+group by a, b'])
  expect(shown('select 1', 'select 1\n')).toEqual([' select 1'])
  expect(shown('', 'select 1')).toEqual(['+select 1'])
})

test('two statements too long to be compared line by line are shown one after the other', () => {
  const long = Array.from({ length: 1_001 }, (_, line) => `-- ${line}`).join('\n')
  expect(compareStatements(long, long)).toHaveLength(2_002)
  const readable = Array.from({ length: 1_000 }, (_, line) => `-- ${line}`).join('\n')
  expect(compareStatements(readable, readable)).toHaveLength(1_000)
})
