import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { keyLabels } from '../../hotkeys.js';

/** A control's tooltip: what it does and its key. The target needs a visible or `aria-label` name of its own. */
export function Hint({ label, keys, children }: { label: string; keys?: string; children: ReactElement }) {
  return <Tooltip label={keys ? `${label} (${keyLabels(keys).join(' ')})` : label}>{children}</Tooltip>;
}
