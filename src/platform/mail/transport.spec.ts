import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SmtpFailure, SmtpTransport } from './transport.js';

/** A bare SMTP server: what it answers to each command, in order of the conversation, and what it was told. */
class Server25 {
  readonly lines: string[] = [];
  connections = 0;
  /** What to answer to the final dot; null for nothing. */
  afterDot: string | null = '250 taken';
  /** A byte of an answer that never ends, again and again. */
  trickles = false;
  greeting: string | null = '220 ready';
  /** Answers DATA with 354 after this. */
  beforeData: () => Promise<void> = () => Promise.resolve();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.talk(socket));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  dropAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private talk(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    if (this.greeting === null) return;
    socket.write(`${this.greeting}\r\n`);
    let data = false;
    let buffer = '';
    socket.on('data', (chunk) => {
      buffer += chunk.toString();
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        this.lines.push(line);
        if (data) {
          if (line !== '.') continue;
          data = false;
          if (this.trickles) {
            const drip = setInterval(() => socket.write('2'), 20);
            socket.on('close', () => clearInterval(drip));
          } else if (this.afterDot !== null) socket.write(`${this.afterDot}\r\n`);
        } else if (line === 'DATA') {
          data = true;
          void this.beforeData().then(() => socket.write('354 go on\r\n'));
        } else socket.write('250 fine\r\n');
      }
    });
  }
}

const message = {
  envelope: { from: 'a@example.org', to: ['b@example.org'] },
  from: 'a@example.org',
  to: 'b@example.org',
  subject: 'Hi',
  text: 'CONTENT',
};

describe('SmtpTransport', () => {
  let server: Server25;
  let url: string;
  const transports: SmtpTransport[] = [];
  const open = (attemptTimeoutMs: number): SmtpTransport => {
    const transport = new SmtpTransport(url, attemptTimeoutMs);
    transports.push(transport);
    return transport;
  };
  const failure = async (sending: Promise<string>): Promise<SmtpFailure> => {
    const error: unknown = await sending.then(
      () => null,
      (e: unknown) => e,
    );
    if (!(error instanceof SmtpFailure)) throw new Error(`no SmtpFailure: ${String(error)}`);
    return error;
  };

  beforeEach(async () => {
    server = new Server25();
    url = await server.listen();
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.close();
    await server.close();
  });

  it('hands off after 354 and before the first byte of content, on a fresh and on a reused connection', async () => {
    const transport = open(5_000);
    for (const round of [1, 2]) {
      let answered = false;
      let seen: string[] = [];
      server.lines.length = 0;
      server.beforeData = async () => {
        await delay(50);
        answered = true;
      };
      const reply = await transport.send(message, async () => {
        expect(answered).toBe(true);
        await delay(50);
        seen = [...server.lines];
      });
      expect(reply).toBe('250 taken');
      expect(seen.at(-1)).toBe('DATA');
      expect(server.lines.some((line) => line.startsWith('Subject: Hi'))).toBe(true);
      expect({ round, connections: server.connections }).toEqual({ round, connections: 1 });
    }
  });

  it('gives nothing away when handing off fails', async () => {
    const error = await failure(open(5_000).send(message, () => Promise.reject(new Error('no commit'))));
    expect(error.outcome).toBe('later');
    await delay(50);
    expect(server.lines.at(-1)).toBe('DATA');
  });

  it.each([
    ['250 taken', null],
    ['451 later', 'later'],
    ['421 closing', 'later'],
    ['550 no', 'refused'],
    ['503 bad sequence', 'later'],
    ['hm', 'unknown'],
  ])('reads %j after the dot as %s', async (answer, outcome) => {
    server.afterDot = answer;
    const sending = open(1_500).send(message, () => Promise.resolve());
    if (outcome === null) await expect(sending).resolves.toBe(answer);
    else expect((await failure(sending)).outcome).toBe(outcome);
  });

  it('takes a refused greeting for a matter of settings', async () => {
    server.greeting = '554 go away';
    expect(await failure(open(5_000).send(message, () => Promise.resolve()))).toMatchObject({
      outcome: 'later',
      code: 554,
    });
  });

  it('frees the slot of a server that hangs: unknown after the content, later before it', async () => {
    const transport = open(400);
    const began = performance.now();
    server.afterDot = null;
    expect((await failure(transport.send(message, () => Promise.resolve()))).outcome).toBe('unknown');
    server.beforeData = () => new Promise(() => undefined);
    expect((await failure(transport.send(message, () => Promise.resolve()))).outcome).toBe('later');
    server.greeting = null;
    expect((await failure(transport.send(message, () => Promise.resolve()))).outcome).toBe('later');
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('frees the slot of a server that answers byte by byte, which no idle timer notices', async () => {
    url = `${url}?maxConnections=1`;
    const transport = open(600);
    server.trickles = true;
    expect(await failure(transport.send(message, () => Promise.resolve()))).toMatchObject({ outcome: 'unknown' });
    server.trickles = false;
    await expect(transport.send(message, () => Promise.resolve())).resolves.toBe('250 taken');
  });

  it('is unknown when the connection breaks after the content, and does not send it over another', async () => {
    server.afterDot = null;
    const sending = open(5_000).send(message, () => Promise.resolve());
    while (!server.lines.includes('.')) await delay(5);
    server.dropAll();
    expect((await failure(sending)).outcome).toBe('unknown');
    await delay(400);
    expect(server.lines.filter((line) => line === 'DATA')).toHaveLength(1);
  });

  it('goes on over a new connection when an idle one was closed meanwhile', async () => {
    const transport = open(5_000);
    await transport.send(message, () => Promise.resolve());
    await delay(50);
    server.dropAll();
    await expect(transport.send(message, () => Promise.resolve())).resolves.toBe('250 taken');
    expect(server.connections).toBe(2);
  });

  it('ends what still runs when told to stop', async () => {
    server.afterDot = null;
    const transport = open(30_000);
    const sending = transport.send(message, () => Promise.resolve());
    while (!server.lines.includes('.')) await delay(5);
    transport.abort();
    expect((await failure(sending)).outcome).toBe('unknown');
  });
});
