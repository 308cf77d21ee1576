import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { BUILT_IN_LOCALES } from '../../../../src/surveys/surveys.contract.js';
import classes from './builder.module.css';
import type { Draft } from './draft.js';
import { EndingFields } from './ending-fields.js';
import { languageName, OTHER_LOCALES } from './survey-words.js';

/** Name, touchpoint, languages and end of a survey. */
export function SurveySettings({
  opened,
  onClose,
  draft,
  onChange,
  touchpoints,
}: {
  opened: boolean;
  onClose: () => void;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  touchpoints: readonly { key: string; name: string }[];
}) {
  const [name, setName] = useState(draft.name);
  const others = OTHER_LOCALES.filter((locale) => !draft.locales.includes(locale));
  const shown = [...new Set<string>([...BUILT_IN_LOCALES, ...draft.locales])];
  return (
    <Modal opened={opened} onClose={onClose} title="Survey" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="hb-stack">
        <TextInput
          label="Name"
          description="Customers do not see it."
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={() => {
            if (name.trim() !== '' && name !== draft.name) onChange({ name: name.trim() });
          }}
          error={name.trim() === '' ? 'Enter a name' : undefined}
          data-autofocus
        />
        <NativeSelect
          label="Touchpoint"
          description="What the answers are about. A trigger may send the survey at another one."
          value={draft.touchpointKey ?? ''}
          onChange={(event) => onChange({ touchpointKey: event.currentTarget.value || null })}
          data={[
            { value: '', label: 'None, the relationship as a whole' },
            ...touchpoints.map((one) => ({ value: one.key, label: one.name })),
          ]}
        />
        <fieldset className={classes['languages']}>
          <legend>Languages</legend>
          <p className="hb-meta">
            The first is for customers whose own language is not among them. Six have standard texts.
          </p>
          {shown.map((locale) => {
            const checked = draft.locales.includes(locale);
            return (
              <Checkbox
                key={locale}
                label={`${languageName(locale)}${draft.locales[0] === locale ? ', the first' : ''}`}
                checked={checked}
                disabled={checked && draft.locales.length === 1}
                onChange={() =>
                  onChange({
                    locales: checked ? draft.locales.filter((one) => one !== locale) : [...draft.locales, locale],
                  })
                }
              />
            );
          })}
          <NativeSelect
            label="Another language"
            value=""
            onChange={(event) => {
              const added = event.currentTarget.value;
              if (added) onChange({ locales: [...draft.locales, added] });
            }}
            data={[
              { value: '', label: 'Choose a language to add' },
              ...others.map((locale) => ({ value: locale, label: languageName(locale) })),
            ]}
          />
        </fieldset>
        <EndingFields draft={draft} onChange={onChange} />
        <div>
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Modal>
  );
}
