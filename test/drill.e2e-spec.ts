import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DRILL = fileURLToPath(new URL('../scripts/drill-campaign.mjs', import.meta.url));

describe('a campaign whose worker is killed', () => {
  it('sends to nobody twice, to everybody once or as unknown, and adds up', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [DRILL, '--recipients', '300', '--kills', '4', '--age'],
      { env: { PATH: process.env['PATH'], HOME: process.env['HOME'] }, timeout: 240_000 },
    );
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(result).toMatchObject({
      kills: 4,
      duplicates: 0,
      sentWithoutAcceptance: 0,
      acceptedNeitherSentNorUnknown: 0,
      invitationsThatDisagree: 0,
      missing: 0,
      passed: true,
    });
    expect(result.unknown).toBeLessThanOrEqual(result.unknownAllowed);
  }, 250_000);
});
