import { Checkbox, NativeSelect } from '@mantine/core';
import { optionIds, scaleOf } from '../../../../src/surveys/logic.js';
import { OTHER, type Condition, type Question, type Wording } from '../../../../src/surveys/surveys.contract.js';
import classes from './builder.module.css';

/** Whom a question is asked: everybody, or those whose earlier answer fits. */
export function ConditionEditor({
  value,
  earlier,
  asked,
  onChange,
}: {
  value: Condition | null;
  /** The questions before this one. */
  earlier: readonly Question[];
  /** Their wording, for their names. */
  asked: Wording;
  onChange: (condition: Condition | null) => void;
}) {
  const candidates = earlier.filter((question) => scaleOf(question) !== null || optionIds(question) !== null);
  if (candidates.length === 0 && value === null) return null;
  const on = candidates.find((question) => question.id === value?.question);
  const textOf = (id: string): string => asked.questions.find((question) => question.id === id)?.text || id;
  const start = (question: Question): Condition => {
    const scale = scaleOf(question);
    return scale
      ? { question: question.id, is: 'between', from: scale.min, to: Math.max(scale.min, Math.ceil(scale.max * 0.6)) }
      : { question: question.id, is: 'one_of', values: optionIds(question)?.slice(0, 1) ?? [] };
  };
  return (
    <fieldset className={classes['bands']}>
      <legend>Who is asked</legend>
      <NativeSelect
        aria-label="Who is asked"
        value={value?.question ?? ''}
        error={value && !on ? 'The question this depends on does not come before it any more' : undefined}
        onChange={(event) => {
          const chosen = candidates.find((question) => question.id === event.currentTarget.value);
          onChange(chosen ? start(chosen) : null);
        }}
        data={[
          { value: '', label: 'Everybody' },
          ...candidates.map((question) => ({ value: question.id, label: `By the answer to “${textOf(question.id)}”` })),
          ...(value && !on ? [{ value: value.question, label: `By the answer to “${value.question}”` }] : []),
        ]}
      />
      {on && value?.is === 'between' ? <Range scale={scaleOf(on)} value={value} onChange={onChange} /> : null}
      {on && value && value.is !== 'between' ? (
        <>
          <NativeSelect
            aria-label="How"
            value={value.is}
            onChange={(event) =>
              onChange({ ...value, is: event.currentTarget.value === 'none_of' ? 'none_of' : 'one_of' })
            }
            data={[
              { value: 'one_of', label: 'Who chose one of these' },
              { value: 'none_of', label: 'Who answered, but chose none of these' },
            ]}
          />
          {optionIds(on)?.map((id) => (
            <Checkbox
              key={id}
              label={optionText(asked, on.id, id)}
              checked={value.values.includes(id)}
              disabled={value.values.length === 1 && value.values[0] === id}
              onChange={(event) =>
                onChange({
                  ...value,
                  values: event.currentTarget.checked
                    ? [...value.values, id]
                    : value.values.filter((other) => other !== id),
                })
              }
            />
          ))}
        </>
      ) : null}
      {value ? (
        <p className="hb-meta">It comes on a page of its own when its answer is needed first, so that no script is.</p>
      ) : null}
    </fieldset>
  );
}

function Range({
  scale,
  value,
  onChange,
}: {
  scale: { min: number; max: number } | null;
  value: Extract<Condition, { is: 'between' }>;
  onChange: (condition: Condition) => void;
}) {
  if (!scale) return null;
  const steps = Array.from({ length: scale.max - scale.min + 1 }, (_, at) => String(scale.min + at));
  return (
    <div className={classes['pair']}>
      <NativeSelect
        label="From"
        value={String(value.from)}
        onChange={(event) => {
          const from = Number(event.currentTarget.value);
          onChange({ ...value, from, to: Math.max(from, value.to) });
        }}
        data={steps}
      />
      <NativeSelect
        label="To"
        value={String(value.to)}
        onChange={(event) => {
          const to = Number(event.currentTarget.value);
          onChange({ ...value, to, from: Math.min(to, value.from) });
        }}
        data={steps}
      />
    </div>
  );
}

function optionText(asked: Wording, questionId: string, optionId: string): string {
  const question = asked.questions.find((one) => one.id === questionId);
  if (optionId === OTHER && question?.other) return question.other;
  return question?.options.find((option) => option.id === optionId)?.text || optionId;
}
