#!/bin/sh
# Starts Sluice on Payara Micro in place of this shell, so that the stop signal reaches the server itself.
# JAVA_TOOL_OPTIONS adds options of the virtual machine.
set -eu
cd "$(dirname "$0")"

missing=""
for name in SLUICE_DB_URL SLUICE_DB_USER SLUICE_DB_PASSWORD SLUICE_MASTER_KEY; do
    eval "value=\${$name:-}"
    if [ -z "$value" ]; then
        missing="$missing $name"
    fi
done
if [ -n "$missing" ]; then
    echo "Sluice did not start: set$missing; see src/docs/configuration.md." >&2
    exit 78
fi

exec java -XX:MaxRAMPercentage=70 -jar payara-micro.jar \
    --nohazelcast --disablephonehome \
    --port "${SLUICE_HTTP_PORT:-8080}" --contextroot / \
    --addlibs postgresql.jar \
    --prebootcommandfile server-config/preboot.asadmin \
    --postbootcommandfile server-config/postboot.asadmin \
    --logproperties server-config/logging.properties \
    --shutdowngrace 2000 \
    --deploy sluice.war
