import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../platform/http/access.guard.js';
import { RequestAuthenticator } from './authenticator.js';
import { IdentityController } from './identity.controller.js';
import { Identity } from './identity.service.js';

@Global()
@Module({
  controllers: [IdentityController],
  providers: [Identity, { provide: Authenticator, useClass: RequestAuthenticator }],
  exports: [Identity, Authenticator],
})
export class IdentityModule {}
