import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** One text file of the checkout. `path` is relative to the root and always has forward slashes. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** Folders that are not ours to judge: produced, downloaded, or planted on purpose for a test. */
const NOT_OURS = new Set(['node_modules', 'dist', '.build', '.git', 'data', 'fixtures', 'coverage', 'screenshots'])

const TEXT_ENDINGS = new Set(['ts', 'tsx', 'mts', 'js', 'mjs', 'cjs', 'css', 'html', 'md', 'yaml', 'yml', 'json', 'sql', 'sh', 'txt'])

const CODE = /\.(ts|tsx|mts)$/
const TEST = /\.test\.tsx?$/

/** Is it TypeScript (declarations and tests included)? */
export function isCode(path: string): boolean {
  return CODE.test(path) && !path.endsWith('.d.ts')
}

/** Is it a test, or something only tests use? Such files live by looser rules: they must name what they check. */
export function isTest(path: string): boolean {
  return TEST.test(path) || path.startsWith('tests/')
}

function hasTextEnding(name: string): boolean {
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : ''
  return TEXT_ENDINGS.has(ending) || name === '.gitignore' || name === '.npmrc' || name === 'run'
}

/**
 * Reads every text file below `root`, in the order of their paths.
 * Symbolic links are not followed; folders of {@link NOT_OURS} are left out.
 */
export function readSourceTree(root: string): TextFile[] {
  const found: TextFile[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) walk(full)
      } else if (entry.isFile() && hasTextEnding(entry.name)) {
        found.push({ path: relative(root, full).split(sep).join('/'), text: readFileSync(full, 'utf8') })
      }
    }
  }
  walk(root)
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
