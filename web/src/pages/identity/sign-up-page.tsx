import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { api, ApiError } from '../../api.js';
import { usePageTitle } from '../../page-title.js';
import { signIn } from '../../session.js';
import { OrganizationForm, browserTimeZone } from './organization-form.js';
import { Outside, outside } from './outside.js';

export function SignUpPage() {
  usePageTitle('Create an organization');
  const client = useQueryClient();
  const router = useRouter();
  const [known, setKnown] = useState<string | null>(null);
  if (known) {
    return (
      <Outside title="Look into your mail" below={<SignInLink />}>
        <p className={outside['lead']}>We wrote to {known} about how to go on.</p>
      </Outside>
    );
  }
  return (
    <Outside
      title="Create an organization"
      lead="You start with one journey, a contact policy and a case rule, and can change all of it."
      below={<SignInLink />}
    >
      <OrganizationForm
        submit="Create organization"
        onSubmit={async (values, idempotencyKey) => {
          await api('POST', '/signup', z.unknown(), {
            body: { ...values, timeZone: browserTimeZone() },
            idempotencyKey,
          });
          try {
            await signIn(client, values.email, values.password);
          } catch (error) {
            // The server answers the same for an address it knows, and mails its owner instead.
            if (error instanceof ApiError && error.status === 401) return setKnown(values.email);
            throw error;
          }
          await router.navigate({ to: '/' });
        }}
      />
    </Outside>
  );
}

function SignInLink() {
  return (
    <p className={outside['below']}>
      Have an account? <Link to="/sign-in">Sign in</Link>
    </p>
  );
}
