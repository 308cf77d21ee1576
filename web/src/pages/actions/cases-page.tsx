import { Outlet } from '@tanstack/react-router';
import { PageHeader } from '../../components/page-header.js';

export function CasesPage() {
  return (
    <>
      <PageHeader title="Cases" />
      <Outlet />
    </>
  );
}
