import type { Role } from '../session.js';
import { EmptyState } from './empty-state.js';

const who: Record<Role, string> = {
  viewer: 'everybody',
  agent: 'agents, managers and admins',
  manager: 'managers and admins',
  admin: 'admins',
};

/** In the place of what a role may not use: says which role can. `what` goes on "Only admins can …". */
export function NeedsRole({ least, what }: { least: Role; what: string }) {
  return (
    <EmptyState title="Your role cannot do this">
      <p>{`Only ${who[least]} can ${what}.`}</p>
    </EmptyState>
  );
}

/** One quiet line above something that may be read but not changed. */
export function ReadOnlyNote({ least, what }: { least: Role; what: string }) {
  return <p className="hb-meta">{`You can look at this. Only ${who[least]} can ${what}.`}</p>;
}
