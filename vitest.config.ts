import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,adapters,capabilities,apps,tools,tests,demo}/**/*.test.ts'],
    // Two cores: more workers only make real databases and browsers wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/conformance/support/demanded-in-stories.ts'],
  },
})
