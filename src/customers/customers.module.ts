import { Global, Module } from '@nestjs/common';
import { CustomersController } from './customers.controller.js';
import { Customers } from './customers.service.js';
import { Suppressions } from './suppressions.service.js';

@Global()
@Module({ controllers: [CustomersController], providers: [Customers, Suppressions], exports: [Customers] })
export class CustomersModule {}
