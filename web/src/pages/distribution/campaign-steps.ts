export const STEPS = ['survey', 'audience', 'when', 'reminders', 'review'] as const;
export type StepName = (typeof STEPS)[number];

/** Stores a change of the draft, then opens the next step. */
export type Save = (change: Record<string, unknown>, then: StepName, idempotencyKey?: string) => Promise<void>;
