/**
 * Judges a run of the tests, and what was checked beside them:
 *
 *     node src/tools/test-summary.mjs REPORT TESTS_FAILED OTHERS_FAILED
 *
 * REPORT is written by vitest's JSON reporter; TESTS_FAILED is 1 if the run as a whole failed, else 0; OTHERS_FAILED is
 * the number of other checks that failed. Names what failed, and what was skipped, because on the build server nothing
 * may be. The last line is `N passed, N failed`; exit code 1 unless every test ran and everything passed.
 */

import { existsSync, readFileSync } from 'node:fs'

const [reportFile, testsFailed, othersFailed] = process.argv.slice(2)
const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : { testResults: [] }

let passed = 0
let failed = 0
const complain = (text) => {
  failed++
  process.stdout.write(`${text}\n`)
}

for (const { name, status, message, assertionResults } of report.testResults) {
  if (status === 'failed' && assertionResults.length === 0) complain(`failed to load: ${name}: ${message}`)
  for (const test of assertionResults) {
    if (test.status === 'passed') passed++
    else if (test.status === 'failed') complain(`failed: ${name}: ${test.fullName}`)
    else complain(`skipped: ${name}: ${test.fullName}`)
  }
}
if (passed + failed === 0) complain('no test ran')
else if (failed === 0 && testsFailed !== '0') complain('every test passed, but their run failed')
failed += Number(othersFailed)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
if (failed > 0) process.exitCode = 1
