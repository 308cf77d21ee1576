import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionsModule } from './actions/actions.module.js';
import { Config } from './config.js';
import { CustomersModule } from './customers/customers.module.js';
import { dataSourceOptions } from './data-source.js';
import { IdentityModule } from './identity/identity.module.js';
import { ImportsModule } from './platform/imports/imports.module.js';
import { InsightsModule } from './insights/insights.module.js';
import { JourneysModule } from './journeys/journeys.module.js';
import { MailModule } from './platform/mail/mail.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { DistributionModule } from './distribution/distribution.module.js';
import { SurveysModule } from './surveys/surveys.module.js';
import { PainPointsModule } from './painpoints/painpoints.module.js';
import { ResponsesModule } from './responses/responses.module.js';
import { SentimentModule } from './sentiment/sentiment.module.js';
import { DemoModule } from './demo/demo.module.js';
import { StreamModule } from './stream/stream.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WebModule } from './web.module.js';

@Global()
@Module({})
class ConfigModule {
  static with(config: Config): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: Config, useValue: config }], exports: [Config] };
  }
}

/** The modules in the order of the house, left to right; see docs/architecture.md. */
@Module({})
export class AppModule {
  /** @param databaseUrl as the app's role; the embedded one when settings name none */
  static with(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        TypeOrmModule.forRoot({
          ...dataSourceOptions(databaseUrl),
          retryAttempts: 3,
          retryDelay: 1000,
          verboseRetryLog: false,
        }),
        PlatformModule,
        ImportsModule,
        MailModule,
        IdentityModule,
        CustomersModule,
        JourneysModule,
        SurveysModule,
        DistributionModule,
        ResponsesModule,
        SentimentModule,
        PainPointsModule,
        ActionsModule,
        WebhooksModule,
        StreamModule,
        InsightsModule,
        DemoModule,
        WebModule,
      ],
    };
  }
}
