import type { PackSource } from '#core/pack/pack-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { answerOf } from '#tests/golden/answer.ts'
import type { GoldenCase } from '#tests/golden/case.ts'
import { answerToContent } from '#tests/golden/content-cases.ts'
import { answerOfPolicy } from '#tests/golden/policy-cases.ts'
import { differences, packCases, pagesOf, readPages } from '#tests/golden/recorded.ts'
import type { PackCases } from '#tests/golden/recorded.ts'
import type { Mutant } from './mutants.ts'

type Asked = { pack: string; law: CaseLaw; found: PackCases; byContent: ReadonlyMap<string, GoldenCase[]>; byProcedure: ReadonlyMap<string, GoldenCase[]>; texts: ReadonlyMap<string, string> }

/**
 * The golden cases of a pack and of those that stand on it. Their inputs are made once on the unchanged packs and
 * compared with the record; a mutant is killed where the engine answers one of them otherwise than recorded.
 */
export class GoldenCases {
  readonly #asked: Asked[] = []
  /** Where the cases made now differ from the record: they kill nothing then. */
  readonly outOfDate: string[] = []

  /** The laws share their rules with the sources, so that a rule changed there is changed here. */
  constructor(packs: readonly { id: string; law: CaseLaw; source: PackSource }[]) {
    for (const { id, law, source } of packs) {
      const found = packCases(law, source)
      const lines = differences(readPages(id), pagesOf(law, found))
      this.outOfDate.push(...lines.map((line) => `${id}/${line}`))
      if (lines.length === 0) this.#asked.push({ pack: id, law, found, ...indexed(found), texts: new Map(Object.entries(source.procedures).map(([name, one]) => [name, JSON.stringify(one)])) })
    }
  }

  get count(): number {
    return this.#asked.reduce((sum, { found }) => sum + found.cases.length + found.contents.length + found.policies.length, 0)
  }

  /** The first golden case that the changed pack answers otherwise, in words; null where none does. */
  killer(mutant: Mutant): string | null {
    const [section, id = '', part = '', step = '', , outcome = ''] = mutant.path.map(String)
    for (const asked of this.#asked) {
      const by = section === 'contents' ? this.byContents(asked, id) : section === 'policies' ? byPolicy(asked, id) : section === 'figures' ? this.byFigure(asked, id) : section === 'procedures' ? this.first(asked, inOrder(asked.byProcedure.get(id) ?? [], part === 'steps' ? [`${step}.${outcome}`, step] : ['open'])) : null
      if (by !== null) return by
    }
    return null
  }

  private byContents(asked: Asked, id: string): string | null {
    const one = asked.found.contents.find((known) => known.content === id && answerToContent(asked.law, known) !== known.answer)
    return one === undefined ? this.first(asked, asked.byContent.get(id) ?? []) : `${asked.pack} 内容 ${id} ${one.name}`
  }

  private byFigure(asked: Asked, id: string): string | null {
    const named = [...asked.texts].filter(([, text]) => text.includes(id)).map(([name]) => name)
    for (const name of named) {
      const by = this.first(asked, asked.byProcedure.get(name) ?? [])
      if (by !== null) return by
    }
    return null
  }

  private first(asked: Asked, cases: readonly GoldenCase[]): string | null {
    const one = cases.find((known) => differs(asked.law, known))
    if (one === undefined) return null
    return `${asked.pack} ${one.procedure}/${one.act} ${one.name}`
  }
}

function differs(law: CaseLaw, known: GoldenCase): boolean {
  try {
    return answerOf(law, known.input).join('\n') !== known.answer.join('\n')
  } catch {
    return false // a fault of the engine under an impossible law shows nothing
  }
}

function byPolicy({ pack, law, found }: Asked, id: string): string | null {
  const policy = law.pack.policies[id]
  const one = policy === undefined ? undefined : found.policies.find((known) => known.policy === id && answerOfPolicy(policy, known.input) !== known.answer)
  return one === undefined ? null : `${pack} 判定表 ${id} ${one.name}`
}

/** The cases of the changed place first. */
function inOrder(cases: readonly GoldenCase[], acts: readonly string[]): GoldenCase[] {
  const rank = ({ act }: GoldenCase) => (acts.includes(act) ? acts.indexOf(act) : acts.length)
  return cases.toSorted((a, b) => rank(a) - rank(b))
}

function indexed({ cases }: PackCases): Pick<Asked, 'byContent' | 'byProcedure'> {
  const byContent = new Map<string, GoldenCase[]>()
  const byProcedure = new Map<string, GoldenCase[]>()
  const add = (map: Map<string, GoldenCase[]>, key: string, one: GoldenCase) => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [one])
    else list.push(one)
  }
  for (const one of cases) {
    add(byProcedure, one.procedure, one)
    if ('contents' in one.input.command) for (const key of Object.keys(one.input.command.contents)) add(byContent, key, one)
  }
  return { byContent, byProcedure }
}
