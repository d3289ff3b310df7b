import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildScreens } from './build-screens.ts'

const UNCHANGED_MS_MAX = 2000 // a later start has three seconds in all

test('both screens are built for a strict content policy, and what is unchanged is not built again', async () => {
  await buildScreens()
  for (const [screen, base] of [['console', '/'], ['portal', '/portal/']] as const) {
    const page = readFileSync(`dist/${screen}/index.html`, 'utf8')
    const scripts = [...page.matchAll(/<script(?<attributes>[^>]*)>(?<inline>[^<]*)</g)]
    expect(scripts.length).toBeGreaterThan(0)
    for (const { groups } of scripts) {
      const source = /src="([^"]+)"/.exec(groups?.['attributes'] ?? '')?.[1] ?? ''
      expect(groups?.['inline']).toBe('')
      expect(source.startsWith(`${base}assets/`)).toBe(true)
      expect(existsSync(`dist/${screen}/${source.slice(base.length)}`)).toBe(true)
    }
    // Pages must not depend on the fonts of the machine.
    const css = readFileSync(`dist/${screen}/${/href="([^"]+\.css)"/.exec(page)?.[1]?.slice(base.length) ?? ''}`, 'utf8')
    expect(css).toMatch(/url\([^)]*noto-sans-sc[^)]*\.woff2\)/)
    expect(css).not.toMatch(/https?:\/\//)
  }
  const again = await buildScreens()
  expect(again.built).toEqual([])
  expect(again.elapsedMs).toBeLessThan(UNCHANGED_MS_MAX)
})
