import type { AddressInfo } from 'node:net';
import type { SMTPServer, SMTPServerDataStream } from 'smtp-server';

/** Resolves with the port once the server accepts connections. @throws Error when it cannot listen */
export function listenSmtp(server: SMTPServer, where: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => {
      server.off('error', reject);
      // A client that breaks its connection off is no news; without a listener it would end the process.
      server.on('error', () => undefined);
      resolve((server.server.address() as AddressInfo).port);
    });
  });
}

export function closeSmtp(server: SMTPServer): Promise<void> {
  return new Promise((resolve) => server.close(resolve));
}

/** An answer other than 250, for smtp-server. */
export function smtpRefusal(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode });
}

/** All octets that may be in memory for messages that are just coming in, over all connections of all our servers. */
const MEMORY_BYTES = 128 * 1024 * 1024;
let inMemory = 0;

/**
 * The whole message. What is too much is read on and dropped, since a server may only answer after the final dot.
 * @throws Error with `responseCode` 552 above `maxBytes`, 452 when other messages take all the memory we give to this
 */
export async function readMessage(stream: SMTPServerDataStream, maxBytes: number): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let refusal: Error | null = null;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (refusal) continue;
      bytes += chunk.length;
      inMemory += chunk.length;
      if (bytes > maxBytes) refusal = smtpRefusal(552, '5.3.4 The message is too big');
      else if (inMemory > MEMORY_BYTES) refusal = smtpRefusal(452, '4.3.1 Too many messages at once, try again later');
      if (refusal) chunks = [];
      else chunks.push(chunk);
    }
    if (refusal) throw refusal;
    return Buffer.concat(chunks);
  } finally {
    inMemory -= bytes;
  }
}
