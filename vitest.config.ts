import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Captures of live traffic need the machine for themselves: npm run test:live.
    exclude: ['test/bench/**', 'test/live/**'],
    env: { TZ: 'UTC' },
    globalSetup: ['test/support/names-setup.ts'],
    testTimeout: 20_000,
  },
})
