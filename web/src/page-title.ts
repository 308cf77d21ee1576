import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { meQuery } from './session.js';

/** Sets "Name · Section · Organization"; with `error` it starts with "Error:". Signed out, the product's name is the last part. */
export function usePageTitle(name: string, section?: string, error = false): void {
  const organization = useQueryClient().getQueryData(meQuery.queryKey)?.organization.name ?? 'Hearback';
  useEffect(() => {
    const parts = [name, section === name ? undefined : section, organization].filter(Boolean);
    document.title = `${error ? 'Error: ' : ''}${parts.join(' · ')}`;
  }, [name, section, organization, error]);
}
