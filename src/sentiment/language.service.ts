import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Identity, requireVersion } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { defineMessage, type Job, Jobs } from '../platform/jobs.js';
import { Corrections, type GoldStatement } from './corrections.service.js';
import { sentimentLabel } from './engine/index.js';
import { LanguageModels } from './language-models.service.js';
import * as C from './language.contract.js';
import { betterThanChance, LEAST_EXAMPLES, scoreOf, tryLayer } from './tenant-layer.js';
import { StatementVectors } from './vectors.service.js';

/** People corrected statements: learn from them and measure anew. Key: the slot of time. */
const LearnDue = defineMessage('sentiment.learn_due', z.object({}));
/** An admin wants to know how an outside model does. Key: the trial's id. */
const TrialDue = defineMessage('sentiment.trial_due', z.object({ trial: z.uuid() }));

/** Corrections come in rows of keys; what they teach is worked out once they rest. */
const LEARN_EVERY_MS = 60_000;
const COVERAGE_DAYS = 90;
/** Judged statements that one learning looks at, the newest: its cost grows with their square. */
const MOST_EXAMPLES = 500;
/** Judged statements that a trial needs, and the most it sends. */
const LEAST_GOLD = 30;
const MOST_TRIED = 200;
/** So many refusals in a row end a trial: the address is wrong, not the comments. */
const MOST_REFUSALS = 5;
/** Below this certainty a reading counts as low. */
const LOW = 0.65;

const Stored = z.object({
  options: z.object({ from: z.number(), weight: z.number() }).nullable(),
  agreement: C.LanguageReport.shape.agreement,
  layer: C.LanguageReport.shape.layer,
});

interface SettingsRow {
  layer: unknown;
  url: string | null;
  model: string | null;
  sealed_key: string | null;
  enabled: boolean;
  trial: unknown;
  last_failure: unknown;
  version: number;
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How well comments are read, what people's corrections teach, and the model elsewhere that an admin may switch on. */
@Injectable()
export class Language {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly corrections: Corrections,
    private readonly models: LanguageModels,
    private readonly vectors: StatementVectors,
  ) {
    jobs.on(LearnDue, 'sentiment.learn', (_, job) => this.learn(job.tenantId));
    jobs.on(TrialDue, 'sentiment.try_model', ({ trial }, job) => this.tryModel(job, trial), {
      attempts: 1,
      retryDelayMs: () => 60_000,
    });
  }

  /** Promises, in the transaction of a correction, that it will be learned from. */
  async corrected(tx: Tx): Promise<void> {
    const slot = Math.floor(this.clock.now().getTime() / LEARN_EVERY_MS) + 1;
    await this.jobs.send(tx, LearnDue, String(slot), {}, new Date(slot * LEARN_EVERY_MS));
  }

  report(tenantId: string): Promise<C.LanguageReport> {
    return this.db.tenant(tenantId, async (tx) => {
      const stored = Stored.safeParse((await this.settings(tx))?.layer).data;
      const coverage: C.LanguageReport['coverage'] = await tx.em.query(
        `select s.language, count(*)::int as statements, count(*) filter (where s.label is null)::int as unscored,
           count(*) filter (where s.label is not null and not s.label_by_person
             and (s.unsure or s.certainty < ${LOW} or (s.language is distinct from 'en' and s.certainty is null)))::int as low
         from statements s where s.submitted_at > now() - make_interval(days => ${COVERAGE_DAYS}) group by 1 order by 2 desc limit 12`,
      );
      const [done]: { share: number | null }[] = await tx.em.query(
        `select avg((exists (select 1 from statement_vectors v where v.statement_id = s.id and v.version = $2))::int)::float as share
         from statements s where s.language = any($1) and s.submitted_at > now() - make_interval(days => ${COVERAGE_DAYS})`,
        [this.vectors.provider?.languages ?? [], this.vectors.version],
      );
      return {
        engine: {
          version: this.models.builtIn.version,
          vectors: this.vectors.provider !== null,
          vectorsDone: done?.share ?? null,
        },
        agreement: stored?.agreement ?? null,
        layer: stored?.layer ?? null,
        leastCorrections: LEAST_EXAMPLES,
        corrections: await this.corrections.goldCount(tx),
        coverage,
      };
    });
  }

  /** Statements drawn at random that nobody judged yet: what people say about these shows how well the rest is read. */
  toJudge(tenantId: string, limit: number): Promise<z.infer<typeof C.StatementsToJudge>> {
    return this.db.tenant(tenantId, async (tx) => ({
      statements: await tx.em.query(
        `select id, response_id as "responseId", text, language, label from
           (select * from statements where label is not null and not label_by_person and length(text) between 8 and 400
            order by submitted_at desc limit 2000) s
         where not exists (select 1 from corrections k where k.response_id = s.response_id and k.text_hash = sha256(convert_to(s.text, 'UTF8')) and k.kind = 'sentiment')
         order by random() limit $1`,
        [limit],
      ),
    }));
  }

  private async settings(tx: Tx): Promise<SettingsRow | undefined> {
    const [row]: SettingsRow[] = await tx.em.query(
      `select layer, url, model, sealed_key, enabled, trial, last_failure, version from language_settings`,
    );
    return row;
  }

  /** Measures the reading against people, and tries whether their corrections help where they were not seen. */
  private async learn(tenantId: string): Promise<void> {
    const gold = await this.db.tenant(tenantId, (tx) => this.corrections.gold(tx));
    const trial = await tryLayer(await this.models.examples(gold.slice(0, MOST_EXAMPLES)), breathe);
    const stored: z.infer<typeof Stored> = {
      options: trial?.wins ? trial.options : null,
      agreement: agreementOf(gold, this.clock.now()),
      layer: trial
        ? {
            before: trial.before,
            after: trial.after,
            mended: trial.mended,
            harmed: trial.harmed,
            inUse: trial.wins,
          }
        : null,
    };
    await this.db.tenant(tenantId, (tx) =>
      tx.em.query(
        `insert into language_settings (layer, layer_at) values ($1, now())
         on conflict (tenant_id) do update set layer = excluded.layer, layer_at = excluded.layer_at`,
        [JSON.stringify(stored)],
      ),
    );
    this.models.forget(tenantId);
  }

  // ——— a model elsewhere ———

  model(tenantId: string): Promise<C.ModelView> {
    return this.db.tenant(tenantId, (tx) => this.modelView(tx));
  }

  /**
   * Changes address, model, key or the switch. Another address, model or key needs a new trial and is off until then.
   * @throws AppError language.version (409), language.no_trial (409), 422 url
   */
  async changeModel(who: Principal, change: z.infer<typeof C.ChangeModel>): Promise<C.ModelView> {
    if (change.url) {
      const refusal = this.models.refusal(change.url);
      if (refusal) throw invalid('url', refusal);
    }
    const view = await this.db.tenant(who.tenantId, async (tx) => {
      await tx.em.query(`insert into language_settings default values on conflict (tenant_id) do nothing`);
      await tx.em.query(`select 1 from language_settings for update`);
      const row = await this.settings(tx);
      if (!row) throw new Error('the settings row was just made');
      requireVersion(row, change.version, 'language');
      const next = {
        url: change.url === undefined ? row.url : change.url,
        model: change.model === undefined ? row.model : change.model,
        sealedKey:
          change.key === undefined ? row.sealed_key : change.key === null ? null : this.models.seal(change.key),
      };
      const same = next.url === row.url && next.model === row.model && next.sealedKey === row.sealed_key;
      const trial = same ? (C.ModelTrial.safeParse(row.trial).data ?? null) : null;
      const enabled = change.enabled ?? (same && row.enabled);
      if (enabled && !(trial?.state === 'done' && trial.wins))
        throw new AppError(
          'conflict',
          'language.no_trial',
          'A model can be switched on only after it did better than the built-in engine on statements that your people judged. Try it first.',
        );
      await tx.em.query(
        `update language_settings set url = $1, model = $2, sealed_key = $3, enabled = $4, trial = $5, version = version + 1, updated_at = now(),
           last_failure = case when $6 then last_failure end`,
        [next.url, next.model, next.sealedKey, enabled, trial === null ? null : JSON.stringify(trial), same],
      );
      await this.identity.audit(
        tx,
        who,
        'language.model_changed',
        { kind: 'organization', id: who.tenantId },
        {
          from: { url: row.url, model: row.model, enabled: row.enabled },
          to: { url: next.url, model: next.model, enabled, ...(change.key === undefined ? {} : { keyChanged: true }) },
        },
      );
      return this.modelView(tx);
    });
    this.models.forget(who.tenantId);
    return view;
  }

  /** Sends judged statements to the model to see how it does. @throws AppError language.too_few, language.no_model (409) */
  startTrial(who: Principal): Promise<C.ModelView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.settings(tx);
      if (!row?.url || !row.model)
        throw new AppError('conflict', 'language.no_model', 'Enter the address and the name of the model first.');
      const gold = await this.corrections.goldCount(tx);
      if (gold < LEAST_GOLD)
        throw new AppError(
          'conflict',
          'language.too_few',
          `A trial needs ${LEAST_GOLD} statements that your people judged; there are ${gold}.`,
        );
      const trial = newId();
      const running: C.ModelTrial = {
        state: 'running',
        at: this.clock.now().toISOString(),
        url: row.url,
        model: row.model,
        reason: null,
        unanswered: 0,
        builtIn: null,
        outside: null,
        better: 0,
        worse: 0,
        wins: false,
      };
      await tx.em.query(`update language_settings set trial = $1, enabled = false`, [
        JSON.stringify({ ...running, id: trial }),
      ]);
      await this.jobs.send(tx, TrialDue, trial, { trial });
      await this.identity.audit(
        tx,
        who,
        'language.model_tried',
        { kind: 'organization', id: who.tenantId },
        { url: row.url, model: row.model, statements: Math.min(gold, MOST_TRIED) },
      );
      return this.modelView(tx);
    });
  }

  private async tryModel(job: Job, trialId: string): Promise<void> {
    const { row, gold } = await this.db.tenant(job.tenantId, async (tx) => ({
      row: await this.settings(tx),
      gold: (await this.corrections.gold(tx)).slice(0, MOST_TRIED),
    }));
    const trial = C.ModelTrial.extend({ id: z.uuid() }).safeParse(row?.trial).data;
    if (!row?.url || !row.model || trial?.id !== trialId || trial.state !== 'running') return;
    let refused: string | null = null;
    const outside = this.models.outside({ url: row.url, model: row.model, sealedKey: row.sealed_key }, (reason) => {
      refused = reason;
    });
    const builtIn = (await this.models.examples(gold)).map(({ score }) => sentimentLabel(score ?? 0));
    const told: ReturnType<typeof sentimentLabel>[] = [];
    let unanswered = 0;
    let inARow = 0;
    let renewedAt = Date.now();
    for (const [n, { text, language }] of gold.entries()) {
      refused = null;
      const [reading] = await outside.read([{ text, locale: language }]);
      inARow = refused === null ? 0 : inARow + 1;
      if (refused !== null) unanswered += 1;
      told.push(refused === null ? (reading?.label ?? 'neutral') : (builtIn[n] ?? 'neutral'));
      if (inARow >= MOST_REFUSALS) break;
      if (Date.now() - renewedAt > 30_000) {
        await this.jobs.renew(job);
        renewedAt = Date.now();
      }
    }
    const failed = inARow >= MOST_REFUSALS || unanswered > gold.length / 10;
    const labels = gold.map(({ label }) => label);
    const better = labels.filter((label, n) => told[n] === label && builtIn[n] !== label).length;
    const worse = labels.filter((label, n) => told[n] !== label && builtIn[n] === label).length;
    const result: C.ModelTrial = {
      ...trial,
      state: failed ? 'failed' : 'done',
      at: this.clock.now().toISOString(),
      reason: failed ? `The model did not answer as it should (${refused ?? 'too many gaps'}).` : null,
      unanswered,
      builtIn: failed ? null : scoreOf(labels, builtIn),
      outside: failed ? null : scoreOf(labels, told),
      better: failed ? 0 : better,
      worse: failed ? 0 : worse,
      wins: !failed && gold.length >= LEAST_GOLD && betterThanChance(better, worse),
    };
    await this.db.tenant(job.tenantId, (tx) =>
      // Another address or trial in the meantime makes this one void.
      tx.em.query(`update language_settings set trial = $1 where trial->>'id' = $2`, [
        JSON.stringify({ ...result, id: trialId }),
        trialId,
      ]),
    );
  }

  private async modelView(tx: Tx): Promise<C.ModelView> {
    const row = await this.settings(tx);
    return {
      url: row?.url ?? null,
      model: row?.model ?? null,
      hasKey: (row?.sealed_key ?? null) !== null,
      enabled: row?.enabled ?? false,
      trial: C.ModelTrial.safeParse(row?.trial).data ?? null,
      lastFailure: C.ModelView.shape.lastFailure.safeParse(row?.last_failure).data ?? null,
      leastGold: LEAST_GOLD,
      gold: await this.corrections.goldCount(tx),
      version: row?.version ?? 1,
    };
  }
}

function agreementOf(gold: readonly GoldStatement[], now: Date): C.LanguageReport['agreement'] {
  if (gold.length === 0) return null;
  const of = (rows: readonly GoldStatement[]) =>
    scoreOf(
      rows.map(({ label }) => label),
      rows.map(({ read }) => read),
    );
  const languages = [...new Set(gold.map(({ language }) => language))];
  const confirmed = gold.filter(({ label, read }) => label === read).length;
  return {
    read: of(gold),
    byLanguage: languages
      .map((language) => ({ language, ...of(gold.filter((one) => one.language === language)) }))
      .sort((a, b) => b.n - a.n),
    confirmed,
    changed: gold.length - confirmed,
    at: now.toISOString(),
  };
}
