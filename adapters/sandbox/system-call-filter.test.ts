import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { systemCallFilter } from '#adapters/sandbox/system-call-filter.ts'
import { ALLOWED_SYSTEM_CALLS, CLONE, WRITING_SYSTEM_CALLS } from '#adapters/sandbox/system-calls.ts'

/** Answers of the kernel's filter machine, in the terms of the manual page seccomp(2). */
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const NOT_IMPLEMENTED = 0x00050026
const NOT_PERMITTED = 0x00050001
const X64 = 0xc000003e
const ARM64 = 0xc00000b7

/** The kernel's machine in a few lines: loads, jumps and returns, as linux/bpf_common.h describes them. */
function answer(program: Buffer, call: { number: number; audit: number; first?: number }): number {
  const words: Readonly<Record<number, number>> = { 0: call.number, 4: call.audit, 16: call.first ?? 0 }
  let held = 0
  for (let at = 0; at < program.length; at += 8) {
    const [code, ifTrue, ifFalse, value] = [program.readUInt16LE(at), program.readUInt8(at + 2), program.readUInt8(at + 3), program.readUInt32LE(at + 4)]
    if (code === 0x06) return value
    if (code === 0x20) held = words[value] ?? Number.NaN
    else {
      const holds = code === 0x15 ? held === value : (held & value) !== 0
      at += (holds ? ifTrue : ifFalse) * 8
    }
  }
  throw new Error('the program ended without an answer')
}

describe.each([['x64', X64, 0, 56], ['arm64', ARM64, 1, 220]] as const)('the filter for %s', (processor, audit, column, clone) => {
  const program = systemCallFilter(processor)
  if (program === null) throw new Error('no filter')
  const ask = (number: number, first = 0): number => answer(program, { number, audit, first })

  test('lets the listed calls through and no others', () => {
    const listed = new Set(Object.values(ALLOWED_SYSTEM_CALLS).map((numbers) => numbers[column]))
    for (let number = 0; number < 600; number += 1) {
      if (number !== clone) expect([number, ask(number)]).toEqual([number, listed.has(number) ? ALLOW : NOT_IMPLEMENTED])
    }
  })
  test('lets threads begin, and no process', () => {
    expect(ask(clone, 0x003d0f00)).toBe(ALLOW)
    expect(ask(clone, 17)).toBe(NOT_PERMITTED)
  })
  test('ends a child that calls in the manner of another processor', () => {
    expect(answer(program, { number: 1, audit: 0x40000003 })).toBe(KILL)
  })
  test('does not know calls of the 32-bit manner', () => {
    expect(ask(0x40000000 + 1)).toBe(NOT_IMPLEMENTED)
  })
})

test('no filter is made for a processor whose numbers are not known', () => {
  expect(systemCallFilter('s390x')).toBeNull()
})

/** The numbers of the kernel's own headers, by name; null where they are not installed. */
function headerNumbers(path: string): ReadonlyMap<string, number> | null {
  try {
    return new Map([...readFileSync(path, 'utf8').matchAll(/#define __NR(?:3264)?_(\w+)\s+(\d+)/g)].map(([, name = '', number = '']) => [name, Number(number)]))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

describe('the numbers of the calls', () => {
  const all = Object.entries({ ...ALLOWED_SYSTEM_CALLS, ...WRITING_SYSTEM_CALLS, clone: CLONE })
  test('are each used once on either processor', () => {
    for (const column of [0, 1] as const) {
      const numbers = all.map(([, pair]) => pair[column]).filter((number) => number !== null)
      expect(numbers.length).toBe(new Set(numbers).size)
    }
  })

  const [x64, generic] = ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm-generic/unistd.h'].map(headerNumbers)
  // arm64 has the generic numbers (arch/arm64 includes asm-generic/unistd.h); what it does not have is not in that header.
  test.skipIf(x64 === null || generic === null)('are those of the kernel headers, for both processors', () => {
    const named = all.map(([name]) => [name, x64?.get(name) ?? null, generic?.get(name) ?? (name === 'newfstatat' ? generic?.get('fstatat') : null) ?? null])
    expect(all.map(([name, pair]) => [name, ...pair])).toEqual(named)
  })
  if (x64 === null || generic === null) process.stdout.write('SKIPPED: no kernel headers here (Debian: linux-libc-dev), so the numbers of the calls were not compared with them.\n')
})
