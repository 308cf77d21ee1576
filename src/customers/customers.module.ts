import { Global, Module } from '@nestjs/common';
import { CustomersController } from './customers.controller.js';
import { Customers } from './customers.service.js';

@Global()
@Module({ controllers: [CustomersController], providers: [Customers], exports: [Customers] })
export class CustomersModule {}
