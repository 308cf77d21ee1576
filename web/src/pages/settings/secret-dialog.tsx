import { Button, Modal, TextInput } from '@mantine/core';
import { CheckIcon, CopyIcon } from '@primer/octicons-react';
import { useRef, useState, type ReactNode } from 'react';
import { copyText } from '../../clipboard.js';
import { announce } from '../../components/toasts.js';

/** A secret that the server shows once. `null`: closed. */
export function SecretDialog({
  secret,
  title,
  children,
  onClose,
}: {
  secret: string | null;
  title: string;
  children: ReactNode;
  onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const close = (): void => {
    setCopied(false);
    onClose();
  };
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      closeOnClickOutside={false}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="hb-stack">
        <div>{children}</div>
        <TextInput
          ref={input}
          label="Secret"
          description="Shown only this once."
          readOnly
          value={secret ?? ''}
          onFocus={(event) => event.currentTarget.select()}
          styles={{ input: { fontFamily: 'var(--hb-mono)' } }}
          data-autofocus
        />
        <div className="hb-row">
          <Button
            leftSection={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
            onClick={() => {
              // Where copying is not allowed, the text is selected to be copied by hand.
              copyText(secret ?? '').then(
                () => {
                  setCopied(true);
                  announce('Copied.');
                },
                () => input.current?.select(),
              );
            }}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
          <Button variant="default" onClick={close}>
            Done, it is kept safe
          </Button>
        </div>
      </div>
    </Modal>
  );
}
