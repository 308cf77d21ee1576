import { Global, Module } from '@nestjs/common';
import { MailDns } from './dns.js';
import { Inbound } from './inbound.js';
import { Ledger } from './ledger.js';
import { Mail } from './mail.js';
import { MailboxController } from './mailbox.controller.js';
import { Mailbox } from './mailbox.js';
import { ProviderWebhooksController } from './provider-webhooks/provider-webhooks.controller.js';
import { ProviderWebhooks } from './provider-webhooks/provider-webhooks.service.js';
import { SnsTransport } from './provider-webhooks/sns-transport.js';
import { SendRates } from './send-rates.js';

@Global()
@Module({
  controllers: [MailboxController, ProviderWebhooksController],
  providers: [Mailbox, SendRates, Ledger, Mail, MailDns, Inbound, ProviderWebhooks, SnsTransport],
  exports: [Mail, SendRates, MailDns, ProviderWebhooks],
})
export class MailModule {}
