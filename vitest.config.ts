import { defineConfig } from 'vitest/config'

/** Stories told to the engine alone: nothing lasts between files but packs once read, so that files share a worker. */
const TOLD = ['core/**/*.test.ts', 'tests/{conformance,engine}/**/*.test.ts']
/** Files in the same folders of which some start a real platform: each has a worker of its own, and the run's database. */
const STARTED = [
  'tests/engine/real-platform.test.ts',
  'tests/conformance/retold.test.ts',
  'tests/conformance/*/{evidence,national-node,regulations,transition}.test.ts',
]

const SHARED = {
  // No test is about time: the limits only end what hangs, also on a busy machine.
  testTimeout: 180_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
  setupFiles: ['tests/conformance/support/demanded-in-stories.ts'],
}

export default defineConfig({
  test: {
    // Two cores: more workers only make real databases and browsers wait for each other.
    maxWorkers: 2,
    projects: [
      { test: { ...SHARED, name: 'told', include: TOLD, exclude: STARTED, isolate: false } },
      {
        test: {
          ...SHARED,
          name: 'real',
          include: ['{adapters,capabilities,apps,tools,demo}/**/*.test.ts', 'tests/!(conformance|engine)/**/*.test.ts', ...STARTED],
          globalSetup: ['tests/support/global-setup.ts'],
        },
      },
    ],
  },
})
