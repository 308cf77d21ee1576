import type { ComponentType } from 'react';
import {
  AlertIcon,
  CommentIcon,
  GraphIcon,
  InboxIcon,
  MegaphoneIcon,
  PaperAirplaneIcon,
  PeopleIcon,
  ZapIcon,
  ChecklistIcon,
} from '@primer/octicons-react';
import { RouteIcon } from '../components/icons.js';
import { atLeast, type Role } from '../session.js';

export type Section = {
  label: string;
  to: SectionPath;
  icon: ComponentType<{ size?: number }>;
  keys?: string;
  least: Role;
};
type SectionPath =
  | '/cases'
  | '/pain-points'
  | '/improvements'
  | '/overview'
  | '/journey'
  | '/responses'
  | '/customers'
  | '/surveys'
  | '/campaigns'
  | '/triggers';

/** The sidebar, in its fixed order. `least` is the lowest role that has any use for it. */
const groups: readonly { label: string; sections: readonly Section[] }[] = [
  {
    label: 'Close the loop',
    sections: [
      { label: 'Cases', to: '/cases', icon: InboxIcon, keys: 'g c', least: 'viewer' },
      { label: 'Pain points', to: '/pain-points', icon: AlertIcon, keys: 'g p', least: 'viewer' },
      { label: 'Improvements', to: '/improvements', icon: MegaphoneIcon, keys: 'g i', least: 'viewer' },
    ],
  },
  {
    label: 'Understand',
    sections: [
      { label: 'Overview', to: '/overview', icon: GraphIcon, keys: 'g o', least: 'viewer' },
      { label: 'Journey', to: '/journey', icon: RouteIcon, keys: 'g j', least: 'viewer' },
      { label: 'Responses', to: '/responses', icon: CommentIcon, least: 'viewer' },
      { label: 'Customers', to: '/customers', icon: PeopleIcon, least: 'viewer' },
    ],
  },
  {
    label: 'Ask',
    sections: [
      { label: 'Surveys', to: '/surveys', icon: ChecklistIcon, keys: 'g s', least: 'agent' },
      { label: 'Campaigns', to: '/campaigns', icon: PaperAirplaneIcon, least: 'agent' },
      { label: 'Triggers', to: '/triggers', icon: ZapIcon, least: 'agent' },
    ],
  },
];

export function sectionsFor(role: Role): { label: string; sections: readonly Section[] }[] {
  return groups
    .map((group) => ({ ...group, sections: group.sections.filter((section) => atLeast(role, section.least)) }))
    .filter((group) => group.sections.length > 0);
}

type SettingsPath =
  | '/settings/preferences'
  | '/settings/organization'
  | '/settings/users'
  | '/settings/touchpoints'
  | '/settings/case-rules'
  | '/settings/saved-replies'
  | '/settings/root-causes'
  | '/settings/sla'
  | '/settings/contact-policy'
  | '/settings/channels'
  | '/settings/language'
  | '/settings/sender'
  | '/settings/suppressions'
  | '/settings/goals'
  | '/settings/digests'
  | '/settings/api-keys'
  | '/settings/webhooks'
  | '/settings/audit-log';

const settings: readonly { label: string; to: SettingsPath; least: Role }[] = [
  { label: 'My settings', to: '/settings/preferences', least: 'viewer' },
  { label: 'Organization and brand', to: '/settings/organization', least: 'admin' },
  { label: 'Users and teams', to: '/settings/users', least: 'admin' },
  { label: 'Touchpoints', to: '/settings/touchpoints', least: 'manager' },
  { label: 'Case rules', to: '/settings/case-rules', least: 'manager' },
  { label: 'Saved replies', to: '/settings/saved-replies', least: 'manager' },
  { label: 'Root causes', to: '/settings/root-causes', least: 'manager' },
  { label: 'SLA and calendars', to: '/settings/sla', least: 'manager' },
  { label: 'Contact policy', to: '/settings/contact-policy', least: 'manager' },
  { label: 'Channels', to: '/settings/channels', least: 'manager' },
  { label: 'Language', to: '/settings/language', least: 'viewer' },
  { label: 'Sender', to: '/settings/sender', least: 'admin' },
  { label: 'Suppression list', to: '/settings/suppressions', least: 'manager' },
  { label: 'Goals', to: '/settings/goals', least: 'manager' },
  { label: 'Digests', to: '/settings/digests', least: 'viewer' },
  { label: 'API keys', to: '/settings/api-keys', least: 'admin' },
  { label: 'Webhooks', to: '/settings/webhooks', least: 'admin' },
  { label: 'Audit log', to: '/settings/audit-log', least: 'admin' },
];

export const settingsFor = (role: Role) => settings.filter((page) => atLeast(role, page.least));
