import { Modal, Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PainPointView } from '../../../../src/painpoints/painpoints.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { field, Form } from '../../components/form.js';
import { usePainPointNames, type PainPoint } from './pain-points-data.js';

/** Chooses where all statements of this one go. Old links then lead there. */
export function MergeDialog({
  found,
  onClose,
  onMerged,
}: {
  found: PainPoint;
  onClose: () => void;
  onMerged: (into: PainPoint) => void;
}) {
  const { data, error, refetch } = usePainPointNames();
  const form = useForm<{ intoId: string | null }>({
    initialValues: { intoId: null },
    validate: { intoId: (value) => (value ? null : 'Choose the pain point to merge into') },
  });
  const others = (data ?? [])
    .filter((one) => one.id !== found.id)
    .sort((a, b) => Number(b.touchpointKey === found.touchpointKey) - Number(a.touchpointKey === found.touchpointKey));
  return (
    <Modal opened onClose={onClose} title={`Merge “${found.name}”`} closeButtonProps={{ 'aria-label': 'Close' }}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Form
          form={form}
          submit="Merge"
          onSubmit={async ({ intoId }, idempotencyKey) => {
            const into = await api('POST', `/pain-points/${found.id}/merge`, PainPointView, {
              body: { intoId },
              idempotencyKey,
            });
            onClose();
            onMerged(into);
          }}
        >
          <Text size="md">
            Its {found.count} statements, its cases and its links go to the other one. You can take it back under
            History.
          </Text>
          <Select
            label="Into"
            searchable
            data={others.map((one) => ({
              value: one.id,
              label: `${one.name} · ${one.touchpointName ?? 'no touchpoint'}`,
            }))}
            withScrollArea={false}
            styles={{ options: { maxBlockSize: 240, overflowY: 'auto' } }}
            nothingFoundMessage="None has this name"
            data-autofocus
            {...field(form, 'intoId')}
          />
        </Form>
      )}
    </Modal>
  );
}

/** The chosen statements become a pain point of their own. */
export function SplitDialog({
  found,
  statementIds,
  onClose,
  onSplit,
}: {
  found: PainPoint;
  statementIds: readonly string[];
  onClose: () => void;
  onSplit: (made: PainPoint) => void;
}) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  return (
    <Modal opened onClose={onClose} title="Split off" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        form={form}
        submit={`Split off ${statementIds.length} ${statementIds.length === 1 ? 'statement' : 'statements'}`}
        onSubmit={async ({ name }, idempotencyKey) => {
          const made = await api('POST', `/pain-points/${found.id}/split`, PainPointView, {
            body: { statementIds, name: name.trim() },
            idempotencyKey,
          });
          onClose();
          onSplit(made);
        }}
      >
        <Text size="md">They leave “{found.name}” and stay together from now on.</Text>
        <TextInput
          label="Name of the new pain point"
          description="What goes wrong, in the customers’ words."
          maxLength={120}
          data-autofocus
          {...field(form, 'name')}
        />
      </Form>
    </Modal>
  );
}
