#!/bin/bash
# Runs once, on an empty volume: a role and databases of its own for each tenant of the cluster.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username=postgres \
  --set=xueshi="$XUESHI_DB_PASSWORD" --set=temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role xueshi login password :'xueshi';
create role temporal login password :'temporal';
create database xueshi owner xueshi;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
