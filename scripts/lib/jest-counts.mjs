/** A jest reporter that leaves the counts of the run in the file named by HEARBACK_TEST_COUNTS, for scripts/test.mjs to print last. */
import { writeFileSync } from 'node:fs';

export default class Counts {
  onRunComplete(_contexts, results) {
    // A file that does not even load has no tests to count; it is a failure all the same.
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    if (process.env.HEARBACK_TEST_COUNTS) writeFileSync(process.env.HEARBACK_TEST_COUNTS, JSON.stringify(counts));
  }
}
