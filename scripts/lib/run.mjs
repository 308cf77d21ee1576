// Programs that we start, and what the person at the terminal sees of them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A step failed; `message` says what happened and what to do, ready to print. */
export class StepError extends Error {}

// Whoever read our output may have left (`npm start | head`); that is no reason to leave a server or a temporary directory behind.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const running = new Set();

let interruptedWith = null;

/** The exit code that a signal asked for, 130 or 143; null without one. */
export const interruption = () => interruptedWith;

/**
 * Until the returned function is called, SIGINT and SIGTERM end the running programs.
 * @param {{ exitWhenIdle?: boolean }} options whether a signal ends us too when no program runs; else `interruption` has to be asked
 */
export function endChildrenOnSignals({ exitWhenIdle = true } = {}) {
  const handler = (signal) => {
    interruptedWith ??= signal === 'SIGINT' ? 130 : 143;
    if (running.size === 0 && exitWhenIdle) process.exit(interruptedWith);
    for (const child of running) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, handler);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, handler);
  };
}

/** Runs steps of which any may end the process: by a signal, or with a StepError's message and code 1. */
export async function orExit(steps) {
  try {
    await steps();
  } catch (error) {
    if (interruptedWith !== null) process.exit(interruptedWith);
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  if (interruptedWith !== null) process.exit(interruptedWith);
}

/**
 * Runs a program to its end and collects what it prints.
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started
 */
export function run(command, args, { env = process.env, inherit = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    const end = (code, text = output) => {
      running.delete(child);
      resolve({ code, output: text });
    };
    child.once('error', (error) => end(127, `${output}${error.message}`));
    child.once('close', (code, signal) => end(code ?? 1, signal ? `${output}\nended by ${signal}` : output));
  });
}

/**
 * Shows one step: "[1/5] Installing packages … 12 s", counting on a terminal, otherwise as a line at the start, one every 15 s, and one at the end.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const live = process.stdout.isTTY === true;
  const show = (mark) =>
    process.stdout.write(live ? `\r\x1b[K${title} … ${mark}` : `${title} …${mark && ` ${mark}`}\n`);
  show('');
  const timer = setInterval(() => show(`${seconds()} s`), live ? 1000 : 15_000);
  let mark;
  try {
    const result = await work();
    mark = 'done';
    return result;
  } finally {
    clearInterval(timer);
    show(`${mark ?? (interruptedWith === null ? 'failed' : 'stopped')}, ${seconds()} s`);
    if (live) process.stdout.write('\n');
  }
}

/** The last lines of a program's output: the part that says why it failed. */
export const lastLines = (output, count = 40) => output.trimEnd().split('\n').slice(-count).join('\n');
