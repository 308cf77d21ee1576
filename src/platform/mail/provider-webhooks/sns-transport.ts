import { Injectable } from '@nestjs/common';
import { AppError } from '../../errors.js';

const TIMEOUT_MS = 8_000;
const MAX_CERTIFICATE = 64 * 1024;
const KEPT = 20;

/** What we ask of Amazon SNS; only addresses that `snsUrl` let pass come here. Tests answer in its place. */
@Injectable()
export class SnsTransport {
  private readonly certificates = new Map<string, string>();

  /** The PEM of a signing certificate. @throws AppError 503, so that SNS tries again */
  async certificate(url: URL): Promise<string> {
    const known = this.certificates.get(url.href);
    if (known !== undefined) return known;
    const pem = await this.get(url);
    if (pem.length > MAX_CERTIFICATE) throw unavailable();
    if (this.certificates.size >= KEPT) this.certificates.clear();
    this.certificates.set(url.href, pem);
    return pem;
  }

  /** Confirms a subscription. @throws AppError 503 */
  async confirm(url: URL): Promise<void> {
    await this.get(url);
  }

  private async get(url: URL): Promise<string> {
    try {
      const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return await answer.text();
    } catch {
      throw unavailable();
    }
  }
}

const unavailable = () =>
  new AppError('unavailable', 'provider.unreachable', 'Amazon SNS did not answer. Send it again.');
