import { longFiles } from './check-length.ts'
import { openCheckout } from './checkout.ts'
import { sentence } from './finding.ts'
import { tidy } from './tidy.ts'

/** `npm run tidy`: prints every finding, advises on long files, and fails where there is a finding. */
const checkout = openCheckout(process.cwd())
const findings = tidy(checkout)
if (findings.length > 0) console.log(findings.map(sentence).join('\n'))

const long = longFiles(checkout)
if (long.length > 0) console.log(`advice: ${long.length} files are over 200 lines, the longest: ${long.slice(0, 5).join(', ')}`)
console.log(findings.length === 0 ? `tidy: ${checkout.code.length} files, nothing to mend` : `tidy: ${findings.length} to mend`)
process.exitCode = findings.length === 0 ? 0 : 1
