import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Config } from '../config.js';
import { Access, type Principal, Public, Who } from '../platform/auth.js';
import { notFound } from '../platform/errors.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { ApiKeys } from './api-keys.service.js';
import * as C from './identity.contract.js';
import { Identity } from './identity.service.js';
import { Organizations } from './organizations.service.js';
import { People } from './people.service.js';
import { sessionCookieName, sessionIdIn } from './session-cookie.js';
import { SignIns } from './sign-ins.service.js';

@ApiTags('Sign-in and organization')
@Controller('api/v1')
export class IdentityController {
  constructor(
    private readonly identity: Identity,
    private readonly organizations: Organizations,
    private readonly signIns: SignIns,
    private readonly people: People,
    private readonly apiKeys: ApiKeys,
    private readonly config: Config,
  ) {}

  @Public()
  @Post('signup')
  @ApiCreatedResponse({ standardSchema: C.SignedUp })
  signUp(@Body({ schema: C.SignUp }) body: z.infer<typeof C.SignUp>, @Req() request: FastifyRequest) {
    return this.organizations.signUp(body, request.ip);
  }

  @Public()
  @Post('setup')
  @ApiCreatedResponse({ standardSchema: C.SignedUp })
  setUp(@Body({ schema: C.SetUp }) body: z.infer<typeof C.SetUp>) {
    return this.organizations.setUp(body);
  }

  @Public()
  @Post('session')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Me })
  async signIn(
    @Body({ schema: C.SignIn }) body: z.infer<typeof C.SignIn>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const session = await this.signIns.signIn(body, request.ip);
    void reply.header('set-cookie', this.cookie(session.id, session.maxAgeSeconds));
    return this.signIns.me(session.who);
  }

  @Access('viewer')
  @Delete('session')
  @HttpCode(204)
  @ApiNoContentResponse()
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const id = sessionIdIn(request.headers.cookie, this.config);
    if (id) await this.signIns.signOut(id);
    void reply.header('set-cookie', this.cookie('', 0));
  }

  @Public()
  @Get('session/demo')
  @ApiOkResponse({ standardSchema: C.DemoSignIns })
  async demo() {
    const demo = await this.signIns.demoSignIns();
    if (!demo) throw notFound('demo', 'demo organization');
    return demo;
  }

  @Public()
  @Post('password/forgot')
  @HttpCode(202)
  async forgot(
    @Body({ schema: C.ForgotPassword }) body: z.infer<typeof C.ForgotPassword>,
    @Req() request: FastifyRequest,
  ) {
    await this.signIns.forgotPassword(body.email, request.ip);
    return {};
  }

  @Public()
  @Post('password/reset')
  @HttpCode(204)
  reset(@Body({ schema: C.ResetPassword }) body: z.infer<typeof C.ResetPassword>) {
    return this.signIns.resetPassword(body.token, body.password);
  }

  @Access('viewer')
  @Get('me')
  @ApiOkResponse({ standardSchema: C.Me })
  me(@Who() who: Principal) {
    return this.signIns.me(who);
  }

  @Access('viewer')
  @Patch('me')
  @ApiOkResponse({ standardSchema: C.Me })
  changeMe(@Who() who: Principal, @Body({ schema: C.ChangeMe }) body: z.infer<typeof C.ChangeMe>) {
    return this.signIns.changeMe(who, body);
  }

  @Access('viewer')
  @Get('organization')
  @ApiOkResponse({ standardSchema: C.OrganizationView })
  organization(@Who() who: Principal) {
    return this.organizations.organization(who.tenantId);
  }

  @Access('admin')
  @Patch('organization')
  @ApiOkResponse({ standardSchema: C.OrganizationView })
  changeOrganization(
    @Who() who: Principal,
    @Body({ schema: C.ChangeOrganization }) body: z.infer<typeof C.ChangeOrganization>,
  ) {
    return this.organizations.changeOrganization(who, body);
  }

  @Access('viewer')
  @Get('users')
  @ApiOkResponse({ standardSchema: C.UserPage })
  users(@Who() who: Principal, @Query({ schema: C.ListQuery }) query: z.infer<typeof C.ListQuery>) {
    return this.people.listUsers(who.tenantId, query);
  }

  @Access('admin')
  @Post('users')
  @ApiCreatedResponse({ standardSchema: C.UserView })
  addUser(@Who() who: Principal, @Body({ schema: C.NewUser }) body: z.infer<typeof C.NewUser>) {
    return this.people.addUser(who, body);
  }

  @Access('admin')
  @Patch('users/:id')
  @ApiOkResponse({ standardSchema: C.UserView })
  changeUser(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeUser }) body: z.infer<typeof C.ChangeUser>,
  ) {
    return this.people.changeUser(who, id, body);
  }

  @Access('viewer')
  @Get('teams')
  @ApiOkResponse({ standardSchema: C.TeamPage })
  teams(@Who() who: Principal, @Query({ schema: C.ListQuery }) query: z.infer<typeof C.ListQuery>) {
    return this.people.listTeams(who.tenantId, query);
  }

  @Access('admin')
  @Post('teams')
  @ApiCreatedResponse({ standardSchema: C.TeamView })
  addTeam(@Who() who: Principal, @Body({ schema: C.NewTeam }) body: z.infer<typeof C.NewTeam>) {
    return this.people.addTeam(who, body.name);
  }

  @Access('admin')
  @Patch('teams/:id')
  @ApiOkResponse({ standardSchema: C.TeamView })
  changeTeam(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeTeam }) body: z.infer<typeof C.ChangeTeam>,
  ) {
    return this.people.changeTeam(who, id, body);
  }

  @Access('admin')
  @Get('api-keys')
  @ApiOkResponse({ standardSchema: C.ApiKeyPage })
  keys(@Who() who: Principal, @Query({ schema: C.ListQuery }) query: z.infer<typeof C.ListQuery>) {
    return this.apiKeys.list(who.tenantId, query);
  }

  @Access('admin')
  @Post('api-keys')
  @ApiCreatedResponse({ standardSchema: C.ApiKeyCreated })
  addKey(@Who() who: Principal, @Body({ schema: C.NewApiKey }) body: z.infer<typeof C.NewApiKey>) {
    return this.apiKeys.add(who, body);
  }

  @Access('admin')
  @Delete('api-keys/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  revokeKey(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.apiKeys.revoke(who, id);
  }

  @Access('admin')
  @Get('audit-log')
  @ApiOkResponse({ standardSchema: C.AuditPage })
  auditLog(@Who() who: Principal, @Query({ schema: C.ListQuery }) query: z.infer<typeof C.ListQuery>) {
    return this.identity.auditLog(who.tenantId, query);
  }

  private cookie(value: string, maxAge: number): string {
    return serialize(sessionCookieName(this.config), value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.config.publicUrl.startsWith('https:'),
      maxAge,
    });
  }
}
