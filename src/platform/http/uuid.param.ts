import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../errors.js';

/** An id in a path. What is not a UUID is an unknown id: 404, like a foreign one. */
@Injectable()
export class UuidParam implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value))
      throw new AppError('not_found', 'id.unknown', 'There is nothing with this id.');
    return value.toLowerCase();
  }
}
