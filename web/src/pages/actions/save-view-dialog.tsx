import { Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { field, Form } from '../../components/form.js';

export function SaveViewDialog({ onClose, onSave }: { onClose: () => void; onSave: (name: string) => Promise<void> }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  return (
    <Modal opened onClose={onClose} title="Save these filters" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        form={form}
        submit="Save filters"
        onSubmit={async ({ name }) => {
          await onSave(name.trim());
          onClose();
        }}
      >
        <TextInput label="Name" description="Only you see it." maxLength={80} data-autofocus {...field(form, 'name')} />
      </Form>
    </Modal>
  );
}
