import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAMILY, PackCopy } from './pack-copy.ts'

let copy: PackCopy
beforeEach(() => {
  copy = new PackCopy(FAMILY)
})
afterEach(() => copy.remove())

test('packs that override each other in a circle are refused with every place named', async () => {
  copy.change('national-authorization-2025/pack.yaml', '', 'parents: []', 'parents: [chengdu-2026]')
  const [found] = (await copy.findings()).filter((one) => one.code === 'parents-must-not-form-a-circle' && one.file.startsWith('chengdu-2026'))
  expect(found?.message).toMatch(/chengdu-2026\/pack\.yaml:\d+、.*national-authorization-2025\/pack\.yaml:\d+/)
})

test('a figure that is repealed and used is refused where it is used, with the place that repeals it', async () => {
  const line = copy.change('chengdu-2026/figures.yaml', 'formal-review-days:', 'value: 5', 'repealed: { platform-default: 试验废止 }\n  value: 5')
  const [found] = (await copy.findings()).filter((one) => one.code === 'figure-must-not-be-repealed')
  expect(found?.file).toBe('chengdu-2026/procedures/data-demand.yaml')
  expect(found?.message).toMatch(new RegExp(`另一处在 .*chengdu-2026/figures\\.yaml:${line}。$`))
})
