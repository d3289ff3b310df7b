import { describe, expect, test } from 'vitest'
import { pathOfPersonalData } from './personal-data.ts'

const MOBILE = '13800138000'
const IDENTITY = '11010519491231002X'

describe('what is certainly about a person', () => {
  test.each([MOBILE, `电话${MOBILE}。`, IDENTITY, `证件 ${IDENTITY}`])('is found in “%s”, each time it is asked', (text) => {
    for (let asked = 0; asked < 3; asked += 1) expect(pathOfPersonalData(text)).toBe('$')
  })

  test('is found wherever it lies, also as a key, and the path says where', () => {
    expect(pathOfPersonalData({ a: [{ b: 'x' }, { b: MOBILE }] })).toBe('$.a[1].b')
    expect(pathOfPersonalData({ a: { [IDENTITY]: true } })).toBe('$.a.(key)')
  })

  test.each(['', 'case-1', '1380013800', '138001380001', `x${MOBILE}`, '110105194912310021', 'sha256:11010519491231002', '5.1.0.1'])('is not found in “%s”', (text) => {
    expect(pathOfPersonalData(text)).toBeUndefined()
  })
})
