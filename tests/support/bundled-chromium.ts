import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Unpacked once for each checkout, in a git-ignored folder: the package itself would use one folder for the whole machine. */
const FOLDER = resolve('.build/chromium')

/** Says to the package that system libraries may be missing, so that it unpacks its own beside the browser. */
const WITH_LIBRARIES = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x', AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }

const UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"

export interface BundledChromium {
  readonly executable: string
  /** For LD_LIBRARY_PATH on a machine that lacks the browser's libraries. */
  readonly libraries: string
}

/**
 * The browser that the npm package @sparticuz/chromium carries (Linux, x64), unpacked below `.build/`.
 * Two test runs may unpack at once: each works in its own folder, and the first to finish is kept.
 * Throws where the package is missing or does not fit this machine.
 */
export async function bundledChromium(): Promise<BundledChromium> {
  const found = { executable: join(FOLDER, 'chromium'), libraries: join(FOLDER, 'al2023', 'lib') }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`@sparticuz/chromium carries a browser for Linux on x64, this is ${process.platform} on ${process.arch}`)
  }
  if (existsSync(found.executable)) return found
  mkdirSync(resolve('.build'), { recursive: true })
  const unpacked = mkdtempSync(`${FOLDER}-`)
  try {
    await run(process.execPath, ['--input-type=module', '-e', UNPACK], { env: { ...process.env, ...WITH_LIBRARIES, TMPDIR: unpacked } })
    keepFirst(unpacked, found.executable)
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
  return found
}

/** A folder that another run has put there in the meantime is as good as ours. */
function keepFirst(unpacked: string, executable: string): void {
  try {
    renameSync(unpacked, FOLDER)
  } catch (error) {
    if (!existsSync(executable)) throw error
  }
}
