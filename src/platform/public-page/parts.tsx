/** The parts that public pages are made of. Server-rendered only: no hooks, no handlers, no `style` attributes (the policy forbids them). */
import type { ReactNode } from 'react';
import type { JSX } from 'react';

export interface FieldProblem {
  /** The id of the field at fault; the summary links to it. */
  field: string;
  message: string;
}

export function Card({ children, label }: { children: ReactNode; label?: string }): JSX.Element {
  return (
    <section className="card" aria-label={label}>
      {children}
    </section>
  );
}

/** What is wrong, above the form; gets the focus as the page opens, without script. */
export function ErrorSummary({
  title,
  problems,
}: {
  title: string;
  problems: readonly FieldProblem[];
}): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <div className="problem" role="alert" tabIndex={-1} autoFocus>
      <h2>{title}</h2>
      <ul className="plain">
        {problems.map((problem) => (
          <li key={problem.field}>
            <a href={`#${problem.field}`}>{problem.message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * A scale as native radio inputs that look like tiles: 11 in one row from 576 px, 6 + 5 on phones; up to 7 always in one row.
 * Nothing is chosen unless `value` says so. The first input's id is `name`, for the error summary's link.
 */
export function ScaleTiles(props: {
  name: string;
  legend: ReactNode;
  /** Set apart between the question and the scale. */
  note?: string | null | undefined;
  hint?: string | null | undefined;
  min: number;
  max: number;
  low: string;
  high: string;
  value: number | null;
  error?: string | null | undefined;
}): JSX.Element {
  const { name, min, max } = props;
  const scores = Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const size = scores.length > 7 ? 'all' : scores.length === 5 ? 'five' : 'few';
  return (
    <fieldset aria-describedby={`${name}-ends${props.error ? ` ${name}-error` : ''}`}>
      <legend>{props.legend}</legend>
      {props.note ? <p className="tint">{props.note}</p> : null}
      {props.hint ? <div className="hint">{props.hint}</div> : null}
      {props.error ? (
        <span className="error" id={`${name}-error`}>
          {props.error}
        </span>
      ) : null}
      <div className={`tiles ${size}`}>
        {scores.map((score, i) => (
          <label className="tile" key={score}>
            <input
              type="radio"
              name={name}
              id={i === 0 ? name : `${name}-${score}`}
              value={score}
              defaultChecked={props.value === score}
            />
            <span>{score}</span>
          </label>
        ))}
      </div>
      <div className="ends" id={`${name}-ends`}>
        <span>
          {min} = {props.low}
        </span>
        <span>
          {max} = {props.high}
        </span>
      </div>
    </fieldset>
  );
}

/** A question with a few worded answers; one of them may be chosen, or several with `multiple`. */
export function Choices(props: {
  name: string;
  legend: ReactNode;
  hint?: string | null | undefined;
  options: readonly { value: string; label: string }[];
  value?: string | readonly string[] | null | undefined;
  multiple?: boolean | undefined;
  error?: string | null | undefined;
  /** A line to write under the options. */
  other?: { name: string; label: string; value: string; maxLength: number } | null | undefined;
}): JSX.Element {
  const described = [props.hint ? `${props.name}-hint` : '', props.error ? `${props.name}-error` : ''].filter(Boolean);
  const chosen = typeof props.value === 'string' ? [props.value] : (props.value ?? []);
  return (
    <fieldset aria-describedby={described.join(' ') || undefined}>
      <legend>{props.legend}</legend>
      {props.hint ? (
        <div className="hint" id={`${props.name}-hint`}>
          {props.hint}
        </div>
      ) : null}
      {props.error ? (
        <span className="error" id={`${props.name}-error`}>
          {props.error}
        </span>
      ) : null}
      {props.options.map((option, i) => (
        <label className="choice" key={option.value}>
          <input
            type={props.multiple ? 'checkbox' : 'radio'}
            name={props.name}
            id={i === 0 ? props.name : `${props.name}-${option.value}`}
            value={option.value}
            defaultChecked={chosen.includes(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
      {props.other ? (
        <input
          type="text"
          name={props.other.name}
          id={props.other.name}
          aria-label={props.other.label}
          placeholder={props.other.label}
          defaultValue={props.other.value}
          maxLength={props.other.maxLength}
        />
      ) : null}
    </fieldset>
  );
}

/** One thing that may be switched on or off, with a line about what it means. */
export function Switch(props: {
  name: string;
  label: string;
  hint?: string | null | undefined;
  checked: boolean;
  required?: boolean | undefined;
  error?: string | null | undefined;
}): JSX.Element {
  const described = [props.hint ? `${props.name}-hint` : '', props.error ? `${props.name}-error` : ''].filter(Boolean);
  return (
    <div className="switch">
      <label className="choice">
        <input
          type="checkbox"
          name={props.name}
          id={props.name}
          value="yes"
          defaultChecked={props.checked}
          required={props.required}
          aria-describedby={described.join(' ') || undefined}
        />
        <span>{props.label}</span>
      </label>
      {props.hint ? (
        <div className="hint" id={`${props.name}-hint`}>
          {props.hint}
        </div>
      ) : null}
      {props.error ? (
        <span className="error" id={`${props.name}-error`}>
          {props.error}
        </span>
      ) : null}
    </div>
  );
}

export function TextField(props: {
  name: string;
  label: ReactNode;
  hint?: string | null | undefined;
  value?: string | null | undefined;
  maxLength?: number | undefined;
  error?: string | null | undefined;
}): JSX.Element {
  const described = [props.hint ? `${props.name}-hint` : '', props.error ? `${props.name}-error` : ''].filter(Boolean);
  return (
    <div className="field">
      <label className="label" htmlFor={props.name}>
        {props.label}
      </label>
      {props.hint ? (
        <div className="hint" id={`${props.name}-hint`}>
          {props.hint}
        </div>
      ) : null}
      {props.error ? (
        <span className="error" id={`${props.name}-error`}>
          {props.error}
        </span>
      ) : null}
      <textarea
        id={props.name}
        name={props.name}
        rows={4}
        maxLength={props.maxLength}
        defaultValue={props.value ?? ''}
        aria-describedby={described.join(' ') || undefined}
      />
    </div>
  );
}

export function Hidden({ name, value }: { name: string; value: string }): JSX.Element {
  return <input type="hidden" name={name} value={value} />;
}

/** A field that people neither see nor reach; what fills it is a machine. */
export function Honeypot({ name, label }: { name: string; label: string }): JSX.Element {
  return (
    <div className="trap" aria-hidden="true">
      <label>
        {label}
        <input type="text" name={name} tabIndex={-1} autoComplete="off" />
      </label>
    </div>
  );
}

export interface Step {
  key: string;
  title: string;
  text?: string | null | undefined;
  at?: { iso: string; text: string } | null | undefined;
  /** Still to come: an empty dot. */
  open?: boolean | undefined;
}

/** A dated list of what happened, oldest first. @param level of its headings: one below the heading that it stands under */
export function Steps({ steps, level = 3 }: { steps: readonly Step[]; level?: 2 | 3 }): JSX.Element {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <ol className="steps">
      {steps.map((step) => (
        <li key={step.key} className={step.open ? 'open' : undefined}>
          <Heading>{step.title}</Heading>
          {step.text ? <p className="pre">{step.text}</p> : null}
          {step.at ? <time dateTime={step.at.iso}>{step.at.text}</time> : null}
        </li>
      ))}
    </ol>
  );
}
