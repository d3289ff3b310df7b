/** One thing that is not as our house wants it: where, what, and what to write instead. */
export interface Finding {
  readonly rule: string
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly wrong: string
  readonly instead: string
}

/** `file:line  [rule] wrong. Instead: …`: terminals make the first word a link. */
export function sentence({ rule, file, line, wrong, instead }: Finding): string {
  return `${file}:${line}  [${rule}] ${wrong}. Instead: ${instead}.`
}
