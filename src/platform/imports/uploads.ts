import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError, invalid } from '../errors.js';

/** More than a million rows of ordinary width. */
export const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;
const MAX_FIELD_BYTES = 65_536;

/** The OpenAPI schema of an import's form. */
export const IMPORT_BODY = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary' },
    mapping: { type: 'string' },
    onError: { type: 'string', enum: ['abort', 'skip'] },
    dryRun: { type: 'string', enum: ['true', 'false'] },
  },
};

/**
 * Lets routes take files: `multipart/form-data`, and `text/csv` as the whole body. Nothing of a body is read before its route asks for it,
 * so that who may not upload sends nothing into memory. Limits: 512 MB per file, one file, 10 form fields of 64 KB each.
 */
export async function registerUploads(fastify: FastifyInstance): Promise<void> {
  await fastify.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      files: 1,
      fileSize: MAX_UPLOAD_BYTES,
      fields: 10,
      fieldSize: MAX_FIELD_BYTES,
      fieldNameSize: 100,
      parts: 11,
    },
  });
  fastify.addContentTypeParser('text/csv', (_request, _payload, done) => done(null, undefined));
}

/**
 * Hands the uploaded file to `take` while it comes in, and returns what `take` made of it with the form fields, which may stand before or
 * after the file.
 * @throws AppError 415 for other content types, 422 without a file, 413 for one that is too large
 */
export async function receiveFile<T>(
  request: FastifyRequest,
  take: (file: AsyncIterable<Buffer>) => Promise<T>,
): Promise<{ taken: T; fields: Record<string, string> }> {
  const fields: Record<string, string> = {};
  if (/^text\/csv\b/i.test(request.headers['content-type'] ?? '')) {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > MAX_UPLOAD_BYTES) throw tooLarge();
    return { taken: await takeAll(request.raw, take), fields };
  }
  if (!request.isMultipart())
    throw new AppError(
      'unsupported',
      'import.content_type',
      'Send the file as the field "file" of multipart/form-data, or as a text/csv body.',
    );

  const takes: { result: T }[] = [];
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        if (part.valueTruncated) throw invalid(part.fieldname, 'Use at most 65,536 characters.');
        fields[part.fieldname] = String(part.value);
      } else if (part.fieldname !== 'file') {
        part.file.resume();
        throw invalid(part.fieldname, 'Send the file in the field "file".');
      } else {
        takes.push({ result: await takeAll(part.file, take) });
        if (part.file.truncated) throw tooLarge();
      }
    }
  } catch (error) {
    // Whatever is still coming is let through, so that the caller reads the answer instead of a broken connection.
    request.raw.unpipe();
    request.raw.resume();
    throw problemOf(error);
  }
  const [first] = takes;
  if (!first) throw invalid('file', 'Send a CSV file in the field "file".');
  return { taken: first.result, fields };
}

/** Reads on to the end even when `take` has given up. */
async function takeAll<T>(file: Readable, take: (file: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of file.iterator({ destroyOnReturn: false })) {
      bytes += (piece as Buffer).length;
      if (bytes > MAX_UPLOAD_BYTES) throw tooLarge();
      yield piece as Buffer;
    }
  };
  try {
    return await take(counted());
  } catch (error) {
    if (!file.readableEnded && bytes <= MAX_UPLOAD_BYTES) {
      const ended = new Promise<void>((resolve) =>
        file
          .once('end', resolve)
          .once('close', resolve)
          .once('error', () => resolve()),
      );
      file.resume();
      await ended;
    }
    throw error;
  }
}

const tooLarge = (): AppError =>
  new AppError('too_large', 'import.too_large', 'The file is larger than 512 MB. Split it and import the parts.');

function problemOf(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string' || !code.startsWith('FST_')) return error;
  if (code === 'FST_FILES_LIMIT') return invalid('file', 'Send one file.');
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT')
    return invalid('', 'Send one file and at most 10 form fields.');
  return new AppError('malformed', 'request.malformed', 'The form could not be read.');
}
