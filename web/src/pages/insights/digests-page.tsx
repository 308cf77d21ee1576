import { Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { DigestView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DateTime } from '../../components/figures.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useMe } from '../../session.js';
import { useWrite } from '../../writes.js';
import { Loaded } from '../settings/settings-parts.js';

/** One's own weekly mail; everybody may have it. */
export function DigestsPage() {
  const me = useMe();
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const query = useQuery({
    queryKey: ['digests'],
    queryFn: ({ signal }) => api('GET', '/digests', DigestView, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Digests"
        section="Settings"
        lead="The week in one mail: the score and how sure it is, the heard-back rate, the three largest pain points, what was fixed."
      />
      <Loaded query={query} height={120}>
        {(digest) => (
          <Card heading="Weekly digest">
            <div className="hb-stack">
              <Switch
                checked={digest.weekly}
                disabled={busy !== null}
                label={`Mail it to ${me.email}`}
                description={`Mondays at 7:00, ${me.organization.timeZone}.`}
                onChange={() =>
                  void run('weekly', 'That was not kept.', async () => {
                    client.setQueryData(
                      ['digests'],
                      await api('PUT', '/digests', DigestView, { body: { weekly: !digest.weekly } }),
                    );
                    toast.done(digest.weekly ? 'You get no more digests.' : 'The next one comes on Monday.');
                  })
                }
              />
              <p className="hb-meta">
                {digest.lastSentAt ? (
                  <>
                    Last sent <DateTime at={digest.lastSentAt} />.
                  </>
                ) : (
                  'None was sent yet.'
                )}
              </p>
            </div>
          </Card>
        )}
      </Loaded>
    </>
  );
}
