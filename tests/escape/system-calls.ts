/**
 * A program that makes any system calls it is told to: 141 bytes of machine code in an executable without a library.
 * It reads a script from standard input into memory at SCRIPT_AT, makes one call for each line of eight words, writes the
 * answer into the line's last word, and at the end writes the memory's first bytes to standard output.
 * Source, in words: read all; for each line: -1 copies a word, -2 ends, anything else is the number of a call.
 */
const MACHINE_CODE = '49bc00000020000000004d89e531c031ff4c89eeba000001000f054885c07e054901c5ebe84d89e5498b45004883f8ff742a4883f8fe7438498b7d08498b7510498b55184d8b55204d8b45284d8b4d300f05498945384983c540ebcc498b4510488b00498b7d084889074983c540ebb8b801000000bf010000004c89e6ba004000000f05b8e700000031ff0f05'
const SCRIPT_AT = 0x20000000
const MEMORY = 0x20000
const CODE_AT = 0x400000
const LINE = 64
const WORD = 8
const ANSWER = 7
/** Texts and buffers lie behind the lines; the program shows this much. */
const DATA_AT = 0x1000
const SHOWN = 0x4000
const BUFFER = 256
const COPY = -1n
const END = -2n

/** Numbers on x86-64, from the kernel's syscall_64.tbl; only those that attempts use. */
const NUMBERS: Readonly<Record<string, number>> = {
  read: 0, write: 1, open: 2, close: 3, mmap: 9, ioctl: 16, dup: 32, shmget: 29, shmat: 30, socket: 41, connect: 42, sendto: 44, bind: 49, listen: 50,
  socketpair: 53, clone: 56, fork: 57, vfork: 58, execve: 59, kill: 62, semget: 64, msgget: 68, flock: 73, truncate: 76, chdir: 80, rename: 82, mkdir: 83,
  rmdir: 84, creat: 85, link: 86, unlink: 87, symlink: 88, readlink: 89, chmod: 90, chown: 92, ptrace: 101, syslog: 103, setuid: 105, setgid: 106,
  getpgid: 121, setgroups: 116, setresuid: 117, getsid: 124, capset: 126, personality: 135, statfs: 137, setpriority: 141, sched_setscheduler: 144, mlockall: 151,
  pivot_root: 155, prctl: 157, chroot: 161, mount: 165, umount2: 166, sethostname: 170, setdomainname: 171, iopl: 172, ioperm: 173, setxattr: 188,
  getxattr: 191, tkill: 200, timer_create: 222, tgkill: 234, mq_open: 240, add_key: 248, request_key: 249, keyctl: 250, ioprio_set: 251, inotify_init: 253,
  openat: 257, mkdirat: 258, mknodat: 259, fchownat: 260, unlinkat: 263, renameat: 264, linkat: 265, symlinkat: 266, fchmodat: 268, unshare: 272,
  get_robust_list: 274, splice: 275, utimensat: 280, signalfd: 282, timerfd_create: 283, fallocate: 285, signalfd4: 289, inotify_init1: 294,
  rt_tgsigqueueinfo: 297, perf_event_open: 298, fanotify_init: 300, prlimit64: 302, name_to_handle_at: 303, open_by_handle_at: 304, clock_adjtime: 305,
  setns: 308, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312, sched_getattr: 315, renameat2: 316, seccomp: 317, memfd_create: 319, bpf: 321,
  execveat: 322, userfaultfd: 323, copy_file_range: 326, pkey_mprotect: 329, io_uring_setup: 425, pidfd_send_signal: 424, open_tree: 428, move_mount: 429,
  fsopen: 430, pidfd_open: 434, clone3: 435, openat2: 437, pidfd_getfd: 438, mount_setattr: 442, landlock_create_ruleset: 444, memfd_secret: 447,
  sched_setaffinity: 203, getpriority: 140, migrate_pages: 256, move_pages: 279, swapon: 167, acct: 163, quotactl: 179,
}

/** Whether the program can run here: it is machine code for one processor and one kernel. */
export const SYSTEM_CALLS_RUN_HERE = process.arch === 'x64' && process.platform === 'linux'

/** The executable, as the bytes of a file. */
export function systemCallProgram(): Buffer {
  const code = Buffer.from(MACHINE_CODE, 'hex')
  const [header, segment] = [64, 56]
  const codeAt = header + segment * 2
  const file = Buffer.alloc(codeAt + code.length)
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(62, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(CODE_AT + codeAt), 24)
  file.writeBigUInt64LE(BigInt(header), 32)
  for (const [at, value] of [[52, header], [54, segment], [56, 2]] as const) file.writeUInt16LE(value, at)
  const load = (at: number, flags: number, address: number, inFile: number, inMemory: number): void => {
    file.writeUInt32LE(1, at)
    file.writeUInt32LE(flags, at + 4)
    for (const [field, value] of [[16, address], [24, address], [32, inFile], [40, inMemory], [48, 0x1000]] as const) file.writeBigUInt64LE(BigInt(value), at + field)
  }
  load(header, 5, CODE_AT, file.length, file.length)
  load(header + segment, 6, SCRIPT_AT, 0, MEMORY)
  code.copy(file, codeAt)
  return file
}

/**
 * The script of a list of calls. A part of a call is a number; `=text` for the address of that text; `#hex` for the
 * address of those bytes; `&name` for the address of a buffer; `$2` for the answer of the second call; `@` before one of
 * these three inside `[…]` a list of addresses, closed by a zero.
 */
export function systemCallScript(calls: readonly (readonly (string | number)[])[]): Buffer {
  const memory = Buffer.alloc(DATA_AT + SHOWN)
  let free = DATA_AT
  const buffers = new Map<string, number>()
  const place = (bytes: Buffer): number => {
    const at = free
    bytes.copy(memory, at)
    free += Math.ceil((bytes.length + 1) / WORD) * WORD
    return SCRIPT_AT + at
  }
  const bufferAt = (name: string): number => {
    const known = buffers.get(name) ?? place(Buffer.alloc(BUFFER))
    buffers.set(name, known)
    return known
  }
  let line = 0
  const lineOfCall: number[] = []
  const word = (at: number, value: number | bigint): void => { memory.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)), at) }
  const addressOf = (part: string): number => {
    if (part.startsWith('=')) return place(Buffer.from(part.slice(1)))
    if (part.startsWith('#')) return place(Buffer.from(part.slice(1), 'hex'))
    if (part.startsWith('&')) return bufferAt(part.slice(1))
    throw new Error(`no such part of a call: ${part}`)
  }
  for (const [name = '', ...written] of calls) {
    const parts = written.map((part) => (typeof part === 'string' && /^-?\d+$/.test(part) ? Number(part) : part))
    const number = NUMBERS[String(name)]
    if (number === undefined) throw new Error(`no number is known for the call ${name}`)
    const copies = parts.flatMap((part, position) => (typeof part === 'string' && part.startsWith('$') ? [{ position, of: Number(part.slice(1)) - 1 }] : []))
    const at = (line + copies.length) * LINE
    for (const copy of copies) {
      word(line * LINE, COPY)
      word(line * LINE + WORD, SCRIPT_AT + at + (copy.position + 1) * WORD)
      word(line * LINE + 2 * WORD, SCRIPT_AT + (lineOfCall[copy.of] ?? 0) * LINE + ANSWER * WORD)
      line += 1
    }
    word(at, number)
    for (const [position, part] of parts.entries()) {
      if (typeof part === 'number') word(at + (position + 1) * WORD, part)
      else if (part.startsWith('[')) word(at + (position + 1) * WORD, listOf(part.slice(1, -1).split('|').filter((one) => one !== ''), addressOf, place))
      else if (!part.startsWith('$')) word(at + (position + 1) * WORD, addressOf(part))
    }
    lineOfCall.push(line)
    line += 1
  }
  word(line * LINE, END)
  return memory.subarray(0, SHOWN)
}

function listOf(parts: readonly string[], addressOf: (part: string) => number, place: (bytes: Buffer) => number): number {
  const words = Buffer.alloc((parts.length + 1) * WORD)
  for (const [position, part] of parts.entries()) words.writeBigInt64LE(BigInt(/^\d+$/.test(part) ? Number(part) : addressOf(part)), position * WORD)
  return place(words)
}

/** What the program showed: the answers of its calls in order, and its whole memory as text. */
export function systemCallAnswers(calls: readonly (readonly (string | number)[])[], shown: Buffer): { readonly answers: readonly number[]; readonly memory: string } {
  const answers: number[] = []
  for (let at = 0; at + LINE <= Math.min(shown.length, DATA_AT) && answers.length < calls.length; at += LINE) {
    const kind = shown.readBigInt64LE(at)
    if (kind === END) break
    if (kind !== COPY) answers.push(Number(shown.readBigInt64LE(at + ANSWER * WORD)))
  }
  return { answers, memory: shown.toString('latin1') }
}
