import { Modal, PasswordInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { field, Form } from '../components/form.js';
import { toast } from '../components/toasts.js';
import { signIn, useMe } from '../session.js';

/** The session ended while somebody worked: sign in again over the page, which stays as it is with everything typed. */
export function SessionExpired({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const client = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (value) => (value === '' ? 'Enter your password' : null) },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Sign in again"
      closeOnClickOutside={false}
      // Above whatever dialog was open when the session ended.
      zIndex={350}
      closeButtonProps={{ 'aria-label': 'Close; what you typed is kept' }}
    >
      <Form
        form={form}
        submit="Sign in"
        fullWidth
        onSubmit={async ({ password }) => {
          await signIn(client, me.email, password);
          onClose();
          toast.done('You are signed in again. Send what did not go out.');
          await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
        }}
      >
        <Text size="md">Your session has ended. Everything on this page is still here.</Text>
        <input type="email" name="username" autoComplete="username" value={me.email} readOnly hidden />
        <PasswordInput
          label={`Password of ${me.email}`}
          autoComplete="current-password"
          data-autofocus
          {...field(form, 'password')}
        />
      </Form>
    </Modal>
  );
}
