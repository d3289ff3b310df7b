import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { PackRef } from '#core/procedure/case-state.ts'
import { toHex } from '#core/evidence/hash-function.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import type { ReadPack } from './read-pack.ts'

/** The SHA-256 of a value's canonical JSON, hexadecimal: hash of texts, digest of packs. */
export function hashOfJson(value: Json): string {
  return toHex(sha256.digest(canonicalBytes(value)))
}

/** Every edition of every pack that this platform knows, and the law that a case or an act falls under. */
export class PackLibrary {
  readonly #editions = new Map<string, CaseLaw>()
  readonly #current = new Map<string, CaseLaw>()
  readonly #calendar: WorkingCalendar

  /** Region code of the city: files are opened under its own rules only. */
  readonly region: string

  constructor(calendar: WorkingCalendar, region: string) {
    this.#calendar = calendar
    this.region = region
  }

  /** Compiles the packs as read from their folders; they become the current editions. */
  load(packs: ReadonlyMap<string, ReadPack>): void {
    const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))
    for (const id of packs.keys()) this.#current.set(id, this.#admit(compilePack(id, sources)))
  }

  /** Takes in packs that were compiled and digested before; they become the current editions. */
  loadCompiled(editions: readonly { digest: string; pack: CompiledPack }[]): void {
    for (const { digest, pack } of editions) this.#current.set(pack.manifest.pack, this.#hold(pack, digest))
  }

  /** Takes in an earlier edition, e.g. from the database, so that its cases can go on. */
  #admit(compiled: CompiledPack): CaseLaw {
    return this.#hold(compiled, hashOfJson(compiled as unknown as Json)) // a compiled pack is plain JSON
  }

  #hold(compiled: CompiledPack, digest: string): CaseLaw {
    const ref: PackRef = { id: compiled.manifest.pack, version: compiled.manifest.version, digest }
    const law: CaseLaw = { pack: compiled, ref, calendar: this.#calendar, hashOf: hashOfJson }
    this.#editions.set(digest, law)
    return law
  }

  /** @throws Error when the stored edition is not what its digest says. */
  admitStored(digest: string, compiled: CompiledPack): void {
    if (this.#editions.has(digest)) return
    const law = this.#admit(compiled)
    if (law.ref.digest !== digest) {
      this.#editions.delete(law.ref.digest)
      throw new Error(`the stored edition of pack ${law.ref.id} is not the one its digest ${digest} names`)
    }
  }

  /** The law that governs a case: the edition it was opened under. */
  lawOf(ref: Pick<PackRef, 'id' | 'digest'>): CaseLaw {
    const law = this.#editions.get(ref.digest)
    if (!law) throw new Error(`pack ${ref.id} of digest ${ref.digest} is not in the library; restore its row in pack_edition`)
    return law
  }

  /** The current edition of a pack, or undefined. */
  current(id: string): CaseLaw | undefined {
    return this.#current.get(id)
  }

  get all(): readonly CaseLaw[] {
    return [...this.#current.values()]
  }
}
