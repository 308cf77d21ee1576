import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import * as C from './saved-replies.contract.js';
import { SavedReplies } from './saved-replies.service.js';

@ApiTags('Saved replies')
@Controller('api/v1/saved-replies')
export class SavedRepliesController {
  constructor(private readonly replies: SavedReplies) {}

  @Access('agent')
  @Get()
  @ApiOkResponse({ standardSchema: C.SavedReplyPage })
  list(@Who() who: Principal, @Query({ schema: C.SavedReplyQuery }) query: C.SavedReplyQuery) {
    return this.replies.list(who.tenantId, query);
  }

  @Access('manager')
  @Post()
  @ApiCreatedResponse({ standardSchema: C.SavedReplyView })
  add(@Who() who: Principal, @Body({ schema: C.NewSavedReply }) body: C.NewSavedReply) {
    return this.replies.add(who, body);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.SavedReplyView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeSavedReply }) body: C.ChangeSavedReply,
  ) {
    return this.replies.change(who, id, body);
  }

  @Access('manager')
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.replies.remove(who, id);
  }
}
