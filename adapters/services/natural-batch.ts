/**
 * Natural batching: while one batch is under way new items collect; at its end all that wait go out together. No timer
 * and no linger: the first of a quiet time waits for the end of the present turn of the event loop, so that those who
 * ask in the same turn go with it instead of waiting for it.
 */
export class NaturalBatch<Item, Answer> {
  readonly #run: (items: readonly Item[]) => Promise<readonly (Answer | Promise<Answer>)[]>
  readonly #limit: number
  #waiting: { item: Item; resolve: (answer: Answer | Promise<Answer>) => void; reject: (error: unknown) => void }[] = []
  #busy = false

  /**
   * `run` answers one for each item, in order; where it answers promises, the next batch goes out while they are still
   * open. At most `limit` items go out at once.
   */
  constructor(run: (items: readonly Item[]) => Promise<readonly (Answer | Promise<Answer>)[]>, limit: number) {
    this.#run = run
    this.#limit = limit
  }

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#busy) return
      this.#busy = true
      setImmediate(() => void this.#work())
    })
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#limit)
      try {
        const answers = await this.#run(batch.map((one) => one.item))
        for (const [index, one] of batch.entries()) {
          const answer = answers[index]
          if (answer === undefined) one.reject(new Error('a batch answered fewer items than it was asked'))
          else one.resolve(answer)
        }
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
    }
    this.#busy = false
  }
}
