import { Button, Group, Modal, Radio, Select, Stack } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { z } from 'zod';
import { ImportReport, ImportView } from '../../../src/platform/imports/imports.contract.js';
import { api, newIdempotencyKey } from '../api.js';
import { useFormat } from '../format.js';
import { ErrorState } from './error-state.js';
import classes from './import-dialog.module.css';
import { announce } from './toasts.js';

const Answer = z.union([ImportView, ImportReport]);
type Report = ImportReport;
type Step =
  | { at: 'choose' }
  | { at: 'running'; what: 'check' | 'import'; progress: number | null }
  | { at: 'checked'; report: Report }
  | { at: 'done'; report: Report }
  | { at: 'failed'; error: unknown; during: 'check' | 'import' };

const POLL_MS = 700;
const ERRORS_SHOWN = 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * CSV import: choose a file, read what would happen (nothing is changed), map columns that were not recognized, then import. Large files are
 * taken in the background and followed here; closing the dialog does not stop them.
 * @param path `/customers/import`
 * @param noun "customers", in the plural
 * @param fields what a column of the file can become
 * @param hint which columns there are and which have to be
 * @param onDone something was imported
 */
export function ImportDialog({
  path,
  noun,
  fields,
  hint,
  onClose,
  onDone,
}: {
  path: string;
  noun: string;
  fields: readonly string[];
  hint: ReactNode;
  onClose: () => void;
  onDone: () => void;
}) {
  const format = useFormat();
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState(false);
  const [onError, setOnError] = useState<'abort' | 'skip'>('abort');
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [step, setStep] = useState<Step>({ at: 'choose' });

  const send = async (dryRun: boolean, columns = mapping, mode = onError): Promise<void> => {
    if (!file) {
      setMissing(true);
      document.getElementById(`${id}file`)?.focus();
      return;
    }
    const what = dryRun ? 'check' : 'import';
    setStep({ at: 'running', what, progress: null });
    try {
      const body = new FormData();
      body.set('dryRun', String(dryRun));
      body.set('onError', mode);
      if (Object.keys(columns).length > 0) body.set('mapping', JSON.stringify(columns));
      body.set('file', file);
      const answer = await api('POST', path, Answer, {
        body,
        ...(dryRun ? {} : { idempotencyKey: newIdempotencyKey() }),
      });
      let report: Report = answer;
      if ('state' in answer) {
        let run = answer;
        while (run.state !== 'done' && run.state !== 'failed') {
          setStep({ at: 'running', what, progress: run.progress });
          await pause(POLL_MS);
          run = await api('GET', `/imports/${run.id}`, ImportView);
        }
        report = run;
      }
      setStep({ at: dryRun ? 'checked' : 'done', report });
      if (dryRun) announce(`Checked ${report.read} rows, ${report.errorCount} with errors.`);
      else {
        announce(`Imported ${report.created + report.updated} ${noun}.`);
        onDone();
      }
    } catch (error) {
      setStep({ at: 'failed', error, during: what });
    }
  };

  const changes = step.at === 'checked' ? step.report.created + step.report.updated : 0;
  const blocked = step.at === 'checked' && step.report.errorCount > 0 && onError === 'abort';
  const busy = step.at === 'running';
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Import ${noun} from a CSV file`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        {step.at === 'done' ? (
          <Result report={step.report} noun={noun} />
        ) : (
          <>
            <div>
              <label htmlFor={`${id}file`} className={classes['label']}>
                CSV file
              </label>
              <div id={`${id}hint`} className={classes['hint']}>
                {hint}
              </div>
              {missing ? (
                <p id={`${id}error`} className={classes['error']}>
                  Choose a CSV file
                </p>
              ) : null}
              <input
                id={`${id}file`}
                type="file"
                accept=".csv,text/csv,text/plain"
                className={classes['file']}
                disabled={busy}
                aria-describedby={`${id}hint${missing ? ` ${id}error` : ''}`}
                aria-invalid={missing}
                data-autofocus
                onChange={(event) => {
                  setFile(event.currentTarget.files?.[0] ?? null);
                  setMissing(false);
                  setMapping({});
                  setStep({ at: 'choose' });
                }}
              />
            </div>
            <Radio.Group
              label="When a row has an error"
              value={onError}
              onChange={(value) => {
                const mode = value === 'skip' ? 'skip' : 'abort';
                setOnError(mode);
                // What would happen depends on it, so a file that was checked is checked again.
                if (step.at === 'checked') void send(true, mapping, mode);
              }}
            >
              <Stack gap={2} mt={4}>
                <Radio value="abort" label="Import nothing, so that I can mend the file first" disabled={busy} />
                <Radio value="skip" label="Leave that row out and import the others" disabled={busy} />
              </Stack>
            </Radio.Group>
            {step.at === 'running' ? (
              <div role="status">
                <p className={classes['label']}>
                  {step.what === 'check' ? 'Reading the file; nothing is changed yet' : 'Importing'}
                  {step.progress === null ? ' …' : `: ${format.percent(step.progress)}`}
                </p>
                <progress
                  className={classes['progress']}
                  aria-label={step.what === 'check' ? 'Checking' : 'Importing'}
                  max={1}
                  {...(step.progress === null ? {} : { value: step.progress })}
                />
                {step.what === 'import' ? (
                  <p className="hb-meta">You can close this; a large file goes on being imported.</p>
                ) : null}
              </div>
            ) : null}
            {step.at === 'checked' ? (
              <>
                <Counts report={step.report} noun={noun} future />
                <Unmapped
                  columns={[...new Set([...Object.keys(mapping), ...step.report.ignoredColumns])]}
                  fields={fields}
                  mapping={mapping}
                  onChange={(next) => {
                    setMapping(next);
                    void send(true, next);
                  }}
                />
                <Errors report={step.report} />
              </>
            ) : null}
            {step.at === 'failed' ? <ErrorState error={step.error} compact /> : null}
          </>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {step.at === 'done' ? 'Close' : 'Cancel'}
          </Button>
          {step.at === 'checked' ? (
            <Button onClick={() => void send(false)} disabled={blocked || changes === 0}>
              {changes === 0 ? 'Nothing to import' : `Import ${format.number(changes)} ${noun}`}
            </Button>
          ) : step.at === 'done' ? null : (
            <Button loading={busy} onClick={() => void send(step.at !== 'failed' || step.during === 'check')}>
              {step.at === 'failed' ? 'Try again' : 'Check the file'}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Counts({ report, noun, future = false }: { report: Report; noun: string; future?: boolean }) {
  const format = useFormat();
  const rows = [
    [future ? 'New' : 'Added', report.created],
    [future ? 'Will change' : 'Changed', report.updated],
    ['The same already', report.unchanged],
    ['With errors', report.errorCount === 0 ? 0 : report.skipped - report.unchanged],
  ] as const;
  return (
    <section aria-label="What the file holds">
      <p className={classes['label']}>
        {format.number(report.read)} rows read{future ? '. Nothing has been changed yet.' : ''}
      </p>
      <dl className={classes['counts']}>
        {rows.map(([name, n]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{format.number(Math.max(0, n))}</dd>
          </div>
        ))}
      </dl>
      {report.read === 0 ? <p className="hb-second">The file has no rows of {noun} below its header.</p> : null}
    </section>
  );
}

function Result({ report, noun }: { report: Report; noun: string }) {
  const format = useFormat();
  const done = report.created + report.updated;
  return (
    <div className="hb-stack">
      <p role="status" className={classes['title']}>
        {done > 0
          ? `${format.number(done)} ${noun} imported.`
          : report.errorCount > 0
            ? 'Nothing was imported.'
            : 'Everything in the file was here already.'}
      </p>
      <Counts report={report} noun={noun} />
      <Errors report={report} />
    </div>
  );
}

/** Columns that we do not know by name: the person says what they are, and the file is checked again. */
function Unmapped({
  columns,
  fields,
  mapping,
  onChange,
}: {
  columns: readonly string[];
  fields: readonly string[];
  mapping: Readonly<Record<string, string>>;
  onChange: (mapping: Readonly<Record<string, string>>) => void;
}) {
  if (columns.length === 0) return null;
  return (
    <section aria-label="Columns of the file">
      <p className={classes['label']}>Columns that we did not recognize</p>
      <ul className={classes['columns']}>
        {columns.map((column) => (
          <li key={column}>
            <span>{column}</span>
            <Select
              aria-label={`What “${column}” is`}
              placeholder="Not imported"
              data={fields.filter((one) => one === mapping[column] || !Object.values(mapping).includes(one))}
              value={mapping[column] ?? null}
              clearable
              comboboxProps={{ withinPortal: false }}
              onChange={(next) => {
                const { [column]: _, ...rest } = mapping;
                onChange(next ? { ...rest, [column]: next } : rest);
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Errors({ report }: { report: Report }) {
  const format = useFormat();
  if (report.errorCount === 0) return null;
  const shown = report.errors.slice(0, ERRORS_SHOWN);
  return (
    <section aria-label="Errors in the file">
      <p className={classes['label']}>
        {format.number(report.errorCount)} {report.errorCount === 1 ? 'error' : 'errors'}
        {shown.length < report.errorCount ? `, the first ${shown.length} are shown` : ''}
      </p>
      <div className={classes['scroll']} role="region" aria-label="Errors, scrolls" tabIndex={0}>
        <table className={classes['errors']}>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Column</th>
              <th scope="col">What to change</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one, index) => (
              <tr key={index}>
                <td>{one.row ?? '–'}</td>
                <td>{one.path || 'Whole row'}</td>
                <td>{one.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
