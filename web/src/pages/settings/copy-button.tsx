import { Button } from '@mantine/core';
import { CheckIcon, CopyIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { copyText } from '../../clipboard.js';
import { announce, toast } from '../../components/toasts.js';

/** Copies a value; says so in its own words. `what` names it for those who do not see where the button stands. */
export function CopyButton({ value, what }: { value: string; what: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={copied ? <CheckIcon size={12} /> : <CopyIcon size={12} />}
      onClick={() => {
        copyText(value).then(
          () => {
            setCopied(true);
            announce('Copied.');
          },
          (error: unknown) => toast.failed('Your browser does not let us copy. Select the text instead.', error),
        );
      }}
    >
      {copied ? 'Copied' : 'Copy'}
      <span className="hb-visually-hidden"> {what}</span>
    </Button>
  );
}
