/** Who gets a case that a team takes in turns or by load: pure choices among those who can take one. */

export interface Taker {
  id: string;
  openCases: number;
  /** Open cases that rules give at most; null: no limit. */
  capacity: number | null;
  /** When a rule gave them a case last; null: never. */
  takenAt: Date | null;
}

/** First and last local day away, 'YYYY-MM-DD'; without a last day: until further notice. */
export interface Absence {
  absentFrom: string | null;
  absentTo: string | null;
}

export const isAway = ({ absentFrom, absentTo }: Absence, today: string): boolean =>
  absentFrom !== null && absentFrom <= today && (absentTo === null || today <= absentTo);

export const hasRoom = ({ openCases, capacity }: Pick<Taker, 'openCases' | 'capacity'>): boolean =>
  capacity === null || openCases < capacity;

/** Whoever got a case longest ago, of those with room; null when nobody has. */
export const roundRobin = (takers: readonly Taker[]): string | null => first(takers, [lastTaken]);

/** Whoever has the fewest open cases, of those with room; among equals whoever got one longest ago. */
export const leastLoaded = (takers: readonly Taker[]): string | null =>
  first(takers, [(taker) => taker.openCases, lastTaken]);

const lastTaken = (taker: Taker): number => taker.takenAt?.getTime() ?? -Infinity;

/** Who answers for a team's cases, of these people: its lead, else its managers, else all managers; admins where nobody manages. */
export function answerable<Person extends { id: string; role: string; teamIds: readonly string[] }>(
  people: readonly Person[],
  team: { id: string; leadId: string | null } | null,
): Person[] {
  const lead = people.filter((one) => one.id === team?.leadId);
  if (lead.length > 0) return lead;
  const managers = managersOf(people);
  const ofTeam = managers.filter((one) => team !== null && one.teamIds.includes(team.id));
  return ofTeam.length > 0 ? ofTeam : managers;
}

/** The managers among these people; where there are none, the admins. */
export function managersOf<Person extends { role: string }>(people: readonly Person[]): Person[] {
  const managers = people.filter((one) => one.role === 'manager');
  return managers.length > 0 ? managers : people.filter((one) => one.role === 'admin');
}

function first(takers: readonly Taker[], by: readonly ((taker: Taker) => number)[]): string | null {
  const [best] = takers.filter(hasRoom).sort((a, b) => {
    for (const key of by) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
  return best?.id ?? null;
}
