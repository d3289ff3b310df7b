import { describe, expect, test } from 'vitest'
import { canonicalBytes, canonicalJson, NotCanonicalError } from './canonical-json.ts'

describe('the canonical form of JSON (RFC 8785)', () => {
  test('writes the numbers, strings and literals of RFC 8785 section 3.2.2 as it shows them', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    )
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('orders keys by UTF-16 code units as in RFC 8785 section 3.2.3, numbers among them included', () => {
    const value = { '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Hebrew', '1': 'One', '\ud83d\ude00': 'Smile', '\u0080': 'Control', '\u00f6': 'o' }
    const order = [...canonicalJson(value).matchAll(/:"(\w+)"/g)].map(([, name]) => name)
    expect(order).toEqual(['CR', 'One', 'Control', 'o', 'Euro', 'Smile', 'Hebrew'])
    expect(canonicalJson({ '2': 0, '10': 0 })).toBe('{"10":0,"2":0}')
  })

  test('writes minus zero as zero and Chinese as itself in UTF-8', () => {
    expect(canonicalJson(-0)).toBe('0')
    expect(Buffer.from(canonicalBytes('公枢')).toString('hex')).toBe('22e585ace69ea222')
  })

  test.each([
    ['$.a', { a: undefined }],
    ['$.a[1]', { a: [0, Number.NaN] }],
    ['$[0]', [Infinity]],
    ['$.when', { when: new Date(0) }],
    ['$.half', { half: '\ud800' }],
    ['$', 1n],
  ])('refuses what JSON cannot say and names the place %s', (path, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ path, code: 'evidence-value-not-canonical' }))
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError)
  })
})
