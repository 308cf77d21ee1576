import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { PainPointsModule } from '../painpoints/painpoints.module.js';
import { SentimentModule } from '../sentiment/sentiment.module.js';
import { Demo } from './demo.service.js';

@Module({ imports: [CustomersModule, SentimentModule, PainPointsModule], providers: [Demo], exports: [Demo] })
export class DemoModule {}
