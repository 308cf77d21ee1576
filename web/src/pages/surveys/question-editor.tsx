import { ActionIcon, Button, Checkbox, NativeSelect } from '@mantine/core';
import { ArrowDownIcon, ArrowUpIcon, PlusIcon, TrashIcon } from '@primer/octicons-react';
import { BUILT_IN_TEXTS, type BuiltInTexts } from '../../../../src/surveys/built-in-texts.js';
import {
  BANDS,
  type Band,
  type LocalizedText,
  type Metric,
  type Question,
  type Wording,
} from '../../../../src/surveys/surveys.contract.js';
import { RECALL_FIELDS } from '../../../../src/surveys/recall.js';
import { builtInLocale, directionOf, recall } from '../../../../src/surveys/wording.js';
import classes from './builder.module.css';
import { ConditionEditor } from './condition-editor.js';
import { bandRanges } from './survey-words.js';
import { LocalizedField } from './text-field.js';

/** Texts that publishing still asks for, by path within the question (`text.de`, `options[1].text.en`). */
export type Missing = ReadonlyMap<string, string>;

type Props<Q extends Question = Question> = {
  question: Q;
  metric: Metric;
  locale: string;
  names: { organization: string; touchpoint: string | null };
  missing: Missing;
  /** The questions before this one, and how they read. */
  earlier: readonly Question[];
  asked: Wording;
  onChange: (question: Question) => void;
};

/** The texts and settings of one question, in one language. */
export function QuestionEditor(props: Props) {
  const { question, earlier, asked, onChange } = props;
  return (
    <>
      <TypeEditor {...props} />
      {question.type === 'nps' || question.type === 'csat' || question.type === 'ces' ? null : (
        <ConditionEditor
          value={question.showIf ?? null}
          earlier={earlier}
          asked={asked}
          onChange={(showIf) => onChange({ ...question, showIf })}
        />
      )}
      <details className="hb-meta">
        <summary>Words that are filled in</summary>
        <p>
          {'{organization}'} and {'{touchpoint}'}; about the customer or the event, with words for when it is not known:
        </p>
        <ul className={classes['bullets']}>
          {Object.entries(RECALL_FIELDS).map(([field, what]) => (
            <li key={field}>
              <code>{`{{${field.endsWith('.') ? `${field}orderNumber` : field}|…}}`}</code> {what}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function TypeEditor(props: Props) {
  const { question } = props;
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return <MetricEditor {...props} question={question} />;
    case 'reason':
      return <ReasonEditor {...props} question={question} />;
    case 'consent':
      return <ConsentEditor {...props} question={question} />;
    case 'choice':
      return <ChoiceEditor {...props} question={question} />;
    case 'rating':
      return <RatingEditor {...props} question={question} />;
    case 'text':
      return <TextEditor {...props} question={question} />;
  }
}

const HINT = 'One short sentence. Shown under the question.';

/** What each text field of this question in this language needs. */
function useFields({ locale, names, missing }: Props) {
  const builtIn = builtInLocale(locale);
  const texts: BuiltInTexts | null = builtIn ? BUILT_IN_TEXTS[builtIn] : null;
  return (path: string, value: LocalizedText | null, standard?: (texts: BuiltInTexts) => string) => ({
    value,
    locale,
    dir: directionOf(locale),
    missing: missing.get(`${path}.${locale}`) ?? null,
    // A text that was written in one language is no longer the standard one in any.
    ...(standard && texts && (value === null || Object.keys(value).length === 0)
      ? { standard: recall(standard(texts), names) }
      : {}),
  });
}

function MetricEditor(props: Props<Extract<Question, { type: 'nps' | 'csat' | 'ces' }>>) {
  const { question, onChange } = props;
  const field = useFields(props);
  return (
    <>
      <LocalizedField
        label="Question"
        hint="Left empty, the standard wording is asked."
        {...field('text', question.text, (texts) => texts[question.type].text)}
        rows={2}
        onChange={(text) => onChange({ ...question, text })}
      />
      <div className={classes['pair']}>
        <LocalizedField
          label="Name of the low end"
          {...field('low', question.low, (texts) => texts[question.type].low)}
          onChange={(low) => onChange({ ...question, low })}
        />
        <LocalizedField
          label="Name of the high end"
          {...field('high', question.high, (texts) => texts[question.type].high)}
          onChange={(high) => onChange({ ...question, high })}
        />
      </div>
      <p className="hb-meta">The score is always asked for, on a scale without colours.</p>
    </>
  );
}

function ReasonEditor(props: Props<Extract<Question, { type: 'reason' }>>) {
  const { question, onChange, metric } = props;
  const field = useFields(props);
  const ranges = bandRanges(metric);
  const bandText = (band: Band): LocalizedText | null => question.byBand?.[band] ?? null;
  return (
    <>
      <LocalizedField
        label="Question"
        hint="Asked when the score is not known yet."
        {...field('text', question.text, (texts) => texts.reason.text)}
        onChange={(text) => onChange({ ...question, text })}
      />
      <LocalizedField
        label="Hint"
        hint={HINT}
        {...field('hint', question.hint, (texts) => texts.reason.hint)}
        rows={2}
        onChange={(hint) => onChange({ ...question, hint })}
      />
      <fieldset className={classes['bands']}>
        <legend>Ask differently by score</legend>
        {BANDS.map((band) => (
          <div key={band} className={classes['band']}>
            <span className={`${classes['range']} ${classes[band]}`}>{ranges[band]}</span>
            <LocalizedField
              label={`Question for ${ranges[band]}`}
              hideLabel
              {...field(
                `byBand.${band}`,
                bandText(band),
                (texts) =>
                  // An own neutral wording also stands in for the bands.
                  question.text?.[props.locale] ?? texts.reason[band],
              )}
              onChange={(text) =>
                onChange({
                  ...question,
                  byBand: { low: bandText('low'), middle: bandText('middle'), high: bandText('high'), [band]: text },
                })
              }
            />
          </div>
        ))}
      </fieldset>
      <p className="hb-meta">Answering is optional. Comments are read on this machine and lead to pain points.</p>
    </>
  );
}

function ConsentEditor(props: Props<Extract<Question, { type: 'consent' }>>) {
  const { question, onChange } = props;
  const field = useFields(props);
  return (
    <>
      <LocalizedField
        label="Question"
        {...field('text', question.text, (texts) => texts.consent.text)}
        onChange={(text) => onChange({ ...question, text })}
      />
      <LocalizedField
        label="Hint"
        hint={HINT}
        {...field('hint', question.hint, (texts) => texts.consent.hint)}
        onChange={(hint) => onChange({ ...question, hint })}
      />
      <div className={classes['pair']}>
        <LocalizedField
          label="Answer yes"
          {...field('yes', question.yes, (texts) => texts.consent.yes)}
          onChange={(yes) => onChange({ ...question, yes })}
        />
        <LocalizedField
          label="Answer no"
          {...field('no', question.no, (texts) => texts.consent.no)}
          onChange={(no) => onChange({ ...question, no })}
        />
      </div>
      <p className="hb-meta">
        Neither answer is chosen beforehand. Without a yes nobody writes to the customer about it.
      </p>
    </>
  );
}

/** What every question of our own making begins with. */
function QuestionAndHint(props: Props<Extract<Question, { type: 'choice' | 'rating' | 'text' }>>) {
  const { question, onChange } = props;
  const field = useFields(props);
  return (
    <>
      <LocalizedField
        label="Question"
        {...field('text', question.text)}
        onChange={(text) => onChange({ ...question, text })}
      />
      <LocalizedField
        label="Hint"
        hint={HINT}
        {...field('hint', question.hint)}
        onChange={(hint) => onChange({ ...question, hint })}
      />
    </>
  );
}

function Required({ checked, onChange }: { checked: boolean; onChange: (required: boolean) => void }) {
  return (
    <NativeSelect
      label="Answer"
      value={checked ? 'required' : 'optional'}
      onChange={(event) => onChange(event.currentTarget.value === 'required')}
      data={[
        { value: 'optional', label: 'Optional' },
        { value: 'required', label: 'Required' },
      ]}
    />
  );
}

function ChoiceEditor(props: Props<Extract<Question, { type: 'choice' }>>) {
  const { question, onChange } = props;
  const field = useFields(props);
  const setOptions = (options: typeof question.options): void => onChange({ ...question, options });
  const move = (from: number, to: number): void => {
    const options = [...question.options];
    const [moved] = options.splice(from, 1);
    if (moved && to >= 0 && to <= options.length) setOptions([...options.slice(0, to), moved, ...options.slice(to)]);
  };
  const add = (): void => {
    const taken = new Set(question.options.map((option) => option.id));
    let n = question.options.length + 1;
    while (taken.has(`option-${n}`)) n += 1;
    setOptions([...question.options, { id: `option-${n}`, text: {} }]);
  };
  return (
    <>
      <QuestionAndHint {...props} />
      <fieldset className={classes['bands']}>
        <legend>Choices</legend>
        {question.options.map((option, index) => (
          <div key={option.id} className={classes['choice']}>
            <LocalizedField
              label={`Choice ${index + 1}`}
              hideLabel
              {...field(`options[${index}].text`, option.text)}
              onChange={(text) =>
                setOptions(question.options.map((one) => (one.id === option.id ? { ...one, text } : one)))
              }
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Move choice ${index + 1} up`}
              aria-disabled={index === 0}
              data-disabled={index === 0 || undefined}
              onClick={() => index > 0 && move(index, index - 1)}
            >
              <ArrowUpIcon size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Move choice ${index + 1} down`}
              aria-disabled={index === question.options.length - 1}
              data-disabled={index === question.options.length - 1 || undefined}
              onClick={() => index < question.options.length - 1 && move(index, index + 1)}
            >
              <ArrowDownIcon size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove choice ${index + 1}`}
              disabled={question.options.length <= 2}
              onClick={() => setOptions(question.options.filter((one) => one.id !== option.id))}
            >
              <TrashIcon size={16} />
            </ActionIcon>
          </div>
        ))}
        {question.options.length < 20 ? (
          <div>
            <Button variant="subtle" size="compact-sm" leftSection={<PlusIcon size={14} />} onClick={add}>
              Add a choice
            </Button>
          </div>
        ) : null}
      </fieldset>
      <Checkbox
        label="Offer “something else” with a line to write"
        checked={Boolean(question.other)}
        onChange={(event) => onChange({ ...question, other: event.currentTarget.checked ? { text: null } : null })}
      />
      {question.other ? (
        <LocalizedField
          label="Its text"
          hint="Left empty, the standard words are used."
          {...field('other.text', question.other.text, (texts) => texts.choice.other)}
          onChange={(text) => onChange({ ...question, other: { text } })}
        />
      ) : null}
      <div className={classes['pair']}>
        <Required checked={question.required} onChange={(required) => onChange({ ...question, required })} />
        <NativeSelect
          label="How many may be picked"
          value={question.multiple ? String(question.maxPicks ?? 'any') : '1'}
          onChange={(event) => {
            const picks = event.currentTarget.value;
            const maxPicks = picks === 'any' || picks === '1' ? null : Number(picks);
            onChange({ ...question, multiple: picks !== '1', maxPicks });
          }}
          data={[
            { value: '1', label: 'One' },
            ...Array.from({ length: Math.max(0, question.options.length - 2) }, (_, at) => ({
              value: String(at + 2),
              label: `Up to ${at + 2}`,
            })),
            { value: 'any', label: 'As many as fit' },
          ]}
        />
      </div>
    </>
  );
}

function RatingEditor(props: Props<Extract<Question, { type: 'rating' }>>) {
  const { question, onChange } = props;
  const field = useFields(props);
  return (
    <>
      <QuestionAndHint {...props} />
      <div className={classes['pair']}>
        <LocalizedField
          label="Name of 1"
          {...field('low', question.low, (texts) => texts.rating.low)}
          onChange={(low) => onChange({ ...question, low })}
        />
        <LocalizedField
          label={`Name of ${question.max}`}
          {...field('high', question.high, (texts) => texts.rating.high)}
          onChange={(high) => onChange({ ...question, high })}
        />
      </div>
      <div className={classes['pair']}>
        <NativeSelect
          label="Scale"
          value={String(question.max)}
          onChange={(event) => onChange({ ...question, max: Number(event.currentTarget.value) })}
          data={[3, 4, 5, 6, 7, 8, 9, 10].map((max) => ({ value: String(max), label: `1 to ${max}` }))}
        />
        <Required checked={question.required} onChange={(required) => onChange({ ...question, required })} />
      </div>
    </>
  );
}

function TextEditor(props: Props<Extract<Question, { type: 'text' }>>) {
  const { question, onChange } = props;
  return (
    <>
      <QuestionAndHint {...props} />
      <div className={classes['pair']}>
        <Required checked={question.required} onChange={(required) => onChange({ ...question, required })} />
      </div>
    </>
  );
}
