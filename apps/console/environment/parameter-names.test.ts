import { describe, expect, test } from 'vitest'
import { likelyType, parameterNames } from './parameter-names.ts'

describe('the parameters of a statement, for the fields of a form', () => {
  test('each once, in the order of the text', () => {
    expect(parameterNames('select * from t where day >= $from_day and day < $to_day or kind = $kind and x > $from_day')).toEqual(['from_day', 'to_day', 'kind'])
    expect(parameterNames('select 1')).toEqual([])
  })
  test('not where a dollar sign is only a sign: texts, quoted names, comments, also unfinished ones', () => {
    expect(parameterNames("select '$a', \"$b\", 'it''s $c' -- $d\n, $e /* $f */ from t /* $g")).toEqual(['e'])
    expect(parameterNames("select $a, 'open $b")).toEqual(['a'])
    expect(parameterNames('select $1, $ x')).toEqual([])
  })
  test('a name suggests a type, which the person may change', () => {
    expect(['from_day', 'year', 'kind'].map(likelyType)).toEqual(['date', 'integer', 'text'])
  })
})
