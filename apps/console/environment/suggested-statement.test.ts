import { describe, expect, test } from 'vitest'
import { conjuncts, partsOf } from './statement-parts.ts'
import { countedOnly, suggestedStatement } from './suggested-statement.ts'

const KEYS = [{ table: 'p', column: 'id_number' }, { table: 'firms', column: 'code' }]
const suggested = (sql: string, isEmpty = false): string | undefined => suggestedStatement(sql, KEYS, 10, isEmpty)?.replaceAll(/\s+/g, ' ')
const counted = (sql: string, isEmpty = false): string | undefined => countedOnly(sql, KEYS, 10, isEmpty)?.replaceAll(/\s+/g, ' ')

describe('a statement taken apart', () => {
  test('has its clauses at the words outside of brackets and quotation marks', () => {
    expect(partsOf("with q as (select 1 from x) select a, left('from, b', 2) as c from p where a in (select 1) group by a, 2 having n > 1 order by a limit 3;")).toEqual({
      lead: 'with q as (select 1 from x)', items: ['a', "left('from, b', 2) as c"], from: 'p', where: 'a in (select 1)', groups: ['a', '2'], having: 'n > 1', tail: 'order by a limit 3',
    })
    expect(conjuncts("a = 'x and y' and (b or c) and d")).toEqual(["a = 'x and y'", '(b or c)', 'd'])
    for (const whole of ['a and b or c', 'a between 1 and 2 and b']) expect(conjuncts(whole)).toEqual([whole])
  })

  test('is none where it is another kind, or not closed', () => {
    for (const sql of ['select distinct a from p', 'select a from p union all select b from q', 'from p select a', 'select a from p -- x', 'select a, (1 from p', 'select 1', 'select a from p; select b from p']) expect(partsOf(sql), sql).toBeNull()
  })
})

describe('a statement with small groups left out', () => {
  test('asks it before the order of the rows and beside what is asked of groups already', () => {
    expect(suggested('select district, count(*) as n from p group by district having avg(x) > 3 or n > 2 order by n')).toBe('select district, count(*) as n from p group by district having (avg(x) > 3 or n > 2) and count(distinct id_number) >= 10 order by n')
    expect(suggested('select left(a, 1) as k, count(*) from p x join q using (id_number) group by 1')).toContain('group by 1 having count(distinct x.id_number) >= 10')
  })

  test('asks it of each condition and of what is left without it, and of each kind of entity', () => {
    const both = (condition: string): string => `count(distinct id_number) filter (where ${condition}) >= 10 and count(distinct id_number) filter (where (${condition}) is not true) >= 10`
    for (const [figure, condition] of [['count(*) filter (a > 1)', 'a > 1'], ['count_if(b)', 'b'], ['sum(b::int) / count(*)', 'b'], ['sum(case when a = 1 then 1 else 0 end)', 'a = 1']]) expect(suggested(`select k, ${figure} as x from p group by k`), figure).toContain(both(condition ?? ''))
    expect(suggested('select k, count(*) from p join firms f on p.code = f.code group by k')).toContain('count(distinct p.id_number) >= 10 and count(distinct f.code) >= 10')
  })

  test('groups by one column less where all groups were too small', () => {
    expect(suggested('select district, occupation, round(avg(pay), 1) as pay from p where pay > 0 group by district, occupation', true)).toBe('select district, round(avg(pay), 1) as pay from p where pay > 0 group by district having count(distinct id_number) >= 10')
    expect(suggested('select district, count(*) as n from p group by district', true)).toBeUndefined()
    expect(suggested('select district as d, birth_year as y, count(*) as n from p group by district, birth_year order by d', true)).toBeUndefined()
  })

  test('is none where the text alone does not show what belongs together', () => {
    for (const sql of ['select district from p', 'select a, count(*) from (select * from p) q group by a', 'select a, count(*) from p group by rollup(a, b)', 'with q as (select 1) select a from q group by a', 'select a, sum(x) over () from p group by a', 'select a, count(*) from p group by a having avg(x) > (select 1)']) expect(suggested(sql), sql).toBeUndefined()
  })
})

describe('a statement with nothing but the number of entities', () => {
  test('keeps the groups and the conditions but those that name an entity or ask another query', () => {
    expect(counted("select a, string_agg(name) as s, max(x, 3) as m from p where b = 1 and id_number <> '7' and c in (select 1) group by all")).toBe('select a, count(distinct id_number) as entities from p where b = 1 group by 1 having count(distinct id_number) >= 10')
    expect(counted('select a, b, sum(x) as s from p group by a, b', true)).toBe('select a, count(distinct id_number) as entities from p group by 1 having count(distinct id_number) >= 10')
  })

  test('is none without groups, or where a group names an entity', () => {
    for (const sql of ['select sum(x) from p', 'select id_number, sum(x) from p group by 1', 'select left(id_number, 3) as k, count(*) from p group by k', 'select a, count(*) from p, (select 1) q group by a']) expect(counted(sql), sql).toBeUndefined()
  })
})
