import { Module } from '@nestjs/common';
import { JourneysModule } from '../journeys/journeys.module.js';
import { SurveysController } from './surveys.controller.js';
import { Surveys } from './surveys.service.js';

@Module({ imports: [JourneysModule], controllers: [SurveysController], providers: [Surveys], exports: [Surveys] })
export class SurveysModule {}
