/** Numbers of a system call on the two processors for which a filter can be built; null where it does not exist. */
type Numbers = readonly [x64: number, arm64: number | null]

/**
 * What Node and the engine ask of the kernel once they run on pipes: memory, threads, waiting, reading bound files.
 * Absent on purpose: new processes, sockets of any family, namespaces and mounts, tracing, keys, other processes' memory,
 * io_uring, modules, clocks, writing or removing files. Unknown calls answer "not implemented", which both take for a
 * kernel that is older, so a newer runtime goes another way instead of ending.
 */
export const ALLOWED_SYSTEM_CALLS: Readonly<Record<string, Numbers>> = {
  read: [0, 63], write: [1, 64], open: [2, null], close: [3, 57], stat: [4, null], fstat: [5, 80], lstat: [6, null], poll: [7, null],
  lseek: [8, 62], mmap: [9, 222], mprotect: [10, 226], munmap: [11, 215], brk: [12, 214], rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135], rt_sigreturn: [15, 139], ioctl: [16, 29], pread64: [17, 67], readv: [19, 65], writev: [20, 66],
  access: [21, null], pipe: [22, null], sched_yield: [24, 124], mremap: [25, 216], mincore: [27, 232], madvise: [28, 233],
  dup: [32, 23], dup2: [33, null], nanosleep: [35, 101], getpid: [39, 172], shutdown: [48, 210], getsockname: [51, 204],
  getpeername: [52, 205], getsockopt: [55, 209], execve: [59, 221], exit: [60, 93], wait4: [61, 260], uname: [63, 160],
  fcntl: [72, 25], getcwd: [79, 17], readlink: [89, null], gettimeofday: [96, 169], getrlimit: [97, 163], getrusage: [98, 165],
  sysinfo: [99, 179], getuid: [102, 174], getgid: [104, 176], geteuid: [107, 175], getegid: [108, 177], getppid: [110, 173],
  capget: [125, 90], sigaltstack: [131, 132], prctl: [157, 167], arch_prctl: [158, null], gettid: [186, 178], time: [201, null],
  futex: [202, 98], sched_getaffinity: [204, 123], getdents64: [217, 61], set_tid_address: [218, 96], fadvise64: [221, 223],
  clock_gettime: [228, 113], clock_getres: [229, 114], clock_nanosleep: [230, 115], exit_group: [231, 94], epoll_wait: [232, null],
  epoll_ctl: [233, 21], tgkill: [234, 131], openat: [257, 56], newfstatat: [262, 79], readlinkat: [267, 78], faccessat: [269, 48],
  ppoll: [271, 73], set_robust_list: [273, 99], epoll_pwait: [281, 22], eventfd2: [290, 19], epoll_create1: [291, 20],
  dup3: [292, 24], pipe2: [293, 59], prlimit64: [302, 261], getrandom: [318, 278], membarrier: [324, 283], pkey_alloc: [330, 289],
  statx: [332, 291], rseq: [334, 293], faccessat2: [439, 439], epoll_pwait2: [441, 441],
}

/** Beside them, for a child that has a place of its own to write to; where that is, the mounts decide and not the list. */
export const WRITING_SYSTEM_CALLS: Readonly<Record<string, Numbers>> = {
  pwrite64: [18, 68], flock: [73, 32], fsync: [74, 82], fdatasync: [75, 83], truncate: [76, 45], ftruncate: [77, 46], rename: [82, null],
  mkdir: [83, null], rmdir: [84, null], unlink: [87, null], fchmod: [91, 52], umask: [95, 166], statfs: [137, 43], fstatfs: [138, 44],
  mkdirat: [258, 34], unlinkat: [263, 35], renameat: [264, 38], fallocate: [285, 47], pwritev: [296, 70], renameat2: [316, 276],
}

/** Allowed for threads only: a worker starts no process. */
export const CLONE: Numbers = [56, 220]
