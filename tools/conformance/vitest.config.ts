import { defineConfig } from 'vitest/config'

/** The scenarios alone, wherever they stand; the files are named on the command line. */
export default defineConfig({
  test: {
    root: '.',
    include: ['{core,adapters,capabilities,apps,tools,tests,demo}/**/*.test.ts'],
    maxWorkers: 2,
    // Scenarios share nothing that changes: what one file has read of the packs, the next one in its worker need not read again.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/conformance/support/retell-stories.ts'],
  },
})
