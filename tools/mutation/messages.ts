import type { Kind } from './mutants.ts'

/**
 * What a worker is asked: the mutants of one pack whose index is `share` modulo `of`, from an index on.
 * `each`: of how many mutants one is asked of the stories although a golden case has noticed it; 1 is every one, 0 none.
 */
export type Job = { pack: string; share: number; of: number; from: number; only: string | null; each: number }

/** How a mutant ended: what noticed it without a story, and what the stories say where they were asked. */
export type Verdict = {
  golden: string | null
  check: string | null
  /** Null where they were not asked. */
  stories: { by: string | null; crashed: string | null; met: boolean } | null
}

export type About = { index: number; /** Asked of the stories whatever golden cases say. */ sampled: boolean; id: string; kind: Kind; what: string; place: string }
export type Judged = About & { verdict: Verdict }

/** What a worker says; `begun` without its `judged` is a mutant that hangs. */
export type FromWorker =
  | { type: 'golden'; cases: number; outOfDate: string[] }
  | { type: 'ready'; tests: number; red: string[]; left: string[] }
  | ({ type: 'begun'; verdict: Verdict } & About)
  | ({ type: 'judged' } & Judged)
  | { type: 'ended'; red: string[] }
