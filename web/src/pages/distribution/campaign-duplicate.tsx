import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { toast } from '../../components/toasts.js';
import { useWrite } from '../../writes.js';

/** Makes a draft with the same settings and opens it. */
export function DuplicateButton({ campaign }: { campaign: CampaignView }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { busy, run } = useWrite();
  return (
    <Button
      variant="default"
      loading={busy === 'duplicate'}
      onClick={() =>
        void run('duplicate', 'The campaign was not duplicated.', async () => {
          const copy = await api('POST', `/campaigns/${campaign.id}/duplicate`, CampaignView, {
            idempotencyKey: newIdempotencyKey(),
          });
          client.setQueryData(['campaigns', 'one', copy.id], copy);
          void client.invalidateQueries({ queryKey: ['campaigns', 'list'] });
          await navigate({ to: '/campaigns/$campaignId', params: { campaignId: copy.id }, search: {} });
          toast.done('This is the copy. Nothing is sent before you launch it.');
        })
      }
    >
      Duplicate
    </Button>
  );
}
