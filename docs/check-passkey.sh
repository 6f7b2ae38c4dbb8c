#!/bin/sh
# Check a passkey's approval without laneshift: sh check-passkey.sh ENVELOPE PASSKEYS RP_ID ORIGIN
# Needs openssl, sed, awk and od. Says what was approved, and ends with 0 if the proof holds.
set -eu
envelope=$1 passkeys=$2 rp_id=$3 origin=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$1" >&2; exit 1; }

# The envelope is canonical JSON, so its subject is the last member, byte for byte as its digest covers it.
subject=$(sed 's/^.*,"subject":\({.*}\)}$/\1/' "$envelope")
field() { printf '%s' "$subject" | sed -n "s/^.*\"$1\":\"\{0,1\}\([^\",}]*\).*$/\1/p"; }
text() { sed -n "s/^{\"method\":\"passkey\",\"proof\":{.*\"$1\":\"\([A-Za-z0-9_-]*\)\".*$/\1/p" "$envelope"; }
bytes() { text "$1" | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | tr -- '-_' '+/' | openssl base64 -d -A; }
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

key=$(awk -v who="$(field approver)" -v id="$(text credential)" '$1 == who && $2 == id { print $3 }' "$passkeys")
[ -n "$key" ] || fail "this passkey is not one of $(field approver)"
printf '%s' "$key" | openssl base64 -d -A | openssl pkey -pubin -inform DER -out "$work/key"
bytes client_data > "$work/client"
bytes authenticator_data > "$work/signed"
bytes signature > "$work/signature"
[ "$(head -c 32 "$work/signed" | hex)" = "$(printf '%s' "$rp_id" | sha256 | hex)" ] || fail "it is of another site"
flags=$(head -c 33 "$work/signed" | tail -c 1 | od -An -tu1)
[ $((flags & 5)) = 5 ] || fail "nobody was verified"
sha256 < "$work/client" >> "$work/signed"
if openssl pkey -pubin -in "$work/key" -noout -text | grep -q ED25519; then
    openssl pkeyutl -verify -pubin -inkey "$work/key" -rawin -in "$work/signed" -sigfile "$work/signature" > "$work/said"
else
    openssl dgst -sha256 -verify "$work/key" -signature "$work/signature" "$work/signed" > "$work/said"
fi || fail "the passkey did not sign this"
challenge=$(printf '%s' "$subject" | sha256 | openssl base64 -A | tr -- '+/' '-_' | tr -d =)
for part in "\"type\":\"webauthn.get\"" "\"challenge\":\"$challenge\"" "\"origin\":\"$origin\""; do
    grep -qF -- "$part" "$work/client" || fail "what the browser says lacks $part"
done
! grep -q '"crossOrigin":true' "$work/client" || fail "it was made inside a page of another site"
for name in repository plan pins canary approver made expires; do
    printf '%-10s %s\n' "$name" "$(field $name)"
done
