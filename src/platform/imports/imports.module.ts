import { Global, Module } from '@nestjs/common';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';

@Global()
@Module({ controllers: [ImportsController], providers: [Imports], exports: [Imports] })
export class ImportsModule {}
