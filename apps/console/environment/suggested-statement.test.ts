import { describe, expect, test } from 'vitest'
import { suggestedStatement } from './suggested-statement.ts'

const suggested = (sql: string, isEmpty = false): string | null => suggestedStatement(sql, 'id_number', 10, isEmpty)

describe('a statement that an analyst may try instead', () => {
  test('leaves out the groups that are too small, before the order of the rows and beside what is asked of groups already', () => {
    expect(suggested('select district, count(distinct id_number) as persons\nfrom p\ngroup by district')).toBe('select district, count(distinct id_number) as persons\nfrom p\ngroup by district\nhaving count(distinct id_number) >= 10')
    expect(suggested('select district, count(*) as n from p group by district having avg(x) > 3 order by n')).toBe('select district, count(*) as n from p\ngroup by district\nhaving avg(x) > 3 and count(distinct id_number) >= 10\norder by n')
  })

  test('groups by one column less where all groups were too small', () => {
    expect(suggested('select district, occupation, round(avg(pay), 1) as pay from p where pay > 0 group by district, occupation', true))
      .toBe('select district, round(avg(pay), 1) as pay from p where pay > 0\ngroup by district\nhaving count(distinct id_number) >= 10')
    expect(suggested('select district, count(*) as n from p group by district', true)).toBeNull()
    expect(suggested('select district as d, birth_year as y, count(*) as n from p group by district, birth_year', true)).toBeNull()
  })

  test('is none where the text alone does not show what belongs together', () => {
    for (const sql of ['select district from p', 'select a, count(*) from (select * from p) q group by a', 'select a, count(*) from p group by rollup(a, b)', 'with q as (select 1) select a from q group by a', 'select a, sum(x) over () from p group by a', 'select left(a, 1), count(*) from p group by left(a, 1)']) expect(suggested(sql), sql).toBeNull()
  })
})
