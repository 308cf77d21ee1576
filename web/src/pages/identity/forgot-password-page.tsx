import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { usePageTitle } from '../../page-title.js';
import { Outside, outside } from './outside.js';

export function ForgotPasswordPage() {
  usePageTitle('Forgot your password');
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validateInputOnBlur: true,
    validate: { email: (value) => (value.includes('@') ? null : 'Write the whole address, with an @') },
  });
  const below = (
    <p className={outside['below']}>
      <Link to="/sign-in">Back to sign-in</Link>
    </p>
  );
  if (sentTo) {
    return (
      <Outside title="Look into your mail" below={below}>
        <p className={outside['lead']}>
          If {sentTo} signs in here, a link to a new password is on its way. It works once and for an hour.
        </p>
      </Outside>
    );
  }
  return (
    <Outside title="Forgot your password" lead="We mail you a link to set a new one." below={below}>
      <Form
        form={form}
        submit="Mail me the link"
        fullWidth
        onSubmit={async ({ email }, idempotencyKey) => {
          await api('POST', '/password/forgot', z.unknown(), { body: { email: email.trim() }, idempotencyKey });
          setSentTo(email.trim());
        }}
      >
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          inputMode="email"
          spellCheck={false}
          {...field(form, 'email')}
        />
      </Form>
    </Outside>
  );
}
