-- The three database roles of Hearback, made ready in the database you are connected to. Safe to run again: it also sets the passwords anew.
--
--   createdb hearback
--   psql -d hearback -v owner_password='…' -v app_password='…' -f scripts/create-roles.sql
--
-- Run it as a superuser, or as a role with CREATEROLE that owns the database. PostgreSQL 15 or newer.
--   hearback_owner   owns the database and its tables, runs the migrations                        DATABASE_ADMIN_URL
--   hearback_app     what the application signs in as; owns nothing, bound by row security        DATABASE_URL
--   hearback_search  nobody signs in as it; owns the search functions (see the migrations)
-- The embedded PostgreSQL runs this same file, so there is one definition. It knows psql's :'variable' and skips lines that start with a backslash.
\set ON_ERROR_STOP on

begin;
-- "is already a member", on the second run
set local client_min_messages = warning;

select set_config('hearback.owner_password', :'owner_password', true) is not null
   and set_config('hearback.app_password', :'app_password', true) is not null as passwords_given;

do $roles$
declare
  escaping text;
begin
  -- The attributes are spelled out only when a role is made: naming them in ALTER ROLE asks for a superuser, which managed servers do not give.
  if to_regrole('hearback_owner') is null then
    create role hearback_owner login nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
  if to_regrole('hearback_app') is null then
    create role hearback_app login nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
  if to_regrole('hearback_search') is null then
    create role hearback_search nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;

  select string_agg(rolname, ', ') into escaping from pg_roles
   where rolname in ('hearback_owner', 'hearback_app', 'hearback_search') and (rolsuper or rolbypassrls);
  if escaping is not null then
    raise exception 'these roles exist already and could escape row security: %; alter them to NOSUPERUSER NOBYPASSRLS first', escaping;
  end if;

  execute format('alter role hearback_owner login password %L', current_setting('hearback.owner_password'));
  execute format('alter role hearback_app login password %L', current_setting('hearback.app_password'));

  -- Migrations hand functions over to hearback_search, so the owner must be able to become it. It must not inherit from it: a policy made for
  -- hearback_search would then hold for the owner too. Before PostgreSQL 16 inheritance could only be switched off on the member itself.
  if current_setting('server_version_num')::int >= 160000 then
    execute 'grant hearback_search to hearback_owner with inherit false, set true';
  else
    execute 'alter role hearback_owner noinherit';
    execute 'grant hearback_search to hearback_owner';
  end if;

  -- Giving something to a role takes membership in it, unless one is a superuser.
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant hearback_owner to %I', current_user);
  end if;
  -- First the schema: what entitles us to it may be that the database is still ours.
  alter schema public owner to hearback_owner;
  execute format('alter database %I owner to hearback_owner', current_database());
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, temporary on database %I to hearback_app', current_database());
end
$roles$;

revoke all on schema public from public;
grant usage on schema public to hearback_app;
grant usage, create on schema public to hearback_search;

commit;
