// An SMTP server in a process of its own that takes everything, as cheaply as it can: `node bench/smtp-sink.mjs [log file]`.
// With a log it writes one line per accepted mail (recipient and Message-ID) before its 250; that file is the truth of the drills.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';

const log = process.argv[2] ? openSync(process.argv[2], 'a') : null;
let accepted = 0;
let last = '';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.write('220 sink\r\n');
  let isData = false;
  let text = '';
  let to = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (;;) {
      if (isData) {
        const end = text.indexOf('\r\n.\r\n');
        if (end < 0) return;
        isData = false;
        accepted += 1;
        last = text.slice(0, end);
        if (log !== null) writeSync(log, `${to} ${/^Message-ID: (<[^>]+>)/im.exec(text.slice(0, end))?.[1] ?? '-'}\n`);
        text = text.slice(end + 5);
        socket.write('250 2.0.0 taken\r\n');
        continue;
      }
      const end = text.indexOf('\r\n');
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') socket.write('250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n');
      else if (verb === 'RCPT') {
        to = /<([^>]*)>/.exec(line)?.[1] ?? '';
        socket.write('250 ok\r\n');
      } else if (verb === 'DATA') {
        isData = true;
        socket.write('354 go on\r\n');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    }
  });
});

server.listen(Number(process.env.SINK_PORT ?? 0), '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('message', (message) => {
  if (message === 'state') process.send({ accepted, last });
});
process.once('disconnect', () => {
  if (log !== null) closeSync(log);
  process.exit(0);
});
