import { describe, expect, test } from 'vitest'
import { wrongCitations } from '#tests/packs/citations.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { SICHUAN, opened, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'

test('every sentence that the pack cites stands in its provision', () => {
  const { provisions: _provisions, ...rules } = packOf('sichuan-2025-draft')
  expect(wrongCitations(packOf('sichuan-2025-draft'), rules)).toEqual([])
})

describe('a draft', () => {
  test('sc25-33.1a: governs nothing; its copy in a preview does', async () => {
    const real = new Story(await lawOf('sichuan-2025-draft'), SICHUAN)
    real.refusesOpening({ on: '2026-07-06', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }, 'draft-rules-must-not-govern', 'sc25-33.1')
    expect(opened(story()).status).toBe('drafting')
  })

  test('sc25-33.1b: with the preview date 2026-07-01 its last day is 2031-06-30', () => {
    const line = { who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    story().refusesOpening({ ...line, on: '2026-06-30' }, 'rules-must-be-in-force', 'sc25-33.1')
    expect(story().open({ ...line, on: '2031-06-30' }).status).toBe('drafting')
    story().refusesOpening({ ...line, on: '2031-07-01' }, 'rules-must-be-in-force', 'sc25-33.1')
  })

  test('the missing half of item six is on record with its place', () => {
    expect(packOf('sichuan-2025-draft').deviations).toMatchObject([{ atom: 'na25-14.1.6/redevelopment', basis: { interpretation: 'sc25-16.1.6' } }])
  })
})
