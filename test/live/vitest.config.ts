import { defineConfig } from 'vitest/config'

/** One file after the other: captures of live traffic would see each other's. */
export default defineConfig({
  test: {
    include: ['test/live/**/*.test.ts'],
    globalSetup: ['test/support/names-setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
  },
})
