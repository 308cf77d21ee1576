import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { api } from '../../api.js';
import { usePageTitle } from '../../page-title.js';
import { signIn } from '../../session.js';
import { OrganizationForm, browserTimeZone } from './organization-form.js';
import { Outside, outside } from './outside.js';

/** Behind the one-use link that an empty server prints at its start. */
export function SetupPage() {
  usePageTitle('Set up Hearback');
  const client = useQueryClient();
  const router = useRouter();
  const { token } = useSearch({ from: '/setup' });
  if (!token) {
    return (
      <Outside title="This link is not complete">
        <p className={outside['lead']}>
          Open the whole set-up link from the server's output. It works once and for an hour; starting the server again
          prints a new one.
        </p>
        <Link to="/sign-in">Go to sign-in</Link>
      </Outside>
    );
  }
  return (
    <Outside title="Set up Hearback" lead="The first organization on this server, and you as its admin.">
      <OrganizationForm
        submit="Set up"
        onSubmit={async (values, idempotencyKey) => {
          await api('POST', '/setup', z.unknown(), {
            body: { token, ...values, timeZone: browserTimeZone() },
            idempotencyKey,
          });
          await signIn(client, values.email, values.password);
          await router.navigate({ to: '/', replace: true });
        }}
      />
    </Outside>
  );
}
