import type { Content } from './content-format.ts'
import type { Deviation, Duty, Figure, Manifest, Office, PackSource, Policy, Register, Term, Threshold } from './pack-format.ts'
import type { DocumentRule } from './document-format.ts'
import type { Procedure } from './procedure-format.ts'
import { parseProvisions } from './provision-text.ts'
import type { Provision } from './provision-text.ts'

/**
 * A pack ready to govern: its own rules over those of its parents. Plain JSON, the same for the engine,
 * the screens, the bundle and the offline verifier. Its digest is taken over its canonical JSON.
 */
export type CompiledPack = {
  manifest: Manifest
  /** Texts that may be cited: the pack's own and its parents', by provision prefix. */
  texts: Record<string, { pack: string; title: string; document_number: string; status: string }>
  provisions: Record<string, Provision>
  terms: Record<string, Term>
  offices: Record<string, Office>
  figures: Record<string, Figure>
  contents: Record<string, Content>
  procedures: Record<string, Procedure>
  registers: Record<string, Register>
  policies: Record<string, Policy>
  duties: Record<string, Duty>
  thresholds: Record<string, Threshold>
  documents: Record<string, DocumentRule>
  deviations: Deviation[]
  /** From which pack each inherited rule comes: `figures/term-years-max` → `national-authorization-2025`. */
  origin: Record<string, string>
}

const INHERITED = ['terms', 'offices', 'figures', 'contents', 'procedures', 'registers', 'policies', 'duties', 'thresholds', 'documents'] as const

/** Thrown where packs cannot be put together; names both places. */
export class PackError extends Error {
  override readonly name = 'PackError'
}

/**
 * Puts a pack on top of its parents. Lists, terms, figures and offices are inherited by id; a procedure is
 * inherited whole or written whole, never patched. A draft is never a parent in force.
 */
export function compilePack(id: string, sources: ReadonlyMap<string, PackSource>): CompiledPack {
  const chain = lineage(id, sources, [])
  const own = chain.at(-1)
  if (!own) throw new PackError(`pack ${id} is not among the loaded packs`)
  const compiled: CompiledPack = {
    manifest: own.manifest,
    texts: {},
    provisions: {},
    terms: {},
    offices: {},
    figures: {},
    contents: {},
    procedures: {},
    registers: {},
    policies: {},
    duties: {},
    thresholds: {},
    documents: {},
    deviations: own.deviations,
    origin: {},
  }
  for (const source of chain) {
    const { prefix, title, document_number, status, pack } = source.manifest
    compiled.texts[prefix] = { pack, title, document_number, status }
    for (const provision of parseProvisions(prefix, source.text)) compiled.provisions[provision.id] = provision
    for (const section of INHERITED) {
      for (const [key, value] of Object.entries(source[section])) {
        Object.assign(compiled[section], { [key]: value })
        compiled.origin[`${section}/${key}`] = pack
      }
    }
  }
  return compiled
}

/** Parents first, the pack itself last; a circle or a draft parent is refused with both places named. */
function lineage(id: string, sources: ReadonlyMap<string, PackSource>, below: readonly string[]): PackSource[] {
  const source = sources.get(id)
  if (!source) throw new PackError(`pack ${below.at(-1) ?? id} names a parent ${id} that is not there: add packs/${id}`)
  if (below.includes(id)) throw new PackError(`packs override each other in a circle: ${[...below, id].join(' → ')}`)
  if (below.length > 0 && source.manifest.status === 'draft') {
    throw new PackError(`pack ${below.at(-1)} names the draft ${id} as a parent; put it under compare_with instead`)
  }
  const found: PackSource[] = []
  for (const parent of source.manifest.parents) {
    for (const one of lineage(parent, sources, [...below, id])) {
      if (!found.includes(one)) found.push(one)
    }
  }
  return [...found, source]
}
