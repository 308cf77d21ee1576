import { Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import type { MailReply } from '../../platform/mail/mail.js';

/** What an organization's files may take together. */
const MOST_BYTES = 2 * 1024 ** 3;
const CHUNK_BYTES = 256 * 1024;

/** What files may be, by what their bytes say they are; the extension is the one they are downloaded with. */
const ALLOWED: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'video/mp4': 'mp4',
  'audio/mpeg': 'mp3',
  'text/plain': 'txt',
};

export interface Download {
  /** Made by us: nothing that a sender wrote gets into a header or onto a disk. */
  filename: string;
  contentType: string;
  bytes: Buffer;
}

/**
 * Files that customers attach. They lie in the database, where row security guards them and every process of the roles `web` and `worker`
 * reaches them. The type is what the bytes say, never what the sender says.
 */
@Injectable()
export class CaseFiles {
  constructor(private readonly db: Db) {}

  /** Keeps what came with one entry of the thread. What is not taken keeps its name, so that nobody wonders where it went. */
  async keep(tx: Tx, caseId: string, activityId: string, files: MailReply['attachments']): Promise<void> {
    if (files.length === 0) return;
    const [{ used }] = await tx.em.query(
      `select coalesce(sum(size), 0)::float8 as used from case_files where state = 'kept'`,
    );
    let room = MOST_BYTES - Number(used);
    for (const { filename, content } of files) {
      const type = await typeOf(content);
      const state = type === null ? 'type_refused' : content.length > room ? 'no_room' : 'kept';
      const id = newId();
      await tx.em.query(
        `insert into case_files (id, case_id, activity_id, name, content_type, size, state) values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, caseId, activityId, filename, type ?? 'application/octet-stream', content.length, state],
      );
      if (state !== 'kept') continue;
      room -= content.length;
      for (let at = 0, position = 0; at < content.length; at += CHUNK_BYTES, position += 1)
        await tx.em.query(`insert into case_file_chunks (file_id, position, bytes) values ($1, $2, $3)`, [
          id,
          position,
          content.subarray(at, at + CHUNK_BYTES),
        ]);
    }
  }

  /** @throws AppError 404 case_file.not_found, 409 case_file.not_kept, case_file.infected */
  download(tenantId: string, caseId: string, fileId: string): Promise<Download> {
    return this.db.tenant(tenantId, async (tx) => {
      const [file]: { state: string; scan: string; content_type: string; number: number; place: number }[] =
        await tx.em.query(
          `select f.state, f.scan, f.content_type, c.number,
             (select count(*)::int from case_files o where o.case_id = f.case_id and (o.created_at, o.id) <= (f.created_at, f.id)) as place
           from case_files f join cases c on c.id = f.case_id where f.id = $1 and f.case_id = $2`,
          [fileId, caseId],
        );
      if (!file) throw notFound('case_file', 'file');
      if (file.state !== 'kept')
        throw new AppError('conflict', 'case_file.not_kept', 'This file was not taken; only its name is known.');
      if (file.scan === 'infected')
        throw new AppError('conflict', 'case_file.infected', 'A scanner found malware in this file.');
      const chunks: { bytes: Buffer }[] = await tx.em.query(
        `select bytes from case_file_chunks where file_id = $1 order by position`,
        [fileId],
      );
      return {
        filename: `case-${file.number}-${file.place}.${ALLOWED[file.content_type] ?? 'bin'}`,
        contentType: file.content_type,
        bytes: Buffer.concat(chunks.map((chunk) => chunk.bytes)),
      };
    });
  }
}

/** The allowed type that the bytes show; null for everything else. Text has no signature: it is UTF-8 without control characters. */
export async function typeOf(bytes: Buffer): Promise<string | null> {
  if (bytes.length === 0) return null;
  const found = await fileTypeFromBuffer(bytes);
  if (found) return found.mime in ALLOWED ? found.mime : null;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // Markup and scripts are text too: they leave as text/plain, with a name of ours, and never open in the browser.
    const isBinary = bytes.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
    return isBinary ? null : 'text/plain';
  } catch {
    return null;
  }
}
