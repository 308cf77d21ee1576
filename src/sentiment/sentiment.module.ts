import { Module } from '@nestjs/common';
import { ResponsesModule } from '../responses/responses.module.js';
import { Corrections } from './corrections.service.js';
import { LanguageModels } from './language-models.service.js';
import { LanguageController } from './language.controller.js';
import { Language } from './language.service.js';
import { SentimentService } from './sentiment.service.js';
import { StatementVectors } from './vectors.service.js';

@Module({
  imports: [ResponsesModule],
  controllers: [LanguageController],
  providers: [SentimentService, Corrections, LanguageModels, Language, StatementVectors],
  exports: [SentimentService, Corrections, Language, StatementVectors],
})
export class SentimentModule {}
