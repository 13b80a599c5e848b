#!/bin/sh
# Daily backup, encrypted to BACKUP_RECIPIENT, the public half of an age key whose private half is
# kept away from this machine. Nothing lies on the disk in clear on the way.
#
#   backup.sh            one backup each night at BACKUP_HOUR (UTC, default 3)
#   backup.sh once       one backup now
#
# Writes $BACKUP_DIR/embassy-<day and time>.dump.age (pg_dump custom format) and .files.tar.age
# (the file store); both appear only when whole. Older ones than BACKUP_DAYS (default 30) go.
set -eu
: "${BACKUP_DIR:=/backups}" "${BACKUP_DAYS:=30}" "${BACKUP_HOUR:=3}" "${FILESTORE:=/var/lib/odoo}"
: "${PGHOST:=db}" "${PGUSER:=odoo}" "${PGDATABASE:=embassy}" "${SECRETS_DIR:=/run/secrets}"
export PGHOST PGUSER PGDATABASE

case "${BACKUP_RECIPIENT:-}" in
    age1*) ;;
    *)
        echo "embassy: BACKUP_RECIPIENT is missing: set the public key (age1…) of the backup." >&2
        exit 78
        ;;
esac
if [ -z "${PGPASSWORD:-}" ]; then
    PGPASSWORD=$(cat "$SECRETS_DIR/db_password")
    export PGPASSWORD
fi

# $1 name of the file, then the command whose output is kept. The status of the command is
# written into the pipe's end by a file, since sh has no pipefail.
keep() {
    target=$1
    shift
    rm -f "$target.failed"
    { "$@" || touch "$target.failed"; } | age -r "$BACKUP_RECIPIENT" -o "$target.part"
    if [ -e "$target.failed" ]; then
        rm -f "$target.failed" "$target.part"
        echo "embassy: the backup failed: $1 ended with an error." >&2
        return 1
    fi
}

backup() {
    umask 077
    base=$BACKUP_DIR/embassy-$(date -u +%Y%m%dT%H%M%SZ)
    keep "$base.dump.age" pg_dump --format=custom --no-owner
    keep "$base.files.tar.age" tar -C "$FILESTORE" -cf - --exclude=sessions .
    mv "$base.dump.age.part" "$base.dump.age"
    mv "$base.files.tar.age.part" "$base.files.tar.age"
    find "$BACKUP_DIR" -name 'embassy-*.age*' -mtime "+$BACKUP_DAYS" -delete
    echo "embassy: backup $base is whole."
}

if [ "${1:-}" = once ]; then
    backup
    exit
fi
while :; do
    now=$(date -u +%s)
    next=$(date -u -d "tomorrow $BACKUP_HOUR:00" +%s)
    today=$(date -u -d "today $BACKUP_HOUR:00" +%s)
    [ "$today" -le "$now" ] || next=$today
    sleep $((next - now))
    backup || true
done
