import { Global, Module } from '@nestjs/common';
import { JourneysController } from './journeys.controller.js';
import { Journeys } from './journeys.service.js';

@Global()
@Module({ controllers: [JourneysController], providers: [Journeys], exports: [Journeys] })
export class JourneysModule {}
