import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import * as C from './notifications.contract.js';
import { Notifications } from './notifications.service.js';

@ApiTags('Notifications')
@Controller('api/v1')
export class NotificationsController {
  constructor(private readonly notifications: Notifications) {}

  @Access('viewer')
  @Get('notifications')
  @ApiOkResponse({ standardSchema: C.NotificationPage })
  list(@Who() who: Principal, @Query({ schema: C.NotificationQuery }) query: C.NotificationQuery) {
    return this.notifications.list(who, query);
  }

  @Access('viewer')
  @Post('notifications/read')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Unread })
  read(@Who() who: Principal, @Body({ schema: C.MarkRead }) body: z.infer<typeof C.MarkRead>) {
    return this.notifications.markRead(who, body.ids);
  }

  @Access('viewer')
  @Get('me/notifications')
  @ApiOkResponse({ standardSchema: C.NotificationSettings })
  settings(@Who() who: Principal) {
    return this.notifications.settings(who);
  }

  @Access('viewer')
  @Put('me/notifications')
  @ApiOkResponse({ standardSchema: C.NotificationSettings })
  change(@Who() who: Principal, @Body({ schema: C.NotificationSettings }) body: C.NotificationSettings) {
    return this.notifications.changeSettings(who, body);
  }
}
