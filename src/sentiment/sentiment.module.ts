import { Module } from '@nestjs/common';
import { ResponsesModule } from '../responses/responses.module.js';
import { SentimentService } from './sentiment.service.js';

@Module({ imports: [ResponsesModule], providers: [SentimentService], exports: [SentimentService] })
export class SentimentModule {}
