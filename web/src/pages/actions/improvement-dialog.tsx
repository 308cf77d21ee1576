import { Modal, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ImprovementView } from '../../../../src/actions/improvements/improvements.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { usePainPointNames } from '../painpoints/pain-points-data.js';
import { useUsers } from '../../reference.js';
import type { Improvement } from './improvements-data.js';

/** A new improvement (of a pain point, when started there), or all fields of one. */
export function ImprovementDialog({
  found,
  painPoint,
  onClose,
  onSaved,
}: {
  found?: Improvement;
  painPoint?: { id: string; name: string };
  onClose: () => void;
  onSaved: (saved: Improvement) => void;
}) {
  const users = useUsers();
  const names = usePainPointNames();
  const form = useForm({
    initialValues: {
      name: found?.name ?? '',
      description: found?.description ?? '',
      painPointIds: found?.painPointIds ?? (painPoint ? [painPoint.id] : []),
      ownerId: found?.ownerId ?? null,
      dueAt: found?.dueAt?.slice(0, 10) ?? '',
      outcome: found?.outcome ?? '',
    },
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
    validateInputOnBlur: true,
  });
  // What is linked stays choosable even where the list does not hold it (any more).
  const known = new Map<string, string>([
    ...(found?.painPoints ?? []).map((one) => [one.id, one.name] as const),
    ...(painPoint ? [[painPoint.id, painPoint.name] as const] : []),
    ...(names.data ?? []).map(
      (one) => [one.id, `${one.name}${one.touchpointName ? ` · ${one.touchpointName}` : ''}`] as const,
    ),
  ]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={found ? 'Change the improvement' : 'New improvement'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form
        form={form}
        submit={found ? 'Save' : 'Start the improvement'}
        onSubmit={async (values, idempotencyKey) => {
          const body = {
            name: values.name.trim(),
            description: values.description.trim() || null,
            painPointIds: values.painPointIds,
            ownerId: values.ownerId,
            dueAt: values.dueAt || null,
            outcome: values.outcome.trim() || null,
            ...(found ? { version: found.version } : {}),
          };
          const saved = await (found
            ? api('PATCH', `/improvements/${found.id}`, ImprovementView, { body })
            : api('POST', '/improvements', ImprovementView, { body, idempotencyKey }));
          onClose();
          onSaved(saved);
        }}
      >
        <TextInput
          label="Name"
          description="What will change, in a few words."
          maxLength={160}
          data-autofocus
          {...field(form, 'name')}
        />
        <MultiSelect
          label="Pain points"
          description="Whoever said these hears back when it is done."
          searchable
          hidePickedOptions
          data={[...known].map(([value, label]) => ({ value, label }))}
          {...field(form, 'painPointIds')}
        />
        <Select
          label="Owner"
          searchable
          clearable
          placeholder="Nobody yet"
          data={users.filter((user) => !user.disabled).map((user) => ({ value: user.id, label: user.name }))}
          {...field(form, 'ownerId')}
        />
        <TextInput label="Due" type="date" w={180} {...field(form, 'dueAt')} />
        <Textarea
          label="Plan"
          description="Only your team reads this."
          autosize
          minRows={2}
          {...field(form, 'description')}
        />
        <Textarea
          label="What changed, or why nothing will"
          description="Customers read this in the announcement. It can wait until it is done."
          autosize
          minRows={2}
          {...field(form, 'outcome')}
        />
      </Form>
    </Modal>
  );
}
