import { PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { usePageTitle } from '../../page-title.js';
import { MIN_PASSWORD } from './organization-form.js';
import { Outside, outside } from './outside.js';

export function ResetPage() {
  usePageTitle('Choose a password');
  const router = useRouter();
  const { token } = useSearch({ from: '/reset' });
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validateInputOnBlur: true,
    validate: {
      password: (value) =>
        value.length < MIN_PASSWORD ? `Choose a password of at least ${MIN_PASSWORD} characters` : null,
    },
  });
  if (!token) {
    return (
      <Outside title="This link is not complete">
        <p className={outside['lead']}>Open the whole link from the mail, or ask for a new one.</p>
        <Link to="/forgot-password">Ask for a new link</Link>
      </Outside>
    );
  }
  return (
    <Outside title="Choose a password" lead="All other sessions of yours end.">
      <Form
        form={form}
        submit="Save password"
        fullWidth
        onSubmit={async ({ password }, idempotencyKey) => {
          await api('POST', '/password/reset', z.unknown(), { body: { token, password }, idempotencyKey });
          toast.done('Your password is saved. Sign in with it.');
          await router.navigate({ to: '/sign-in', replace: true });
        }}
      >
        <PasswordInput
          label="New password"
          description={`At least ${MIN_PASSWORD} characters. A sentence works well.`}
          autoComplete="new-password"
          {...field(form, 'password')}
        />
      </Form>
    </Outside>
  );
}
