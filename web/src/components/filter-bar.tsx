import { Button, Menu, Popover, Select, TextInput } from '@mantine/core';
import { FilterIcon, XIcon } from '@primer/octicons-react';
import { useRef, useState, type ReactNode } from 'react';
import classes from './filter-bar.module.css';

/** One thing a list can be narrowed by. `key` is its search param. */
export type Filter = {
  key: string;
  label: string;
} & (
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
  | { kind: 'text' | 'day' }
  /** On or off; the chip reads only the label. */
  | { kind: 'flag' }
);

export type FilterValues = Readonly<Record<string, string | true | undefined>>;

const shown = (filter: Filter, value: string | true): string =>
  filter.kind === 'choice' ? (filter.options.find((o) => o.value === value)?.label ?? String(value)) : String(value);

/** "Score **0–8** ×": press the text to change it, × to take it away. */
export function FilterChip({
  label,
  value,
  onRemove,
  editor,
}: {
  label: string;
  value?: string;
  onRemove: () => void;
  editor?: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const text = (
    <>
      {label} {value ? <strong>{value}</strong> : null}
    </>
  );
  return (
    <span className={classes['chip']}>
      {editor ? (
        <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withinPortal>
          <Popover.Target>
            <button type="button" className={classes['value']} onClick={() => setOpen(!open)}>
              {text}
            </button>
          </Popover.Target>
          <Popover.Dropdown aria-label={`Filter by ${label}`}>{editor(() => setOpen(false))}</Popover.Dropdown>
        </Popover>
      ) : (
        <span className={classes['value']}>{text}</span>
      )}
      <button type="button" className={classes['remove']} onClick={onRemove} aria-label={`Remove filter ${label}`}>
        <XIcon size={12} />
      </button>
    </span>
  );
}

function Editor({
  filter,
  value,
  onDone,
}: {
  filter: Filter;
  value: string;
  onDone: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value);
  if (filter.kind === 'choice') {
    return (
      <Select
        label={filter.label}
        data={[...filter.options]}
        value={value || null}
        onChange={(next) => onDone(next ?? undefined)}
        searchable={filter.options.length > 7}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
        w={240}
      />
    );
  }
  return (
    <form
      className={classes['editor']}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(text.trim() || undefined);
      }}
    >
      <TextInput
        label={filter.label}
        type={filter.kind === 'day' ? 'date' : 'search'}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Button type="submit" size="compact-sm">
        Apply
      </Button>
    </form>
  );
}

/**
 * The filters of a list, all of them in the URL.
 * @param onChange gets the whole new set; `undefined` takes a filter away
 * @param children more at the end of the row (saved views)
 */
export function FilterBar({
  filters,
  values,
  onChange,
  children,
}: {
  filters: readonly Filter[];
  values: FilterValues;
  onChange: (values: FilterValues) => void;
  children?: ReactNode;
}) {
  const [adding, setAdding] = useState<Filter | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  // The menu item that opened the editor is gone by now, so the focus goes back to the button itself.
  const close = (): void => {
    setAdding(null);
    button.current?.focus();
  };
  const set = (key: string, value: string | true | undefined): void => onChange({ ...values, [key]: value });
  const active = filters.filter((filter) => values[filter.key] !== undefined);
  const free = filters.filter((filter) => values[filter.key] === undefined);
  return (
    <div className={classes['bar']} role="group" aria-label="Filters">
      <Popover
        opened={adding !== null}
        onChange={(open) => {
          if (!open) close();
        }}
        position="bottom-start"
        trapFocus
        withRoles={false}
      >
        <Popover.Target>
          <span>
            <Menu position="bottom-start">
              <Menu.Target>
                <button
                  ref={button}
                  type="button"
                  data-filter-add
                  title="Filter (F)"
                  className={classes['add']}
                  disabled={free.length === 0}
                >
                  <FilterIcon size={14} /> Filter
                </button>
              </Menu.Target>
              <Menu.Dropdown>
                {free.map((filter) => (
                  <Menu.Item
                    key={filter.key}
                    onClick={() => (filter.kind === 'flag' ? set(filter.key, true) : setAdding(filter))}
                  >
                    {filter.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </span>
        </Popover.Target>
        <Popover.Dropdown role="dialog" aria-label={adding ? `Filter by ${adding.label}` : 'Filter'}>
          {adding ? (
            <Editor
              filter={adding}
              value=""
              onDone={(value) => {
                close();
                if (value !== undefined) set(adding.key, value);
              }}
            />
          ) : null}
        </Popover.Dropdown>
      </Popover>
      {active.map((filter) => {
        const value = values[filter.key] ?? '';
        const text = shown(filter, value);
        return (
          <FilterChip
            key={filter.key}
            label={filter.label}
            onRemove={() => set(filter.key, undefined)}
            {...(filter.kind === 'flag'
              ? {}
              : {
                  value: text,
                  editor: (close) => (
                    <Editor
                      filter={filter}
                      value={String(value)}
                      onDone={(next) => {
                        close();
                        set(filter.key, next);
                      }}
                    />
                  ),
                })}
          />
        );
      })}
      {active.length > 1 ? (
        <button
          type="button"
          className={classes['clear']}
          onClick={() => onChange(Object.fromEntries(filters.map((filter) => [filter.key, undefined])))}
        >
          Clear filters
        </button>
      ) : null}
      {children}
    </div>
  );
}
