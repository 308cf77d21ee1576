import { Global, Module } from '@nestjs/common';
import { MailDns } from './dns.js';
import { Inbound } from './inbound.js';
import { Mail } from './mail.js';
import { MailboxController } from './mailbox.controller.js';
import { Mailbox } from './mailbox.js';

@Global()
@Module({ controllers: [MailboxController], providers: [Mailbox, Mail, MailDns, Inbound], exports: [Mail, MailDns] })
export class MailModule {}
