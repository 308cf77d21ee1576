import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { VisitList, VisitQuery, type VisitView } from './visits.contract.js';

@ApiTags('Channels')
@Controller('api/v1/page-visits')
export class VisitsController {
  constructor(private readonly db: Db) {}

  /** Openings of customers' pages in `[from, to)`, all time by default; up to half a minute behind. */
  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: VisitList })
  list(@Who() who: Principal, @Query({ schema: VisitQuery }) query: VisitQuery): Promise<z.infer<typeof VisitList>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const pages: VisitView[] = await tx.em.query(
        `select page, coalesce(sum(n) filter (where visitor = 'person'), 0)::int as people, coalesce(sum(n) filter (where visitor = 'machine'), 0)::int as machines
         from page_visits where ($1::date is null or day >= $1) and ($2::date is null or day < $2) group by page order by sum(n) desc, page`,
        [query.from ?? null, query.to ?? null],
      );
      return { pages };
    });
  }
}
