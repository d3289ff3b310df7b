/** The port behind which the master key lies: a file here, a key management system or hardware module elsewhere. */

/** Refusals of a master key, with a sentence for the administrator. */
export class MasterKeyError extends Error {
  readonly code: 'master-key-inside-data' | 'master-key-exposed' | 'master-key-malformed' | 'master-key-missing' | 'version-key-destroyed' | 'version-key-exists'
  constructor(code: MasterKeyError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MasterKeyError'
    this.code = code
  }
}

/**
 * Wraps data keys. Each version has a key of its own *inside* the port, so that destroying a version does not depend
 * on what the database keeps in dead rows, write-ahead log and backups: those hold wrapped keys at most.
 */
export interface MasterKeyPort {
  /** Names the master key without betraying it, so that a wrapped key says under which one it lies. */
  readonly id: string
  /** Wraps `dataKey` for one version, once; `version-key-exists` if that version was wrapped before. Durable on return. */
  wrap(versionId: string, dataKey: Buffer): Promise<Buffer>
  /** The data key; throws `version-key-destroyed` after `destroy`, `SealBroken` for a wrapped key of another version or master. */
  unwrap(versionId: string, wrapped: Buffer): Promise<Buffer>
  /** Makes every wrapped key of this version useless for ever. Idempotent; durable on return. */
  destroy(versionId: string): Promise<void>
}
