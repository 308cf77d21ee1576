import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api.js';
import { explain } from '../../components/error-state.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { usePageTitle } from '../../page-title.js';
import { demoQuery, signIn } from '../../session.js';
import { Outside, outside } from './outside.js';

/** Only an address of our own: a link to the sign-in page must not be able to send people elsewhere afterwards. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}

const roleWords: Readonly<Record<string, string>> = {
  admin: 'Admin',
  manager: 'Manager',
  agent: 'Agent',
  viewer: 'Viewer',
};

export function SignInPage() {
  usePageTitle('Sign in');
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  const { data: demo = [] } = useQuery(demoQuery);
  const [trying, setTrying] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validateInputOnBlur: ['email'],
    validate: {
      email: (value) =>
        value.trim() === ''
          ? 'Enter your email address'
          : value.includes('@')
            ? null
            : 'Write the whole address, with an @',
      password: (value) => (value === '' ? 'Enter your password' : null),
    },
  });
  const enter = async (email: string, password: string): Promise<void> => {
    try {
      await signIn(client, email.trim(), password);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw new ApiError(
          422,
          error.code,
          'The email address or the password is not right. Check both and try again.',
        );
      }
      throw error;
    }
    await router.invalidate();
    router.history.push(safeNext(next));
  };
  return (
    <Outside
      title="Sign in"
      below={
        <>
          <p className={outside['below']}>
            <Link to="/forgot-password">Forgot your password?</Link>
          </p>
          <p className={outside['below']}>
            New here? <Link to="/sign-up">Create an organization</Link>
          </p>
          {demo.length > 0 ? (
            <section className={outside['demo']} aria-labelledby="demo">
              <h2 id="demo">Look around in the demo</h2>
              <p>Each role sees its own start page. The password is {demo[0]?.password}.</p>
              <ul>
                {demo.map((one) => (
                  <li key={one.email}>
                    <Button
                      fullWidth
                      variant="default"
                      loading={trying === one.email}
                      onClick={() => {
                        setTrying(one.email);
                        enter(one.email, one.password)
                          .catch((error: unknown) => toast.failed(`${explain(error).title}.`, error))
                          .finally(() => setTrying(null));
                      }}
                    >
                      {roleWords[one.role] ?? one.role}
                    </Button>
                  </li>
                ))}
              </ul>
            </section>
          ) : null}
        </>
      }
    >
      <Form form={form} submit="Sign in" fullWidth onSubmit={({ email, password }) => enter(email, password)}>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          inputMode="email"
          spellCheck={false}
          {...field(form, 'email')}
        />
        <PasswordInput label="Password" autoComplete="current-password" {...field(form, 'password')} />
      </Form>
    </Outside>
  );
}
