import { Global, Module } from '@nestjs/common';
import { SurveysController } from './surveys.controller.js';
import { Surveys } from './surveys.service.js';

@Global()
@Module({ controllers: [SurveysController], providers: [Surveys], exports: [Surveys] })
export class SurveysModule {}
