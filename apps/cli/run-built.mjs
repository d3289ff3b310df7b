/**
 * Runs the command line from a few built files instead of some five hundred sources: a start spends most of its time on
 * loading them one by one. The build is made anew where a source has changed, so nobody has to think of it; libraries stay
 * in node_modules. Each source still knows its own place (`import.meta.url`), so files beside it are found as before.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BUILDS = join(ROOT, 'dist', 'platform')
const RECORD = join(BUILDS, 'current.json')
/** Builds kept beside the newest: a platform that still runs may yet load a part of its own. */
const KEPT = 3

// An error still names the source and its line.
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(BUILDS, currentBuild() ?? (await build()), 'main.mjs')).href)

/** The folder of the last build, where every source it was made of is what it was then. */
function currentBuild() {
  if (!existsSync(RECORD)) return null
  const record = JSON.parse(readFileSync(RECORD, 'utf8'))
  const { folder, sources, digest, seen } = record
  if (!existsSync(join(BUILDS, folder, 'main.mjs')) || !sources.every((path) => existsSync(join(ROOT, path)))) return null
  // Looked at before the bytes are: a source that changes between the two is read again at the next start.
  const now = seenOf(sources)
  if (seen === now) return folder
  if (digestOf(sources) !== digest) return null
  try {
    keepRecord({ ...record, seen: now })
  } catch (error) {
    // Where nothing can be written the bytes are read at each start.
    if (error?.code === undefined) throw error
  }
  return folder
}

/**
 * What the file system says of the sources without their being read, and the place of this checkout: sizes and the moments
 * of the last change, of which the second cannot be set by a hand. Where it is another, the bytes decide.
 */
function seenOf(sources) {
  const hash = createHash('sha256').update(ROOT)
  for (const path of sources) {
    const { size, mtimeMs, ctimeMs, ino } = lstatSync(join(ROOT, path))
    hash.update(`${path}\0${size} ${mtimeMs} ${ctimeMs} ${ino}\n`)
  }
  return hash.digest('hex')
}

/** Puts the record in its place at once: who reads it meanwhile finds the old one or the new one. */
function keepRecord(record) {
  const next = join(BUILDS, `${randomUUID()}.json`)
  writeFileSync(next, JSON.stringify(record))
  renameSync(next, RECORD)
}

/** SHA-256 over the place of this checkout, which the build holds, and the sources' paths and bytes. */
function digestOf(sources) {
  const hash = createHash('sha256').update(ROOT)
  for (const path of sources) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path))).update('\0')
  return hash.digest('hex')
}

/** Builds into a folder of its own and names it the current one; two builds at the same moment do not meet. */
async function build() {
  const { build: bundle } = await import('esbuild')
  const folder = randomUUID()
  const { metafile } = await bundle({
    absWorkingDir: ROOT,
    entryPoints: ['apps/cli/main.ts'],
    outdir: join(BUILDS, folder),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'error',
    define: { 'import.meta.url': 'placeOfThisSource' },
    plugins: [{ name: 'place-of-each-source', setup: tellPlaces }],
  })
  const sources = ['apps/cli/run-built.mjs', 'package-lock.json', ...Object.keys(metafile.inputs)].toSorted()
  keepRecord({ folder, sources, seen: seenOf(sources), digest: digestOf(sources) })
  removeOld(folder)
  return folder
}

/** Gives every source that asks for it its own address, on its first line, so that lines keep their numbers. */
function tellPlaces(building) {
  building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8')
    return text.includes('import.meta.url') ? { contents: `const placeOfThisSource = ${JSON.stringify(pathToFileURL(path).href)}; ${text}`, loader: 'ts' } : undefined
  })
}

function removeOld(newest) {
  const folders = readdirSync(BUILDS, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== newest)
  const byAge = folders.map(({ name }) => ({ name, made: statSync(join(BUILDS, name)).mtimeMs })).toSorted((a, b) => b.made - a.made)
  for (const { name } of byAge.slice(KEPT)) rmSync(join(BUILDS, name), { recursive: true, force: true })
}
