import { describe, expect, test } from 'vitest'
import { readPack } from '#adapters/packs/read-pack.ts'
import { KINDS, mutantsOf } from './mutants.ts'
import type { Kind } from './mutants.ts'

const { source } = readPack('packs/national-registration-2025')
const mutants = mutantsOf(source)

/** The first mutant of a kind, made; what it takes to make it undone. */
function made(kind: Kind) {
  const mutant = mutants.find((one) => one.kind === kind)
  if (!mutant) throw new Error(`the pack has no mutant of kind ${kind}`)
  return { mutant, undo: mutant.make() }
}

describe('the mutants of a pack', () => {
  test('have names of their own, always in the same order', () => {
    expect(new Set(mutants.map((one) => one.id)).size).toBe(mutants.length)
    expect(mutantsOf(source).map((one) => one.id)).toEqual(mutants.map((one) => one.id))
  })

  test('each change the pack and can be taken back', () => {
    const before = JSON.stringify(sorted(source))
    for (const mutant of mutants) {
      const undo = mutant.make()
      expect(JSON.stringify(sorted(source)), mutant.id).not.toBe(before)
      undo()
      expect(JSON.stringify(sorted(source)), mutant.id).toBe(before)
    }
  })

  test('come in pairs for each figure: one more and one less', () => {
    const figures = mutants.filter((one) => one.kind === 'figure')
    expect(figures).toHaveLength(Object.keys(source.figures).length * 2)
    const [more, less] = figures
    expect(more?.id.endsWith('+1')).toBe(true)
    expect(less?.id.endsWith('-1')).toBe(true)
  })

  test('swap an actor with another office, never with itself or the platform', () => {
    for (const mutant of mutants.filter((one) => one.kind === 'actor')) {
      const [from, to] = mutant.what.split(' → ')
      expect(to).not.toBe(from)
      expect(to).not.toBe('platform')
    }
  })

  test('make a required content voluntary, so that only its absence can tell', () => {
    const { mutant, undo } = made('required')
    const [, id = '', part] = mutant.path.map(String)
    const procedure = source.procedures[id]
    const key = mutant.what.split(' ')[0] ?? ''
    const acts = part === 'open' ? [procedure?.open] : Object.values(procedure?.steps ?? {}).flatMap((step) => Object.values(step.outcomes))
    expect(acts.some((act) => act?.optional.includes(key))).toBe(true)
    undo()
  })

  test('are of known kinds', () => {
    for (const { kind } of mutants) expect(KINDS).toContain(kind)
  })
})

/** The order of keys says nothing: what is taken away and put back stands last. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
}
