import { defineConfig } from 'vitest/config'

/** The scenarios alone, wherever they stand; the files are named on the command line. */
export default defineConfig({
  test: {
    root: '.',
    include: ['{core,adapters,capabilities,apps,tools,tests,demo}/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/conformance/support/retell-stories.ts'],
  },
})
