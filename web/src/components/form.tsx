import { Button } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError, newIdempotencyKey } from '../api.js';
import { explain } from './error-state.js';
import classes from './form.module.css';

type Problem = { path?: string; message: string };

/** "There is a problem": takes the focus when it appears; each line leads to its field (the field whose `name` is the path). */
export function ErrorSummary({ problems, form }: { problems: readonly Problem[]; form: HTMLFormElement | null }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) box.current?.focus();
  }, [problems]);
  const wrong = problems.length > 0;
  useEffect(() => {
    if (!wrong) return;
    if (!document.title.startsWith('Error: ')) document.title = `Error: ${document.title}`;
    return () => {
      document.title = document.title.replace(/^Error: /u, '');
    };
  }, [wrong]);
  if (!wrong) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className={classes['summary']}>
      <h2>There is a problem</h2>
      <ul>
        {problems.map((problem) => {
          const field = problem.path ? form?.elements.namedItem(problem.path) : null;
          return (
            <li key={`${problem.path ?? ''} ${problem.message}`}>
              {field instanceof HTMLElement ? (
                <a
                  href={`#${field.id}`}
                  onClick={(event) => {
                    event.preventDefault();
                    field.focus();
                  }}
                >
                  {problem.message}
                </a>
              ) : (
                <span>{problem.message}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** What an input needs from a form: value, error, handlers, and the name that the error summary looks for. */
export function field<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  path: keyof Values & string,
) {
  return { ...form.getInputProps(path), name: path };
}

/**
 * A form as UX rules want it: fields are checked on leaving them (`useForm({ validateInputOnBlur: true })`) and on sending, errors stand beside
 * the field and in a summary that gets the focus, the server's errors too; the button shows progress and cannot be pressed twice; the same
 * values sent again carry the same idempotency key. Spread `{...field(form, 'email')}` into each input.
 * @param onSubmit its `ApiError.errors` land on the fields
 * @param warnOnLeave ask before typed text would be lost
 */
export function Form<Values extends Record<string, unknown>>({
  form,
  onSubmit,
  submit,
  extra,
  warnOnLeave = false,
  children,
  fullWidth = false,
}: {
  form: UseFormReturnType<Values>;
  onSubmit: (values: Values, idempotencyKey: string) => Promise<unknown>;
  /** The button says the outcome: "Save touchpoint". */
  submit: string;
  extra?: ReactNode;
  warnOnLeave?: boolean;
  fullWidth?: boolean;
  children: ReactNode;
}) {
  const [element, setElement] = useState<HTMLFormElement | null>(null);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const attempt = useRef<{ values: string; key: string } | null>(null);
  const leaving = useRef(false);

  useBlocker({
    disabled: !warnOnLeave,
    enableBeforeUnload: () => warnOnLeave && form.isDirty() && !leaving.current,
    shouldBlockFn: () =>
      form.isDirty() && !leaving.current && !window.confirm('Leave this page? What you changed here is not saved yet.'),
  });

  const send = async (values: Values): Promise<void> => {
    if (busy) return;
    const text = JSON.stringify(values);
    if (attempt.current?.values !== text) attempt.current = { values: text, key: newIdempotencyKey() };
    setBusy(true);
    setProblems([]);
    leaving.current = true;
    try {
      await onSubmit(values, attempt.current.key);
      attempt.current = null;
    } catch (error) {
      if (error instanceof ApiError && error.errors.length > 0) {
        for (const { path, message } of error.errors) form.setFieldError(path, message);
        setProblems(error.errors);
      } else {
        const { title, detail } = explain(error);
        setProblems([
          {
            message:
              error instanceof ApiError && error.status < 500 && error.status > 0 ? detail : `${title}. ${detail}`,
          },
        ]);
      }
    } finally {
      leaving.current = false;
      setBusy(false);
    }
  };

  return (
    <form
      ref={setElement}
      noValidate
      className={classes['form']}
      onSubmit={form.onSubmit(
        (values) => void send(values),
        (errors) =>
          setProblems(
            Object.entries(errors).flatMap(([path, message]) =>
              typeof message === 'string' ? [{ path, message }] : [],
            ),
          ),
      )}
    >
      <ErrorSummary problems={problems} form={element} />
      {children}
      <div className={classes['actions']}>
        <Button type="submit" loading={busy} fullWidth={fullWidth}>
          {submit}
        </Button>
        {extra}
      </div>
    </form>
  );
}
