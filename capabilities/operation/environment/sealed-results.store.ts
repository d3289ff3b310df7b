import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from '#core/disclosure-control/typed-result.ts'
import { readSealed, SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'

/** unit: file mode; source: only the platform's own account may enter */
const PRIVATE_DIRECTORY = 0o700

/** Rows of a result that may be shown or released lie sealed beside the vault, under a key of their own. */
export async function sealResult(vault: Vault, job: string, rows: readonly Row[]): Promise<Buffer> {
  await mkdir(directory(vault), { recursive: true, mode: PRIVATE_DIRECTORY })
  const key = randomBytes(keyBytes)
  const writer = await SealedWriter.create(pathOf(vault, job), vault.suite, key, purposeOf(job))
  await writer.write(Buffer.from(JSON.stringify(rows)))
  await writer.finish()
  const wrapped = await vault.masterKey.wrap(resultId(job), key)
  key.fill(0)
  return wrapped
}

/** The rows of a sealed result. @throws MasterKeyError after its destruction, SealBroken where a byte was changed. */
export async function openResult(vault: Vault, job: string, wrappedKey: Buffer): Promise<Row[]> {
  const key = await vault.masterKey.unwrap(resultId(job), wrappedKey)
  const chunks: Buffer[] = []
  for await (const chunk of readSealed(pathOf(vault, job), key, purposeOf(job))) chunks.push(chunk)
  key.fill(0)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Row[] // authenticated: written by sealResult
}

/** Removes what was sealed of a job that came to nothing; its key was never kept, so nobody could have opened it. */
export async function discardResult(vault: Vault, job: string): Promise<void> {
  await rm(pathOf(vault, job), { force: true })
}

function directory(vault: Vault): string {
  return join(vault.dataDirectory, 'results')
}

function pathOf(vault: Vault, job: string): string {
  return join(directory(vault), `${job}.sealed`)
}

function purposeOf(job: string): string {
  return `job-result:${job}`
}

function resultId(job: string): string {
  return `result-${job}`
}
