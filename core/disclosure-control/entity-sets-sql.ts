import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { CHECKS, CONTRIBUTION_MARK, MARKS, ROLL_UP_MARK, SEVERAL_MARK, type DescribedSet } from '#core/disclosure-control/entity-sets.ts'
import { plainMark, rowsMark, supportMarks } from '#core/disclosure-control/figure-support.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'

/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2
/** unit: bits; source: a hash of 64 bits: the upper half chooses the part, the lower is what is kept of it */
const HALF_HASH = 32
const LOWER_HALF = BINARY ** HALF_HASH - 1
/** unit: hexadecimal digits; source: a part is one byte of its number and four of its digest */
const PART_DIGITS = 10
/** unit: bytes; source: the same */
const PART_BYTES = 5
/** unit: base; source: hexadecimal digits */
const HEX = 16
/** unit: bytes; source: marks have 32 bits, entity-sets.ts */
const WORD = 4
/** unit: groups; source: of fewer groups a pair is no roll-up */
const PAIRS_FROM_GROUPS = 3
/** unit: groups; source: platform default: of more groups the pairs would cost more than the job */
const PAIRS_UP_TO_GROUPS = 4
/** unit: decimals; source: sums of doubles in another order differ beyond the tenth digit, amounts have two decimals */
const CONTRIBUTION_DECIMALS = 4
/** The kind of figure under which entities contribute to counts and totals alike: a count is a total of ones. */
const TOTAL = 'total'

/** The kind of set of the rows behind a cell, followed by their table's digest. */
const ROWS = 'rows'
/** In an answer: rows look otherwise elsewhere. */
const LOCAL = 'L'
/** unit: entities to a value; source: platform default: a measure that so many share is a class or a yes, and equal by chance in other rows */
const SHARED_BY = 4

/** A table that knows each of its entities by a name that is the same wherever and for whomever the table is used. */
export interface KnownEntities {
  readonly table: string
  readonly key: readonly string[]
  readonly ledgerColumn: string
}

/**
 * The statement that describes whom the figures of one part are about, for the ledger of releases: one row for each cell,
 * each condition's share of it, what each entity contributes to its totals, and each roll-up of these by one or two of the
 * groups and the whole. Where entities have several rows, contributions to counts and spreads follow, so that a release
 * without one row of many is told apart. Answers are read by readEntitySets; the hashes are salted, so that nobody can try
 * keys against them.
 *
 * Cost: one scan of the part's rows, one hash of each entity and one of each contribution. Where each entity is in one
 * cell, roll-ups are put together from the cells' digests; only where some are in several cells is every roll-up grouped
 * by entity again. The text stays short whatever is rolled up, for preparing it would cost more than running it.
 * Of cells that the result only was computed from, the whole alone is described: a figure that decides which rows leave, or
 * is totalled again, can be subtracted from others like one that is shown.
 * @param source the part's rows: a row for each cell and entity, see CellPart.inner
 * @param kept the groups that leave, or null for all
 * @param known where keys are pseudonyms of one scenario: the tables whose ledger column stands for the keys
 */
export function entitySetsSql(table: CellTable, part: CellPart, source: string, kept: string | null, salt: string, known: readonly KnownEntities[] = []): string {
  const present = part.groups.flatMap((has, position) => (has ? [`g${position}`] : []))
  const shown = Array.from({ length: part.entityColumns }, (_, position) => `e${position}`)
  const figures = figuresOf(table, part)
  const list = (columns: readonly string[]): string => columns.map((column) => `${column}, `).join('')
  const entity = known.length === 0 ? shown.map((key) => `x.${key}`) : [`coalesce(z.name, concat_ws('|', ${shown.map((key) => `x.${key}`).join(', ')}))`]
  const rows = `SELECT x.*, hash(${[quotedText(salt), ...entity].join(', ')}) AS h FROM ${source} AS x${keptOnly(part, present, kept)}${knownJoin(shown, known)} WHERE ${shown.map((key) => `x.${key} IS NOT NULL`).join(' AND ')}`
  const repeated = table.measures.map((_, i) => ` OR coalesce(max(c${i}) > 1, false)`).join('')
  const tables = part.rowTables ?? []
  const severalOf = tables.map(({ name, key }) => `(SELECT count(*) > count(DISTINCT ${key.length === 1 ? key.map(quotedIdentifier).join('') : `(${key.map(quotedIdentifier).join(', ')})`}) FROM ${quotedIdentifier(name)})`)
  const coarseOf = table.measures.map((measure, i) => (measure.kind === 'total' && tables.length > 0 ? `, coalesce(count(DISTINCT v${i}) * ${SHARED_BY} < count(v${i}), false) AS coarse${i}` : ''))
  const ends = tables.flatMap((_, t) => [`${t}`, ...table.measures.flatMap((measure, i) => (measure.conditional ? [`${i}_${t}`] : []))]).map((name) => `, min(low${name}) AS low${name}, max(high${name}) AS high${name}`).join('')
  const sets = figures.map(({ hash, where, few }, k) => `SELECT ${k} AS k, 0 AS r, ${list(present)}${hash} AS x FROM o WHERE ${where}${few && !table.weighed ? ' AND (SELECT yes FROM several)' : ''}`)
  const onlyWhole = !table.shown && present.length > 0
  const rolled = onlyWhole ? [[]] : rollUpsOf(present)
  const rolling = figures.flatMap((figure, k) => (figure.rolled === null ? [] : [{ ...figure.rolled, k }]))
  const again = rolled.length === 0 ? [] : rolling.map(({ k, where, hash }) => `SELECT ${k}, r, ${list(present)}${hash} FROM u WHERE ${where}`)
  const groupings = (by: readonly (readonly string[])[], more: string): string => `GROUPING SETS (${by.map((one) => `(${[...one, more].join(', ')})`).join(', ')})`
  // What is in no roll-up is left out of them by its type only.
  const coarse = present.length === 1 || onlyWhole ? `1 AS r, ${present.map((group) => `any_value(${group}) FILTER (WHERE false) AS ${group}, `).join('')}` : `GROUPING(${present.join(', ')}) AS r, ${list(present)}`
  const sums = table.measures.flatMap((measure, i) => (measure.kind === 'count' && !measure.ofKeys ? [`, sum(c${i}) AS c${i}`] : measure.kind === 'total' ? [`, sum(v${i}) FILTER (WHERE c${i} > 0) AS v${i}`] : []))
  return [
    `WITH o AS MATERIALIZED (${rows}), several AS MATERIALIZED (SELECT count(*) > count(DISTINCT h)${repeated}${severalOf.map((one) => ` OR ${one}`).join('')} AS yes${severalOf.map((one, t) => `, ${one} AS yes${t}`).join('')}${coarseOf.join('')} FROM o)`,
    ...(rolled.length === 0 ? [] : [`, u AS MATERIALIZED (SELECT ${coarse}h${sums.join('')}${ends} FROM o WHERE (SELECT yes FROM several) GROUP BY ${groupings(rolled, 'h')})`]),
    `, parts AS ${rolled.length === 0 ? '' : 'MATERIALIZED '}(SELECT k, r, ${list(present)}(x >> ${HALF_HASH}) % ${CHECKS} AS p, count(*) AS n, bit_xor(x & ${LOWER_HALF}::UBIGINT) AS x FROM (${[...sets, ...again].join(' UNION ALL ')}) GROUP BY ALL)`,
    ...(rolled.length === 0 ? [] : [`, merged AS (SELECT k, ${coarse}p, sum(n) AS n, bit_xor(x) AS x FROM parts WHERE k IN (${rolling.map(({ k }) => k).join(', ')}) AND NOT (SELECT yes FROM several) GROUP BY ${groupings(rolled, 'k, p')})`]),
    ` SELECT k, r, (SELECT yes FROM several) AS several, sum(n)::BIGINT AS n, to_base64(unhex(string_agg(lpad(hex((p << ${HALF_HASH}) | x), ${PART_DIGITS}, '0'), ''))) AS d, (SELECT concat('', ${[known.length > 0 ? `'${LOCAL}'` : `''`, ...tables.map((_, t) => `yes${t}::INTEGER`)].join(', ')}) FROM several) AS known`,
    ` FROM (SELECT * FROM parts${rolled.length === 0 ? '' : ' UNION ALL SELECT * FROM merged'})${onlyWhole ? ' WHERE r <> 0' : ''} GROUP BY k, r${present.map((group) => `, ${group}`).join('')}`,
  ].join('')
}

/** One kind of set: the hash of each row that is in it, and where roll-ups have it as well, of each entity's rows together. */
interface Figure {
  /** Empty for sets of entities. */
  readonly kind: string
  /** Of a count of rows in which nothing but supplied values may be missing: its place. */
  readonly plain?: number
  readonly hash: string
  readonly where: string
  /** Whether it says more than the set of entities only where some entity has several rows, or values are weighed. */
  readonly few: boolean
  readonly rolled: { readonly hash: string; readonly where: string } | null
}

function figuresOf({ measures }: CellTable, { rowTables = [] }: CellPart): readonly Figure[] {
  const ends = (name: string): string => `low${name}, high${name}`
  const someSeveral = (tables: readonly number[]): string => `(SELECT ${tables.map((t) => `yes${t}`).join(' OR ')} FROM several)`
  const rowsIn = (measure: Measure, i: number, t: number): string => ends(measure.conditional ? `${i}_${t}` : `${t}`)
  // The same value of other rows is another contribution; what is computed from an entity's own table is the same in all of them.
  const contributed = (measure: Measure, i: number, kind: string, ...values: readonly string[]): string => {
    const own = `hash(h, '${kind}', ${values.join(', ')})`
    const tables = rowTables.flatMap((table, t) => (measure.readsTables === undefined || measure.readsTables.includes(table.digest) ? [t] : []))
    if (tables.length === 0) return own
    const coarse = measure.kind === 'total' ? ` AND (SELECT coarse${i} FROM several)` : ''
    return `CASE WHEN ${someSeveral(tables)}${coarse} THEN hash(h, '${kind}', ${[...values, ...tables.map((t) => `CASE WHEN ${someSeveral([t])} THEN hash(${rowsIn(measure, i, t)}) ELSE 0 END`)].join(', ')}) ELSE ${own} END`
  }
  const rows = (name: (t: number) => string, where: string, rolled: boolean): readonly Figure[] => rowTables.map((table, t): Figure => {
    const set = { hash: `hash(h, ${ends(name(t))})`, where: `${where} AND ${someSeveral([t])}` }
    return { kind: `${ROWS}${table.digest}`, ...set, few: false, rolled: rolled ? set : null }
  })
  const rounded = (value: string): string => `round(CAST(${value} AS DOUBLE), ${CONTRIBUTION_DECIMALS})`
  return [
    { kind: '', hash: 'h', where: 'true', few: false, rolled: { hash: 'h', where: 'true' } },
    ...rows((t) => `${t}`, 'true', true),
    // Parts of a figure nobody sees.
    ...measures.flatMap((measure, i): readonly Figure[] => (measure.within === true ? [] : [
      ...(measure.conditional ? [{ kind: '', hash: 'h', where: `c${i} > 0`, few: false, rolled: null }, ...rows((t) => `${i}_${t}`, `c${i} > 0`, false)] : []),
      // Of two totals that everybody enters otherwise from one day on, and from the next day on, multiples leave those between.
      ...Array.from({ length: measure.branches }, (_, branch): Figure => ({ kind: '', hash: 'h', where: `w${i}_${branch} > 0`, few: false, rolled: null })),
      ...contributionsTo(measure, i, (kind, ...values) => contributed(measure, i, kind, ...values), rounded),
    ])),
  ]
}

/** Sets over what entities contribute to a figure. */
function contributionsTo(measure: Measure, i: number, contributed: (kind: string, ...values: readonly string[]) => string, rounded: (value: string) => string): readonly Figure[] {
  const some = `c${i} > 0`
  const plain = measure.plain === true ? { plain: i } : {}
  if (measure.kind === 'count' && !measure.ofKeys) {
    const hash = contributed(TOTAL, rounded(`c${i}`))
    return [{ kind: TOTAL, ...plain, hash, where: some, few: true, rolled: { hash, where: some } }]
  }
  if (measure.kind === 'total') {
    const hash = contributed(TOTAL, rounded(`v${i}`))
    return [{ kind: TOTAL, ...plain, hash, where: `${some} AND v${i} <> 0`, few: false, rolled: { hash, where: `v${i} <> 0` } }]
  }
  return measure.kind === 'spread' ? [{ kind: measure.kind, hash: contributed(measure.kind, `c${i}`, rounded(`v${i}`)), where: some, few: true, rolled: null }] : []
}

/** The sets of one part as its statement answered: each with its kind, its size and its digests in hexadecimal (marks, then checks; see entity-sets.ts). */
export function readEntitySets(table: CellTable, part: CellPart, rows: readonly Row[], origin: number): readonly DescribedSet[] {
  const figures = figuresOf(table, part)
  return rows.map(([figure, rolled, several, entities, parts, known]) => {
    const { kind = '', plain } = figures[Number(figure)] ?? {}
    const rowsKnown = String(known)
    const marks = (part.rowTables ?? []).flatMap((one, t) => (rowsKnown.replace(LOCAL, '')[t] === '1' ? [rowsMark(one.digest, rowsKnown.startsWith(LOCAL))] : [])).join('')
    const found = kind === '' ? `${marks}${several === true ? SEVERAL_MARK : ''}${Number(rolled) === 0 ? '' : ROLL_UP_MARK}` : `${plain === undefined ? '' : plainMark(plain)}${CONTRIBUTION_MARK}${kind}`
    return { origin, kind: `${part.kind}${supportMarks(table.measures.filter((measure) => measure.within !== true), part.kind, found.includes(SEVERAL_MARK))}${found}`, entities: Number(entities), digests: digestsOf(String(parts)) }
  })
}

/** The hexadecimal digits as codes of characters. */
const HEX_CODES = Array.from({ length: HEX }, (_, digit) => digit.toString(HEX).charCodeAt(0))

/**
 * Marks and checks in hexadecimal, from parts of one byte for their number and four for the exclusive or of their hashes, in
 * base 64. Without a text for each of them, for a result may have a hundred thousand sets.
 */
function digestsOf(parts: string): string {
  const packed = atob(parts)
  const bytes = new Uint8Array(MARKS * WORD + CHECKS)
  for (let at = 0; at < packed.length; at += PART_BYTES) {
    const place = packed.charCodeAt(at)
    const mark = (place % MARKS) * WORD
    for (let byte = 0; byte < WORD; byte += 1) bytes[mark + byte] = (bytes[mark + byte] ?? 0) ^ packed.charCodeAt(at + 1 + byte)
    bytes[MARKS * WORD + place] = packed.charCodeAt(at + WORD)
  }
  const codes: number[] = []
  for (const byte of bytes) codes.push(HEX_CODES[Math.floor(byte / HEX)] ?? 0, HEX_CODES[byte % HEX] ?? 0)
  return String.fromCharCode(...codes)
}

function keptOnly(part: CellPart, present: readonly string[], kept: string | null): string {
  if (kept === null) return ''
  const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
  const same = [`y."grouping" = ${grouping}`, ...present.map((group) => `y.${group} IS NOT DISTINCT FROM x.${group}`)].join(' AND ')
  return ` SEMI JOIN ${kept} AS y ON ${same}`
}

function knownJoin(keys: readonly string[], known: readonly KnownEntities[]): string {
  if (known.length === 0) return ''
  const tables = known.map(({ table, key, ledgerColumn }) => `SELECT ${key.map((column, position) => `CAST(${quotedIdentifier(column)} AS VARCHAR) AS k${position}`).join(', ')}, ${quotedIdentifier(ledgerColumn)} AS name FROM ${quotedIdentifier(table)}`)
  return ` LEFT JOIN (SELECT DISTINCT * FROM (${tables.join(' UNION ALL ')})) AS z ON ${keys.map((key, position) => `CAST(x.${key} AS VARCHAR) = z.k${position}`).join(' AND ')}`
}

/** The coarser groupings of a grouping: the whole, each group alone, and each pair of three or four. */
function rollUpsOf(present: readonly string[]): readonly (readonly string[])[] {
  if (present.length === 0) return []
  const singles = present.length > 1 ? present.map((group) => [group]) : []
  const pairs = present.length >= PAIRS_FROM_GROUPS && present.length <= PAIRS_UP_TO_GROUPS ? present.flatMap((one, at) => present.slice(at + 1).map((other) => [one, other])) : []
  return [[], ...singles, ...pairs]
}
