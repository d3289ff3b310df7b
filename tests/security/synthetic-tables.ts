import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { DEFAULT_STATEMENT_LIMITS, type StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { CheckedJob } from '#adapters/sandbox/checked-job.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from '#adapters/sandbox/limits.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { ColumnToProfile } from '#adapters/sandbox/source-profile.ts'

/** Seeded, synthetic: nobody in it exists. Persons with a check-digit id, a rare sickness and one very high income. */
const PERSONS = `
  WITH base AS (SELECT i, hash(i * 31 + 7) AS h FROM range(6000) AS r(i)),
  numbered AS (
    SELECT i, h,
      '5101' || lpad(CAST(h % 20 AS VARCHAR), 2, '0') || strftime(DATE '1950-01-01' + CAST(h // 64 % 20000 AS INTEGER), '%Y%m%d') || lpad(CAST(i % 1000 AS VARCHAR), 3, '0') AS stem
    FROM base)
  SELECT
    stem || substr('10X98765432', 1 + (list_sum(list_transform(range(17), k -> CAST(substr(stem, k + 1, 1) AS INTEGER) * [7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2][k + 1])) % 11)::INTEGER, 1) AS person_id,
    '13' || lpad(CAST(h // 4096 % 1000000000 AS VARCHAR), 9, '0') AS phone,
    CASE h % 20 // 4 WHEN 0 THEN '东区' WHEN 1 THEN '西区' WHEN 2 THEN '南区' WHEN 3 THEN '北区' ELSE '中区' END AS district,
    DATE '1950-01-01' + CAST(h // 64 % 20000 AS INTEGER) AS birth_date,
    CASE WHEN i % 2 = 0 THEN '女' ELSE '男' END AS sex,
    CASE WHEN i % 700 = 0 THEN '罕见病' WHEN h // 3 % 5 = 0 THEN '慢性病' ELSE '无' END AS disease,
    CAST(CASE WHEN i = 4321 THEN 99000000 ELSE 300000 + h // 7 % 1700000 END / 100 AS DECIMAL(12, 2)) AS income
  FROM numbered`

const AIR = `
  SELECT DATE '2014-01-01' + CAST(i // 8 AS INTEGER) AS day, 'S' || CAST(i % 8 AS VARCHAR) AS station,
    CAST(20 + hash(i) % 180 AS INTEGER) AS pm25, CAST(hash(i * 3) % 400 / 10 AS DECIMAL(6, 1)) AS so2
  FROM range(8 * 730) AS r(i)`

export const PERSON_COLUMNS = ['person_id', 'phone', 'district', 'birth_date', 'sex', 'disease', 'income']
export const AIR_COLUMNS = ['day', 'station', 'pm25', 'so2']

export interface SyntheticTables {
  readonly persons: string
  readonly air: string
  readonly directory: string
  remove(): Promise<void>
}

/** Writes both tables as Parquet into a directory of their own. */
export async function writeSyntheticTables(): Promise<SyntheticTables> {
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-security-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const persons = join(directory, 'persons.parquet')
  const air = join(directory, 'air.parquet')
  await connection.run(`COPY (${PERSONS}) TO '${persons}' (FORMAT parquet)`)
  await connection.run(`COPY (${AIR}) TO '${air}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
  return { persons, air, directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

export const STATEMENT_POLICY: StatementPolicy = {
  tables: new Map([['persons', PERSON_COLUMNS], ['air', AIR_COLUMNS]]),
  functions: ALLOWED_FUNCTIONS,
  limits: DEFAULT_STATEMENT_LIMITS,
}

export const DISCLOSURE_POLICY: DisclosurePolicy = {
  output: { maxCellBytes: 200, maxColumns: 50, rawRows: 100 },
  identifiers: {
    columnShare: 0.9,
    columnMinimum: 50,
    verdicts: { 'resident-id': 'block', 'credit-code': 'review', mobile: 'block', 'bank-card': 'block', plate: 'block' },
  },
  shape: { rSquared: 0.9999, minimumValues: 100 },
  containment: { rareFrequency: 5, blockShare: 0.2, minimumMatches: 3 },
  cells: { minimumEntities: 10, largestTwoShare: 0.9, othersToLargest: 0.1, degreesOfFreedom: 10, zeroCells: 'review', extremes: 'block', quantiles: 'review' },
  microdata: { k: 10, l: 2, t: 0.5 },
  probes: { minimumRows: 20, sizeRatio: 0.7, survivalFrom: 0.2, survivalTo: 0.8 },
}

export const PROFILED: readonly ColumnToProfile[] = [
  { table: 'persons', column: 'person_id', role: 'entity-key', numeric: false },
  { table: 'persons', column: 'phone', role: 'quasi-identifier', numeric: false },
  { table: 'persons', column: 'birth_date', role: 'quasi-identifier', numeric: false },
  { table: 'persons', column: 'income', role: 'sensitive', numeric: true },
]

export const LIMITS: JobLimits = { ...DEFAULT_JOB_LIMITS, memoryMb: 512, seconds: 20 }

export function inputsOf(tables: SyntheticTables): readonly JobInput[] {
  return [{ table: 'persons', parquetPath: tables.persons }, { table: 'air', parquetPath: tables.air }]
}

/** A job over both tables under the policies above. */
export function checkedJob(tables: SyntheticTables, profiles: readonly ColumnProfile[] | null, sql: string, halves = 0): CheckedJob {
  return {
    sql,
    inputs: inputsOf(tables),
    statementPolicy: STATEMENT_POLICY,
    tables: new Map([
      ['persons', { columns: PERSON_COLUMNS, entityKey: ['person_id'] }],
      ['air', { columns: AIR_COLUMNS, entityKey: [] }],
    ]),
    profiles,
    disclosurePolicy: DISCLOSURE_POLICY,
    limits: LIMITS,
    halves,
    seed: '5eed',
  }
}
