/** Small choices of this person in this browser. */

const DONE = 'hearback.set-up-done.';

/** Whether an admin finished the set-up checklist of this organization, or put it away. */
export function setUpDone(organizationId: string): boolean {
  try {
    return localStorage.getItem(DONE + organizationId) === 'yes';
  } catch {
    return true;
  }
}

export function finishSetUp(organizationId: string): void {
  try {
    localStorage.setItem(DONE + organizationId, 'yes');
  } catch {
    // Blocked storage: setUpDone() then says "done" anyway.
  }
}
