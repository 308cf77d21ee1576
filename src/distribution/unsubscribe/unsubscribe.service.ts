import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { type Customer, Customers } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Db, type Tx } from '../../platform/db.js';
import {
  chooseLocale,
  maskedAddress,
  notFoundPage,
  PUBLIC_LOCALES,
  type PageOutcome,
  publicPath,
  type Wish,
} from '../../platform/public-page/index.js';
import { type LinkTarget, Signer } from '../../platform/signing.js';
import { Distribution } from '../distribution.service.js';
import { askPage, stoppedPage, type UnsubscribeFacts } from './view.js';

/** Version of the words under which somebody unsubscribes; raise it when they change in meaning. */
const TEXT_VERSION = 'unsubscribe-1';

/** Stopping surveys: at once, without a cookie or a sign-in, for as long as the customer exists. */
@Injectable()
export class Unsubscribe {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly distribution: Distribution,
  ) {}

  /** @throws PageError 404 */
  async ask(token: string, wish: Wish): Promise<PageOutcome> {
    const target = this.target(token, wish);
    return { page: askPage(await this.db.tenant(target.tenantId, (tx) => this.facts(tx, target, token, wish))) };
  }

  /**
   * RFC 8058 one-click, and the page's own button: answers 200 at once, however often it comes. There is no limit on it, since the posts of all
   * customers of a mail provider come from a few machines of theirs. @throws PageError 404
   */
  async stop(token: string, wish: Wish): Promise<PageOutcome> {
    const target = this.target(token, wish);
    return this.db.tenant(target.tenantId, async (tx) => {
      const facts = await this.facts(tx, target, token, wish);
      await this.distribution.stopAsking(tx, target.id, 'unsubscribe', TEXT_VERSION);
      return { page: stoppedPage(facts) };
    });
  }

  private target(token: string, wish: Wish): LinkTarget {
    const target = this.signer.open('unsubscribe', token);
    if (!target) throw notFoundPage(wish);
    return target;
  }

  private async facts(tx: Tx, target: LinkTarget, token: string, wish: Wish): Promise<UnsubscribeFacts> {
    const customer: Customer | undefined = (await this.customers.contacts(tx, [target.id])).get(target.id);
    if (!customer) throw notFoundPage(wish);
    const tenant = await this.identity.tenant(tx);
    const locale = chooseLocale(PUBLIC_LOCALES, { ...wish, customer: customer.locale });
    return {
      organization: { name: tenant.name, color: tenant.brand.color },
      locale,
      lang: wish.lang === locale ? locale : null,
      address: customer.email === null ? null : maskedAddress(customer.email),
      paths: {
        form: publicPath(this.config.publicUrl, 'u', token),
        choices: publicPath(this.config.publicUrl, 'me', this.signer.link('me', target)),
      },
    };
  }
}
