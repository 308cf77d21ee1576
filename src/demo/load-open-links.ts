import type { OpenChannel } from '../responses/channels/open-links.contract.js';
import { Rng } from './random.js';

type Row = Record<string, unknown>;

/** A way to a survey for whoever finds it, with its share of the answers and how often it is opened for each of them. */
interface Way {
  channel: OpenChannel;
  name: string;
  settings: Row;
  weight: number;
  openings: number;
  /** What its printed addresses say of where they hang. */
  refs: readonly string[];
}

const WAYS: readonly Way[] = [
  {
    channel: 'link',
    name: 'QR code on the order confirmation',
    settings: {},
    weight: 6,
    openings: 3,
    refs: ['letter', 'mail', 'letter'],
  },
  {
    channel: 'widget',
    name: 'Box on the order page',
    settings: { origins: ['https://www.tarnholm-fibre.example'], askAgainAfterDays: 90, delaySeconds: 10 },
    weight: 3,
    openings: 14,
    refs: [],
  },
  { channel: 'kiosk', name: 'Counter of the shop', settings: { resetSeconds: 20 }, weight: 2, openings: 0, refs: [] },
];

/**
 * The open links of a survey of the demo. `wayOf` says by which of them an answer came; `visits` then has how often their pages were opened,
 * for the answers that were asked about.
 */
export class DemoOpenLinks {
  readonly rows: Row[];
  private readonly ways: readonly (Way & { id: string })[];
  private readonly opened = new Map<string, Row & { n: number }>();

  constructor(
    private readonly seed: number,
    survey: { id: string; publishedAt: Date },
  ) {
    this.ways = WAYS.map((way) => ({ ...way, id: new Rng(seed, 'id', 'open link', way.channel).uuid() }));
    this.rows = this.ways.map(({ id, channel, name, settings }) => ({
      id,
      survey_id: survey.id,
      channel,
      name,
      settings,
      version: 1,
      created_at: survey.publishedAt,
    }));
  }

  wayOf(response: { id: string; at: Date }): { channel: OpenChannel; open_link_id: string; source_ref: string | null } {
    // A stream of its own, so that the answers themselves stay as they are.
    const rng = new Rng(this.seed, 'way', response.id);
    const way = rng.weighted(this.ways, ({ weight }) => weight);
    this.open(way, response.at, Math.max(1, Math.round(way.openings * rng.between(0.6, 1.4))));
    return { channel: way.channel, open_link_id: way.id, source_ref: way.refs.length > 0 ? rng.pick(way.refs) : null };
  }

  visits(): Row[] {
    return [...this.opened.values()];
  }

  private open(way: Way & { id: string }, at: Date, n: number): void {
    // A counter's screen is opened in the morning and stays.
    const isKept = way.channel === 'kiosk';
    const day = at.toISOString().slice(0, 10);
    const known = this.opened.get(`${way.id} ${day}`);
    if (!known)
      this.opened.set(`${way.id} ${day}`, {
        day,
        page: way.channel,
        subject: way.id,
        visitor: 'person',
        n: isKept ? 1 : n,
      });
    else if (!isKept) known.n += n;
  }
}
