import { describe, expect, test } from 'vitest'
import { ValueSketch, fingerprint, inForm, unpackFingerprints, valueForms } from '#adapters/vault/ingest/value-sketch.ts'

const salt = '00112233445566778899aabbccddeeff'

describe('the sketch of a column', () => {
  test('remembers a value of five rows as rare and one of six not', () => {
    const sketch = new ValueSketch(salt)
    for (let row = 0; row < 5; row += 1) sketch.add('五行')
    for (let row = 0; row < 6; row += 1) sketch.add('六行')
    const rare = sketch.rare()
    expect(sketch.distinct()).toEqual({ count: 2, exact: true })
    expect(rare.sampledShare).toBe(1)
    expect(unpackFingerprints(rare.forms.raw)).toEqual(new Set([fingerprint(salt, '五行')]))
  })

  test('finds a rare value again in every form a job may print it in', () => {
    const sketch = new ValueSketch(salt)
    sketch.add('990001199001010017')
    const { forms } = sketch.rare()
    const printed = [
      ['raw', '990001199001010017'],
      ['reversed', '710010100991100099'],
      ['base64', 'OTkwMDAxMTk5MDAxMDEwMDE3'],
      ['hex', '393930303031313939303031303130303137'],
      ['md5', inForm('md5', '990001199001010017')],
      ['sm3', inForm('sm3', '990001199001010017')],
    ] as const
    for (const [form, text] of printed) expect(unpackFingerprints(forms[form]).has(fingerprint(salt, text)), form).toBe(true)
    expect(Object.keys(forms)).toEqual([...valueForms])
  })

  test('cannot be matched without its salt', () => {
    const sketch = new ValueSketch(salt)
    sketch.add('990001199001010017')
    expect(unpackFingerprints(sketch.rare().forms.raw).has(fingerprint('other', '990001199001010017'))).toBe(false)
  })

  test('beyond its bound samples distinct values, keeps their frequencies exact and says so', () => {
    const sketch = new ValueSketch(salt, 2_000, 1_000)
    // 20,000 values of one row and 20,000 of ten, mixed.
    for (let round = 0; round < 10; round += 1) {
      for (let index = 0; index < 20_000; index += 1) {
        sketch.add(`frequent-${index}`)
        if (round === index % 10) sketch.add(`rare-${index}`)
      }
    }
    const { count, exact } = sketch.distinct()
    expect(exact).toBe(false)
    expect(Math.abs(count / 40_000 - 1)).toBeLessThan(0.15)
    const { sampledShare, forms } = sketch.rare()
    const kept = unpackFingerprints(forms.raw)
    const bound = BigInt(Math.floor(sampledShare * 2 ** 52)) << 12n
    for (let index = 0; index < 20_000; index += 1) {
      const print = fingerprint(salt, `rare-${index}`)
      if (print < bound) expect(kept.has(print)).toBe(true)
      expect(kept.has(fingerprint(salt, `frequent-${index}`))).toBe(false)
    }
    expect(kept.size).toBeGreaterThan(400)
    expect(kept.size).toBeLessThan(600)
  })
})
