import { Button } from '@mantine/core';
import { PlusIcon, TrashIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import classes from './campaign.module.css';

/** One row as its fields change it. */
export interface RowProps<Row> {
  row: Row;
  /** From 1. */
  number: number;
  onChange: (row: Row) => void;
  onRemove: () => void;
}

/** Rows of fields that are added and removed one by one, with what is wrong with them below. */
export function Rows<Row>({
  rows,
  onChange,
  fields: Fields,
  blank,
  add,
  error,
}: {
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  fields: (props: RowProps<Row>) => ReactNode;
  blank: Row;
  add: string;
  error: ReactNode;
}) {
  return (
    <>
      {rows.map((row, index) => (
        <Fields
          key={index}
          row={row}
          number={index + 1}
          onChange={(next) => onChange(rows.map((one, at) => (at === index ? next : one)))}
          onRemove={() => onChange(rows.filter((_, at) => at !== index))}
        />
      ))}
      {error ? (
        <p role="alert" className="mantine-InputWrapper-error">
          {error}.
        </p>
      ) : null}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...rows, blank])}
        >
          {add}
        </Button>
      </div>
    </>
  );
}

/** The frame of one row. @param name what it is, with its number: “condition 2” */
export function RowFrame({ name, onRemove, children }: { name: string; onRemove: () => void; children: ReactNode }) {
  return (
    <div className={classes['condition']} role="group" aria-label={name.charAt(0).toUpperCase() + name.slice(1)}>
      {children}
      <Button variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={onRemove} px={8}>
        <TrashIcon size={14} />
      </Button>
    </div>
  );
}
