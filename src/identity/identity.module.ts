import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../platform/http/access.guard.js';
import { ApiKeys } from './api-keys.service.js';
import { RequestAuthenticator } from './authenticator.js';
import { IdentityController } from './identity.controller.js';
import { Identity } from './identity.service.js';
import { Organizations } from './organizations.service.js';
import { People } from './people.service.js';
import { SendingController } from './sending.controller.js';
import { Sending } from './sending.service.js';
import { SendersController } from './senders/senders.controller.js';
import { Senders } from './senders/senders.service.js';
import { SignIns } from './sign-ins.service.js';

@Global()
@Module({
  controllers: [IdentityController, SendersController, SendingController],
  providers: [
    Identity,
    Organizations,
    SignIns,
    People,
    ApiKeys,
    Senders,
    Sending,
    { provide: Authenticator, useClass: RequestAuthenticator },
  ],
  exports: [Identity, Authenticator],
})
export class IdentityModule {}
