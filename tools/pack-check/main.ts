import { readAndCheck } from '#adapters/packs/check-packs.ts'
import { PackRefused, findingLine } from '#adapters/packs/pack-finding.ts'
import { writePages } from './generate.ts'

/**
 * `npm run pack-check [-- folder]`: prints every finding on the packs below a folder, and fails where one is an error.
 * With `--write` it also writes the generated pages of packs without errors.
 */
const args = process.argv.slice(2)
const root = args.find((arg) => !arg.startsWith('--')) ?? 'packs'
try {
  const { packs, findings } = await readAndCheck(root)
  for (const finding of findings) console.log(`${finding.kind === 'warning' ? '提示 ' : ''}${findingLine(finding)}`)
  const errors = findings.filter((finding) => finding.kind === 'error').length
  console.log(errors === 0 ? `pack-check: ${packs.size} packs, no errors, ${findings.length} warnings` : `pack-check: ${errors} errors, ${findings.length - errors} warnings`)
  if (errors === 0 && args.includes('--write')) for (const path of writePages(packs)) console.log(`pack-check: wrote ${path}`)
  process.exitCode = errors === 0 ? 0 : 1
} catch (error) {
  if (!(error instanceof PackRefused)) throw error
  console.log(error.message)
  console.log(`pack-check: ${error.findings.length} errors in the format of the packs`)
  process.exitCode = 1
}
