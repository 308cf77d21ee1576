import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { SearchIcon } from '@primer/octicons-react';
import { useRef, useState } from 'react';
import { useHotkeys } from '../hotkeys.js';

/**
 * Search over a list, kept in the URL by the caller; `/` puts the focus here. While typing the box is ahead of the URL, and a link or Back
 * that brings other words changes the box.
 */
export function SearchBox({
  label,
  value,
  onChange,
  className,
}: {
  label: string;
  value: string | undefined;
  onChange: (q: string | undefined) => void;
  className?: string | undefined;
}) {
  const box = useRef<HTMLInputElement>(null);
  const [state, setState] = useState({ text: value ?? '', known: value });
  const send = useDebouncedCallback((text: string) => {
    const q = text.trim() || undefined;
    setState((before) => ({ ...before, known: q }));
    onChange(q);
  }, 250);
  useHotkeys({ '/': () => box.current?.focus() });
  if (state.known !== value)
    setState({ text: (value ?? '') === state.text.trim() ? state.text : (value ?? ''), known: value });
  return (
    <TextInput
      ref={box}
      type="search"
      className={className ?? ''}
      aria-label={label}
      placeholder={label}
      leftSection={<SearchIcon size={16} />}
      value={state.text}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setState((before) => ({ ...before, text }));
        send(text);
      }}
    />
  );
}
