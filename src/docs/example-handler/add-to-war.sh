#!/bin/sh
# add-to-war.sh WAR: builds the handlers' jar, runs its tests and adds it to the WAR.
set -e
here=$(cd "$(dirname "$0")" && pwd)
war=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
rm -rf "$here/target"
mvn -B -ntp -f "$here/pom.xml" package
stage=$here/target/war
mkdir -p "$stage/WEB-INF/lib"
cp "$here/target/greetings.jar" "$stage/WEB-INF/lib/"
jar --update --file "$war" -C "$stage" WEB-INF/lib/greetings.jar
echo "$war holds WEB-INF/lib/greetings.jar"
