import { expect, test } from 'vitest'
import { allowedProcessors, processorsForJobs } from './spare-processor.ts'

const left = (status: string): string | null => processorsForJobs(allowedProcessors(status))
const told = (list: string): string => `Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`

test('jobs leave the first of the processors that the server may use', () => {
  expect(left(told('0-1'))).toBe('1')
  expect(left(told('0-3'))).toBe('1,2,3')
  expect(left(told('2,5-6'))).toBe('5,6')
})

test('where there is one only, or nothing is told of them, there is none to spare', () => {
  expect(left(told('0'))).toBeNull()
  expect(left('Name:\tnode\n')).toBeNull()
})
