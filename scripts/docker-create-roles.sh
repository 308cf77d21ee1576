#!/bin/bash
# Run once by the PostgreSQL image when its volume is new. The passwords stay out of the process list.
set -e
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --output /dev/null --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv owner_password HEARBACK_OWNER_PASSWORD
\getenv app_password HEARBACK_APP_PASSWORD
\i /hearback/create-roles.sql
SQL
