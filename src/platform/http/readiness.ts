import { Injectable } from '@nestjs/common';

/** False until migrations and demo data are in, and again from the first stop signal on. */
@Injectable()
export class Readiness {
  ready = false;
}
