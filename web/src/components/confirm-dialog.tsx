import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ErrorState } from './error-state.js';

/**
 * Only for what cannot be undone. `action` is the verb with the thing and the number ("Launch to 12,480 customers").
 * @param typed what the person has to type first, e.g. the customer's name or "12480"
 * @param onConfirm its rejection is shown in the dialog, which stays open; the button cannot be pressed twice
 */
export function ConfirmDialog({
  opened,
  onClose,
  title,
  children,
  action,
  danger = false,
  typed,
  onConfirm,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  action: string;
  danger?: boolean;
  typed?: string;
  onConfirm: () => Promise<unknown>;
}) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [missed, setMissed] = useState(false);
  const close = (): void => {
    if (busy) return;
    setText('');
    setError(null);
    setMissed(false);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (typed !== undefined && text.trim() !== typed) {
      setMissed(true);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      setText('');
      onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <Stack gap="lg">
          <div>{children}</div>
          {typed === undefined ? null : (
            <TextInput
              label={`Type ${typed} to go on`}
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                setMissed(false);
              }}
              error={missed ? `This has to read exactly: ${typed}` : undefined}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          {error === null ? null : <ErrorState error={error} compact />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close} disabled={busy}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} {...(danger ? { color: 'red' } : {})}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
