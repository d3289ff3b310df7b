import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { accountOf, accountsSchema, faultsOf } from './account.ts'
import type { Accounts } from './account.ts'
import { PAGES, SCENARIOS, conformancePages } from './pages.ts'
import { needsScenario, readRegisters } from './registers.ts'
import type { Register } from './registers.ts'
import { runScenarios } from './run-scenarios.ts'
import type { Run } from './run-scenarios.ts'
import { printed, tablesOf } from './tables.ts'
import { scenarioFiles } from './test-titles.ts'

/**
 * `npm run conformance [-- --only <regulation>] [--missing | --quick [--write]]`: runs the scenarios, sets them against
 * the registers of obligations, prints the tables and writes `docs/conformance`. Fails where an obligation fails, is
 * missing without an exception, or is named wrongly. `--quick` tells no story again to the application and writes only
 * with `--write`; `--missing` is quick, too, and prints the missing ones with their texts.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, missing: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } } })
const quick = values.missing || values.quick
const registers = readRegisters()
const chosen = values.only === undefined ? registers : registers.filter((one) => one.regulation === values.only)
if (chosen.length === 0) {
  console.error(`conformance: no register is called ${values.only}; there are ${registers.map((one) => one.regulation).join(', ')}`)
  process.exit(1)
}
const MS = 1000
/** Lines of a failure that are shown. */
const FAILURE_LINES = 6
const started = Date.now()
const files = filesOf(chosen)
console.log(`conformance: ${files.length} files of scenarios for ${chosen.map((one) => one.regulation).join(', ')}`)
const run = await runScenarios(files, { retell: !quick })
const found: Accounts = Object.fromEntries(chosen.map((register) => [register.regulation, accountOf(register, run.scenarios)]))
const accounts = inOrder({ ...lastAccounts(), ...found })
if (!quick || values.write) {
  mkdirSync(PAGES, { recursive: true })
  for (const [path, text] of conformancePages(registers, accounts)) writeFileSync(path, text)
}
report(run, found)

/** The files with scenarios of these regulations. A regulation's ids all begin with the same letters. */
function filesOf(wanted: readonly Register[]): string[] {
  const marks = wanted.map((one) => `${one.obligations[0]?.id.split('-')[0] ?? ''}-`)
  return scenarioFiles().filter(({ text }) => marks.some((mark) => text.includes(mark))).map(({ path }) => path)
}

/** What earlier runs found for the regulations that this run leaves out. */
function lastAccounts(): Accounts {
  return existsSync(SCENARIOS) ? accountsSchema.parse(JSON.parse(readFileSync(SCENARIOS, 'utf8'))) : {}
}

function inOrder(all: Accounts): Accounts {
  return Object.fromEntries(registers.flatMap(({ regulation }) => (all[regulation] === undefined ? [] : [[regulation, all[regulation]]])))
}

function report({ scenarios, faults, retold, acts }: Run, own: Accounts): void {
  for (const { file, title, failure } of scenarios.filter((one) => !one.passed)) console.log(`FAILING ${file}\n  ${title}\n  ${failure?.split('\n').slice(0, FAILURE_LINES).join('\n  ')}`)
  if (values.missing) for (const register of chosen) listMissing(register, own)
  const { byRegulation, byCapability, byPlatform } = tablesOf(own)
  console.log(['', printed('regulation', byRegulation), '', printed('capability', byCapability), '', printed('platform', byPlatform), ''].join('\n'))
  const all = Object.values(own).flatMap((one) => Object.values(one))
  const wrong = [...faults, ...faultsOf(registers, own, scenarios)]
  const open = all.filter((one) => one.status === 'failing' || one.status === 'missing').length
  for (const fault of wrong) console.log(`FAULT ${fault}`)
  console.log(`conformance: ${scenarios.length} scenarios, ${retold} stories of ${acts} acts told again to the application; ${open} obligations failing or missing, ${wrong.length} faults; ${Math.round((Date.now() - started) / MS)} s`)
  process.exitCode = open + wrong.length === 0 ? 0 : 1
}

function listMissing(register: Register, own: Accounts): void {
  for (const obligation of register.obligations) {
    if (!needsScenario(obligation) || own[register.regulation]?.[obligation.id]?.status !== 'missing') continue
    console.log(`MISSING ${obligation.id} [${obligation.capability}, ${obligation.platform}] ${obligation.text}\n  ${obligation.acceptance ?? obligation.behaviour}`)
  }
}
