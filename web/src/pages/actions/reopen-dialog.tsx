import { Modal, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { z } from 'zod';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { useCaseActions, type CaseRow } from './cases-data.js';

export function ReopenDialog({ found, onClose }: { found: Pick<CaseRow, 'id' | 'number'>; onClose: () => void }) {
  const { refresh } = useCaseActions();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why it is opened again' : null) },
  });
  return (
    <Modal opened onClose={onClose} title={`Reopen #${found.number}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        form={form}
        submit={`Reopen #${found.number}`}
        onSubmit={async ({ reason }, idempotencyKey) => {
          await api('POST', `/cases/${found.id}/reopen`, z.unknown(), { body: { reason }, idempotencyKey });
          onClose();
          toast.done(`#${found.number} is open again.`);
          await refresh();
        }}
      >
        <Textarea
          label="Reason"
          description="Only your team reads this. The time to resolve starts again."
          autosize
          minRows={3}
          data-autofocus
          {...field(form, 'reason')}
        />
      </Form>
    </Modal>
  );
}
