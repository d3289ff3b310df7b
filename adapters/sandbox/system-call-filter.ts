import { ALLOWED_SYSTEM_CALLS, CLONE, WRITING_SYSTEM_CALLS } from '#adapters/sandbox/system-calls.ts'

/** Positions in the table of numbers, and the kernel's name for each processor (linux/audit.h). */
const PROCESSORS: Readonly<Record<string, { readonly column: 0 | 1; readonly audit: number }>> = {
  x64: { column: 0, audit: 0xc000003e },
  arm64: { column: 1, audit: 0xc00000b7 },
}

/** Fields of the kernel's seccomp_data, as offsets in bytes. */
const CALL_NUMBER_AT = 0
const PROCESSOR_AT = 4
const FIRST_ARGUMENT_AT = 16
/** Instructions of the classic packet filter (linux/bpf_common.h): load a word, jump, return. */
const LOAD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_ANY_BIT = 0x45
const RETURN = 0x06
const INSTRUCTION_BYTES = 8
/** What the filter answers (linux/seccomp.h). */
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const NOT_IMPLEMENTED = 0x00050000 + 38
const NOT_PERMITTED = 0x00050000 + 1
/** A clone with this flag makes a thread. */
const CLONE_THREAD = 0x00010000

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number]

/**
 * A seccomp program that lets a child use ALLOWED_SYSTEM_CALLS and nothing else, in the bytes that bubblewrap takes.
 * @param processor as Node names it
 * @param writes whether the child has a place to write to
 * @returns null for a processor whose numbers are not known here
 */
export function systemCallFilter(processor: string = process.arch, writes = false): Buffer | null {
  const known = PROCESSORS[processor]
  if (known === undefined) return null
  const numberOf = (numbers: readonly (number | null)[]): number | null => numbers[known.column] ?? null
  const listed = [...Object.values(ALLOWED_SYSTEM_CALLS), ...(writes ? Object.values(WRITING_SYSTEM_CALLS) : [])]
  const allowed = listed.map(numberOf).filter((number) => number !== null)
  const clone = numberOf(CLONE) ?? -1
  // After the list: not implemented, allow, the look at clone's flags with its two answers.
  const toAllow = (position: number): number => allowed.length - position
  const program: Instruction[] = [
    [LOAD, 0, 0, PROCESSOR_AT],
    [JUMP_IF_EQUAL, 1, 0, known.audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, CALL_NUMBER_AT],
    [JUMP_IF_EQUAL, allowed.length + 2, 0, clone],
    ...allowed.map((number, position): Instruction => [JUMP_IF_EQUAL, toAllow(position), 0, number]),
    [RETURN, 0, 0, NOT_IMPLEMENTED],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, FIRST_ARGUMENT_AT],
    [JUMP_IF_ANY_BIT, 0, 1, CLONE_THREAD],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, NOT_PERMITTED],
  ]
  return encode(program)
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES)
  for (const [position, [code, ifTrue, ifFalse, value]] of program.entries()) {
    const at = position * INSTRUCTION_BYTES
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(ifTrue, at + 2)
    bytes.writeUInt8(ifFalse, at + 3)
    bytes.writeUInt32LE(value, at + 4)
  }
  return bytes
}
