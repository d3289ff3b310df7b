/**
 * The vault's two programs as one file each: walls have no room for a compiler and a folder of sources, and one file starts
 * in a third of the time. They are made anew whenever one of their sources has changed, and kept beside the libraries.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { z } from 'zod'

/** `main` holds keys and seals; `reader` reads what others wrote and holds none; `measure` reads a table and tells figures of it; `ledger` is a thread that compares a result with earlier ones. */
export type ProgramName = 'main' | 'reader' | 'measure' | 'ledger'

const entries: Readonly<Record<ProgramName, string>> = {
  main: fileURLToPath(new URL('./main.ts', import.meta.url)),
  reader: fileURLToPath(new URL('./reader.ts', import.meta.url)),
  measure: fileURLToPath(new URL('../../protection/measure-child.ts', import.meta.url)),
  ledger: fileURLToPath(new URL('../../ledger/comparison-thread.ts', import.meta.url)),
}
const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))
const libraries = join(projectRoot, 'node_modules')
/** The libraries among the sources may be of the older module format. */
const banner = "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);"

const record = z.strictObject({ path: z.string(), sources: z.array(z.strictObject({ path: z.string(), changed: z.number(), bytes: z.number() })) })
type BuildRecord = z.infer<typeof record>

const made = new Map<ProgramName, Promise<string>>()

/** Full path of a program, made once for each process. */
export function programPath(name: ProgramName): Promise<string> {
  const known = made.get(name) ?? make(name)
  made.set(name, known)
  return known
}

async function make(name: ProgramName): Promise<string> {
  const folder = await folderForPrograms()
  const recordPath = join(folder, `${name}.json`)
  const kept = await readRecord(recordPath)
  if (kept !== undefined && (await isCurrent(kept))) return kept.path
  const { outputFiles, metafile } = await build({
    entryPoints: [entries[name]],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@duckdb/*'],
    banner: { js: banner },
    absWorkingDir: projectRoot,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error(`nothing was made of ${name}.ts`)
  const path = join(folder, `${name}-${createHash('sha256').update(output.contents).digest('hex').slice(0, 16)}.mjs`)
  const sources = await Promise.all(Object.keys(metafile.inputs).map((source) => stateOf(join(projectRoot, source))))
  await replaceFile(path, output.contents)
  await replaceFile(recordPath, Buffer.from(JSON.stringify({ path, sources } satisfies BuildRecord)))
  return path
}

/** Beside the libraries, where the engine is found; where that is not ours to write, a folder that ends with this process. */
async function folderForPrograms(): Promise<string> {
  const folder = join(libraries, '.cache', 'gongshu')
  try {
    await mkdir(folder, { recursive: true })
    return folder
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && ['EACCES', 'EROFS', 'EPERM'].includes(String(error.code)))) throw error
    const temporary = await mkdtemp(join(tmpdir(), 'gongshu-programs-'))
    await symlink(libraries, join(temporary, 'node_modules'))
    process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
    return temporary
  }
}

async function readRecord(path: string): Promise<BuildRecord | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    // Not made yet, or by another version of this file: it is made again.
    if (error instanceof SyntaxError || error instanceof z.ZodError || isAbsent(error)) return undefined
    throw error
  }
}

async function isCurrent(kept: BuildRecord): Promise<boolean> {
  try {
    await stat(kept.path)
    const now = await Promise.all(kept.sources.map(({ path }) => stateOf(path)))
    return now.every((source, place) => source.changed === kept.sources[place]?.changed && source.bytes === kept.sources[place]?.bytes)
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

async function stateOf(path: string): Promise<BuildRecord['sources'][number]> {
  const { mtimeMs, size } = await stat(path)
  return { path, changed: mtimeMs, bytes: size }
}

/** Several processes may make the same file at once; each sees a whole one. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const written = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(written, bytes, { flag: 'wx' })
  await rename(written, path)
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
