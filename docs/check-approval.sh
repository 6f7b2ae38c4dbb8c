#!/bin/sh
# Check an approval without laneshift: sh check-approval.sh ENVELOPE SIGNERS [REVOKED]
# Needs ssh-keygen, sha256sum, sed and a date that knows -d. Says what was approved, and ends with 0 if the proof holds.
set -eu
envelope=$1 signers=$2 revoked=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The envelope is canonical JSON, so its subject is the last member, byte for byte as it was signed.
subject=$(sed 's/^.*,"subject":\({.*}\)}$/\1/' "$envelope")
field() { printf '%s' "$subject" | sed -n "s/^.*\"$1\":\"\{0,1\}\([^\",}]*\).*$/\1/p"; }
printf '%b' "$(sed 's/^{"method":"ssh","proof":{"signature":"\([^"]*\)"},.*$/\1/' "$envelope")" > "$work/signature"
digest="sha256:$(printf '%s' "$subject" | sha256sum | cut -c1-64)"

when=$(date -u -d "@$(field made)" +%Y%m%d%H%M%S)
printf '%s' "$digest" | TZ=UTC0 ssh-keygen -Y verify -n laneshift-approval -I "$(field approver)" \
    -f "$signers" -s "$work/signature" -O "verify-time=$when" ${revoked:+-r "$revoked"}
for name in repository plan pins canary approver made expires; do
    printf '%-10s %s\n' "$name" "$(field $name)"
done
