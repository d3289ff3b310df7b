import { describe, expect, test } from 'vitest'
import { NaturalBatch } from './natural-batch.ts'

/** Batches as they went out; each ends when the test lets it. */
function watched(limit: number) {
  const sent: number[][] = []
  const ends: (() => void)[] = []
  const batch = new NaturalBatch<number, string>(async (items) => {
    sent.push([...items])
    await new Promise<void>((resolve) => ends.push(resolve))
    return items.map((item) => `${item}!`)
  }, limit)
  const until = async (count: number) => {
    while (sent.length < count) await new Promise((resolve) => setImmediate(resolve))
  }
  return { batch, sent, ends, until }
}

describe('a natural batch', () => {
  test('takes all who ask in one turn together, and what comes meanwhile in the next, at most so many', async () => {
    const { batch, sent, ends, until } = watched(3)
    const first = [1, 2].map((item) => batch.ask(item))
    await until(1)
    const later = [3, 4, 5, 6].map((item) => batch.ask(item))
    ends[0]?.()
    expect(await Promise.all(first)).toEqual(['1!', '2!'])
    await until(2)
    ends[1]?.()
    await until(3)
    ends[2]?.()
    expect(await Promise.all(later)).toEqual(['3!', '4!', '5!', '6!'])
    expect(sent).toEqual([[1, 2], [3, 4, 5], [6]])
  })

  test('that fails fails for all in it, and the next goes out', async () => {
    let tries = 0
    const batch = new NaturalBatch<number, number>(async (items) => {
      if ((tries += 1) === 1) throw new Error('once')
      return items
    }, 10)
    expect(await Promise.allSettled([batch.ask(1), batch.ask(2)])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    expect(await batch.ask(3)).toBe(3)
  })

  test('may answer promises: the next goes out while they are open, and one that is broken breaks alone', async () => {
    let open: (answer: string) => void = () => undefined
    const batch = new NaturalBatch<string, string>(async (items) => items.map((item) => {
      if (item === 'bad') return Promise.reject(new Error('bad'))
      return item === 'slow' ? new Promise<string>((resolve) => (open = resolve)) : item
    }), 10)
    const slow = batch.ask('slow')
    const bad = batch.ask('bad')
    await expect(bad).rejects.toThrow('bad')
    expect(await batch.ask('quick')).toBe('quick')
    open('at last')
    expect(await slow).toBe('at last')
  })
})
