/** More answers than this from one network in so short a time are not written by people, even behind one address of a large office. */
export const BURST_ANSWERS = 20;
export const BURST_MS = 10_000;

/**
 * Ids of the answers of one network that are part of a burst: of those that stand with more than `BURST_ANSWERS` in some stretch of
 * `BURST_MS`, the first ones as well as the last. Any order; none for few answers.
 */
export function burstMembers(answers: readonly Readonly<{ id: string; at: Date }>[]): Set<string> {
  const sorted = answers.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const members = new Set<string>();
  let first = 0;
  for (const [last, answer] of sorted.entries()) {
    while (answer.at.getTime() - (sorted[first]?.at.getTime() ?? 0) >= BURST_MS) first += 1;
    if (last - first + 1 > BURST_ANSWERS) for (const one of sorted.slice(first, last + 1)) members.add(one.id);
  }
  return members;
}
