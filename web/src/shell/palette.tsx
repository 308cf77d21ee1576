import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GearIcon, InboxIcon, PersonIcon, SearchIcon } from '@primer/octicons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { api } from '../api.js';
import { KeyboardIcon } from '../components/icons.js';
import { useMe } from '../session.js';
import { sectionsFor, settingsFor } from './sections.js';

const [store, palette] = createSpotlight();

const Customers = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string().nullish(), email: z.string().nullish() })),
});
const Cases = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      number: z.union([z.number(), z.string()]),
      customer: z.object({ name: z.string().nullish() }).nullish(),
    }),
  ),
});

/** Pages by name at once; cases and customers by what is typed. */
export function Palette({ onClose, onShortcuts }: { onClose: () => void; onShortcuts: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  useEffect(() => palette.open(), []);

  const found = useQuery({
    queryKey: ['palette', q],
    enabled: q.length > 1,
    retry: false,
    queryFn: async ({ signal }) => {
      const query = { q, limit: 5 };
      const [customers, cases] = await Promise.allSettled([
        api('GET', '/customers', Customers, { query, signal }),
        api('GET', '/cases', Cases, { query, signal }),
      ]);
      return {
        customers: customers.status === 'fulfilled' ? customers.value.items : [],
        cases: cases.status === 'fulfilled' ? cases.value.items : [],
      };
    },
  });

  const matches = (label: string): boolean => label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());
  const groups: SpotlightActionGroupData[] = [
    // Pages first: what arrives from the server later must not move the line that Enter would open.
    {
      group: 'Go to',
      actions: sectionsFor(me.role)
        .flatMap((group) => group.sections)
        .filter((section) => matches(section.label))
        .map(({ label, to, icon: Icon }) => ({
          id: to,
          label,
          leftSection: <Icon size={16} />,
          onClick: () => void navigate({ to }),
        })),
    },
    {
      group: 'Settings',
      actions: [
        ...settingsFor(me.role).map(({ label, to }) => ({
          id: to,
          label,
          leftSection: <GearIcon size={16} />,
          onClick: () => void navigate({ to }),
        })),
        { id: 'keys', label: 'Keyboard shortcuts', leftSection: <KeyboardIcon size={16} />, onClick: onShortcuts },
      ].filter((action) => text.trim() !== '' && matches(action.label)),
    },
    {
      group: 'Cases',
      actions: (found.data?.cases ?? []).map((one) => ({
        id: one.id,
        label: `#${one.number} ${one.customer?.name ?? ''}`,
        leftSection: <InboxIcon size={16} />,
        onClick: () => void navigate({ to: '/cases/$caseId', params: { caseId: one.id } }),
      })),
    },
    {
      group: 'Customers',
      actions: (found.data?.customers ?? []).map((one) => ({
        id: one.id,
        label: one.name ?? one.email ?? 'Customer without a name',
        ...(one.name && one.email ? { description: one.email } : {}),
        leftSection: <PersonIcon size={16} />,
        onClick: () => void navigate({ to: '/customers/$customerId', params: { customerId: one.id } }),
      })),
    },
  ].filter((group) => group.actions.length > 0);

  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={groups}
      query={text}
      onQueryChange={setText}
      filter={(_query, actions) => actions}
      onSpotlightClose={onClose}
      nothingFound={found.isFetching ? 'Looking…' : 'Nothing found. Try a case number, a name or an email address.'}
      searchProps={{
        leftSection: <SearchIcon size={16} />,
        placeholder: 'Search cases, customers and pages',
        'aria-label': 'Search cases, customers and pages',
      }}
      scrollable
      maxHeight={420}
      overlayProps={{ blur: 0 }}
      attributes={{ content: { 'aria-label': 'Search' } }}
      transitionProps={{ duration: 100 }}
    />
  );
}
