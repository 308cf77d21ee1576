import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { field, Form } from '../../components/form.js';

export type NewOrganization = { organization: string; name: string; email: string; password: string };

/** Where the new organization most likely works; it can be changed in Settings. */
export const browserTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const MIN_PASSWORD = 12;

/** A new organization and its first admin; used by sign-up and by the first-run link. */
export function OrganizationForm({
  submit,
  onSubmit,
}: {
  submit: string;
  onSubmit: (values: NewOrganization, idempotencyKey: string) => Promise<unknown>;
}) {
  const form = useForm<NewOrganization>({
    mode: 'uncontrolled',
    initialValues: { organization: '', name: '', email: '', password: '' },
    validateInputOnBlur: true,
    validate: {
      organization: (value) => (value.trim() === '' ? 'Enter the name of your organization' : null),
      name: (value) => (value.trim() === '' ? 'Enter your name' : null),
      email: (value) =>
        value.trim() === ''
          ? 'Enter your email address'
          : value.includes('@')
            ? null
            : 'Write the whole address, with an @',
      password: (value) =>
        value.length < MIN_PASSWORD ? `Choose a password of at least ${MIN_PASSWORD} characters` : null,
    },
  });
  return (
    <Form
      form={form}
      submit={submit}
      fullWidth
      onSubmit={(values, key) =>
        onSubmit(
          { ...values, organization: values.organization.trim(), name: values.name.trim(), email: values.email.trim() },
          key,
        )
      }
    >
      <TextInput
        label="Organization"
        description="Customers see this name in mails and on survey pages."
        autoComplete="organization"
        {...field(form, 'organization')}
      />
      <TextInput label="Your name" autoComplete="name" {...field(form, 'name')} />
      <TextInput
        label="Email"
        type="email"
        autoComplete="username"
        inputMode="email"
        spellCheck={false}
        {...field(form, 'email')}
      />
      <PasswordInput
        label="Password"
        description={`At least ${MIN_PASSWORD} characters. A sentence works well.`}
        autoComplete="new-password"
        {...field(form, 'password')}
      />
    </Form>
  );
}
