import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/actions.module.js';
import { StreamController } from './stream.controller.js';
import { Stream } from './stream.service.js';

@Module({ imports: [ActionsModule], controllers: [StreamController], providers: [Stream] })
export class StreamModule {}
