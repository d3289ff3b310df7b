import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,adapters,capabilities,apps,tools,tests,demo}/**/*.test.ts'],
    // Two cores: more workers only make real databases and browsers wait for each other.
    maxWorkers: 2,
    // No test is about time: the limits only end what hangs, also on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/conformance/support/demanded-in-stories.ts'],
  },
})
