import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../platform/http/access.guard.js';
import { RequestAuthenticator } from './authenticator.js';
import { IdentityController } from './identity.controller.js';
import { Identity } from './identity.service.js';
import { SendingController } from './sending.controller.js';
import { Sending } from './sending.service.js';
import { SendersController } from './senders/senders.controller.js';
import { Senders } from './senders/senders.service.js';

@Global()
@Module({
  controllers: [IdentityController, SendersController, SendingController],
  providers: [Identity, Senders, Sending, { provide: Authenticator, useClass: RequestAuthenticator }],
  exports: [Identity, Authenticator],
})
export class IdentityModule {}
