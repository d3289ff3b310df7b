/** One line of the story: an act that was done, or one that was refused. */
export type Line = {
  date: string
  /** Office, organisation and person. */
  who: string
  act: string
  /** Place in the text on which it rests, or the kind of basis where it is no provision. */
  provision: string
  due: string
  /** Evidence entry, or why there is none. */
  entry: string
}

/** Writes the story, a line each, and counts what happened. */
export class Narrator {
  readonly #write: (line: string) => void
  acts = 0
  refusals = 0
  readonly chapters: string[] = []

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  chapter(title: string): void {
    this.chapters.push(title)
    this.#write(`\n== ${title} ==`)
  }

  act(line: Line): void {
    this.acts += 1
    this.#write(`${line.date} ✓ ${line.who} │ ${line.act} │ ${line.provision} │ 期限 ${line.due} │ 存证 ${line.entry}`)
  }

  refusal(line: Line & { code: string; message: string }): void {
    this.refusals += 1
    this.#write(`${line.date} ✗ ${line.who} │ ${line.act} │ 拒绝 ${line.code} │ ${line.provision} │ ${line.message}`)
  }

  note(text: string): void {
    this.#write(`             · ${text}`)
  }

  say(text: string): void {
    this.#write(text)
  }
}
