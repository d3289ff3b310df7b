import type { Kind } from './mutants.ts'
import type { Verdict } from './trial.ts'

/** What a worker is asked: the mutants of one pack whose index is `share` modulo `of`, from an index on. */
export type Job = { pack: string; share: number; of: number; from: number; only: string | null }

export type About = { index: number; id: string; kind: Kind; what: string; place: string }
export type Judged = About & { verdict: Verdict }

/** What a worker says; `begun` without its `judged` is a mutant that hangs. */
export type FromWorker =
  | { type: 'ready'; tests: number; red: string[]; left: string[] }
  | ({ type: 'begun' } & About)
  | ({ type: 'judged' } & Judged)
