/** Where a rule stands in a pack: `['procedures', 'data-demand', 'steps', 'formal-review', 'by']`. */
export type RulePath = readonly (string | number)[]

/**
 * What is wrong with a rule. `code` is the broken rule of pack-writing in kebab-case; `message` and `cure` are
 * Chinese. An `error` refuses the pack; a `warning` is printed.
 */
export type RuleFinding = { path: RulePath; code: string; message: string; cure: string; kind: 'error' | 'warning'; /** The other place, where two rules do not go together. */ other?: RulePath }

/** An error at a place. */
export function wrong(path: RulePath, code: string, message: string, cure: string): RuleFinding {
  return { path, code, message, cure, kind: 'error' }
}

/** The ids that could have been meant, for the cure of an unknown name: the nearest first, at most a few. */
export function choices(ids: Iterable<string>): string {
  const all = [...ids]
  const shown = all.slice(0, SHOWN_LENGTH)
  return shown.length === 0 ? '（无）' : `${shown.join('、')}${all.length > shown.length ? '等' : ''}`
}

// as many as a person reads in one line of a terminal
const SHOWN_LENGTH = 12
