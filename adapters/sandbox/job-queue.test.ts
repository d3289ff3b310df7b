import { describe, expect, test } from 'vitest'
import { openJobQueue, queueOptionsFor, type JobQueue } from '#adapters/sandbox/job-queue.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'

/** A queue whose jobs end when the test says so. */
function scene(atOnce: number, waitingPerTenant = 20) {
  const queue: JobQueue = openJobQueue({ atOnce, waitingPerTenant })
  const begun: string[] = []
  const cancelled: string[] = []
  const ends = new Map<string, () => void>()
  const add = (id: string): Promise<void> => queue.submit({
    id, tenant: id.slice(0, 1),
    run: (signal, progress) => {
      begun.push(id)
      progress({ step: 'running', done: 1, total: 3 })
      if (signal.aborted) { cancelled.push(id); return Promise.resolve() }
      return new Promise((resolve) => {
        ends.set(id, resolve)
        signal.addEventListener('abort', () => { cancelled.push(id); resolve() })
      })
    },
  })
  const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
  return { queue, begun, cancelled, add, settled, end: async (id: string) => { ends.get(id)?.(); await settled(); await settled() } }
}

describe('turns between tenants', () => {
  test('one tenant with many jobs does not keep another waiting', async () => {
    const { queue, begun, add, end, settled } = scene(1)
    const all = ['a1', 'a2', 'a3', 'b1', 'c1'].map(add)
    await settled()
    expect(['a2', 'a3', 'b1', 'c1'].map((id) => queue.placeOf(id))).toEqual([
      { kind: 'queued', position: 3 }, { kind: 'queued', position: 4 }, { kind: 'queued', position: 1 }, { kind: 'queued', position: 2 },
    ])
    for (const id of ['a1', 'b1', 'c1', 'a2', 'a3']) await end(id)
    await Promise.all(all)
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'a3'])
  })
  test('alone, a tenant has the whole machine; no more run at once than it bears', async () => {
    const { queue, begun, add, end, settled } = scene(2)
    const all = ['a1', 'a2', 'a3'].map(add)
    await settled()
    expect(begun).toEqual(['a1', 'a2'])
    expect(queue.placeOf('a1')).toEqual({ kind: 'running', progress: { step: 'running', done: 1, total: 3 } })
    for (const id of ['a1', 'a2', 'a3']) await end(id)
    await Promise.all(all)
    expect(queue.placeOf('a1')).toBeNull()
  })
  test('a tenant may have so many waiting and no more', async () => {
    const { queue, add, settled } = scene(1, 2)
    const all = ['a1', 'a2'].map(add)
    await settled()
    expect(queue.hasRoom('a')).toBe(true)
    all.push(add('a3'))
    expect([queue.hasRoom('a'), queue.hasRoom('b')]).toEqual([false, true])
    await queue.close()
    await Promise.all(all)
  })
})

describe('cancelling', () => {
  test('a job that waits ends at once, without taking a place', async () => {
    const { queue, begun, cancelled, add, settled, end } = scene(1)
    const all = ['a1', 'b1', 'b2'].map(add)
    await settled()
    expect(queue.cancel('b1')).toBe(true)
    await all[1]
    expect([cancelled, queue.placeOf('b2')]).toEqual([['b1'], { kind: 'queued', position: 1 }])
    await end('a1')
    await end('b2')
    await Promise.all(all)
    expect(begun).toEqual(['a1', 'b1', 'b2'])
  })
  test('a job that runs is told, an unknown one is not there', async () => {
    const { queue, cancelled, add, settled } = scene(1)
    const one = add('a1')
    await settled()
    expect([queue.cancel('a1'), queue.cancel('z9')]).toEqual([true, false])
    await one
    expect(cancelled).toEqual(['a1'])
  })
  test('a job that throws frees its place and tells who submitted it', async () => {
    const queue = openJobQueue({ atOnce: 1, waitingPerTenant: 5 })
    const broken = queue.submit({ id: 'a1', tenant: 'a', run: () => Promise.reject(new Error('broken')) })
    let ran = false
    const next = queue.submit({ id: 'a2', tenant: 'a', run: async () => { ran = true } })
    await expect(broken).rejects.toThrow('broken')
    await next
    expect(ran).toBe(true)
  })
})

test('the machine decides how many run at once', () => {
  const gib = 1024 ** 3
  expect(queueOptionsFor(DEFAULT_JOB_LIMITS, 2, 24 * gib).atOnce).toBe(2)
  expect(queueOptionsFor(DEFAULT_JOB_LIMITS, 32, 256 * gib).atOnce).toBe(16)
  expect(queueOptionsFor(DEFAULT_JOB_LIMITS, 32, 20 * gib).atOnce).toBe(4)
})
