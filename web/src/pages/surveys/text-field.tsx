import { TextInput, Textarea } from '@mantine/core';
import type { LocalizedText } from '../../../../src/surveys/surveys.contract.js';

/** The text in the language itself or, for `pt-BR`, in its plain language: as the server chooses it. */
export const textIn = (text: LocalizedText | null, locale: string): string =>
  text?.[locale] ?? text?.[locale.split('-')[0] ?? locale] ?? '';

/**
 * One text of a question in one language. Empty is "not there": the standard text, shown as the placeholder, stands in where there is one.
 * @param onChange the whole text in all languages
 */
export function LocalizedField({
  label,
  hint,
  value,
  locale,
  dir,
  standard,
  missing,
  rows,
  hideLabel = false,
  onChange,
}: {
  label: string;
  hint?: string;
  value: LocalizedText | null;
  locale: string;
  dir: 'ltr' | 'rtl';
  standard?: string;
  missing: string | null;
  rows?: number;
  hideLabel?: boolean;
  onChange: (value: LocalizedText) => void;
}) {
  const props = {
    ...(hideLabel ? { 'aria-label': label } : { label }),
    description: hint,
    value: value?.[locale] ?? '',
    placeholder: standard ?? '',
    error: missing,
    dir,
    lang: locale,
    maxLength: 2000,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { [locale]: _, ...others } = value ?? {};
      const text = event.currentTarget.value;
      onChange(text === '' ? others : { ...others, [locale]: text });
    },
  };
  return rows ? <Textarea {...props} minRows={rows} autosize /> : <TextInput {...props} />;
}
